// What this machine has to offer the program: each point with what was found and what to do. Nothing is changed, and one point that
// fails keeps no other from being looked at.
import { accessSync, constants, existsSync, statfsSync } from 'node:fs';
import { dirname } from 'node:path';

import type { Config } from '../../src/config/model.ts';
import { readLogin } from '../../src/db/appLogin.ts';
import type { Database } from '../../src/db/connection.ts';
import { portIsFree } from '../../src/db/ports.ts';
import { recorded } from '../../src/db/migrate.ts';
import { serverFacts } from '../../src/db/serverFacts.ts';
import { Fault, UserError } from '../../src/errors.ts';
import { erpOf } from '../../src/erp/registry.ts';
import { inboxesOf } from '../intake/inboxes.ts';

export interface Finding {
  point: string;
  ok: boolean;
  found: string;
  /** '' where nothing is to be done. */
  todo: string;
}

export interface Doctor {
  config: Config;
  /** Opens the database as every command does. */
  open: () => Promise<Database>;
  /** Milliseconds since 1970. */
  clock: () => number;
  nodeVersion: string;
}

const OLDEST_NODE = [20, 19] as const;
const LEAST_FREE = 2_000_000_000;
const MOST_APART_MS = 2_000;

export async function examine(doctor: Doctor): Promise<Finding[]> {
  const { config } = doctor;
  return [
    node(doctor.nodeVersion),
    ...(await database(doctor)),
    disk(config.dataDir),
    ...folders(config),
    ...(await port(config)),
    ...erps(config),
  ];
}

const fine = (point: string, found: string): Finding => ({ point, ok: true, found, todo: '' });
const bad = (point: string, found: string, todo: string): Finding => ({ point, ok: false, found, todo });

function node(version: string): Finding {
  const [major = 0, minor = 0] = version.replace(/^v/, '').split('.').map(Number);
  const young = major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1]);
  return young
    ? fine('Node.js', version)
    : bad('Node.js', version, `install ${OLDEST_NODE.join('.')} or later`);
}

/** Reached, by whom, of which schema, and whether its clock is ours. */
async function database({ config, open, clock }: Doctor): Promise<Finding[]> {
  const where = config.databaseUrl === undefined ? 'the embedded server' : 'DATABASE_URL';
  let db: Database;
  try {
    db = await open();
  } catch (error) {
    if (!(error instanceof UserError) && !(error instanceof Fault)) throw error;
    const todo =
      error instanceof UserError && error.parts.todo !== undefined
        ? error.parts.todo
        : 'start it, or correct DATABASE_URL; tieout migrate makes the schema';
    return [bad(`database (${where})`, error.message.split('\n')[0] ?? '', todo)];
  }
  try {
    const { version, nowMs } = await serverFacts(db.pool);
    const apart = Math.abs(nowMs - clock());
    const login = await readLogin(db.pool);
    const migrations = await recorded(db.pool);
    return [
      Number.parseInt(version, 10) >= 15
        ? fine(`database (${where})`, `PostgreSQL ${version}`)
        : bad(`database (${where})`, `PostgreSQL ${version}`, 'use PostgreSQL 15 or later'),
      fine('schema', migrations.at(-1)?.name ?? 'none'),
      !login.owner || config.trustOwner
        ? fine('login', login.owner ? `${login.name}, the owner, trusted by tieout.yaml` : login.name)
        : bad(
            'login',
            `${login.name}, the owner of the tables`,
            'give DATABASE_URL the login that tieout migrate printed; worker and post refuse this one',
          ),
      apart <= MOST_APART_MS
        ? fine('clock', 'the database’s is ours')
        : bad('clock', `the database’s is ${apart} ms apart`, 'set both machines by a time server'),
    ];
  } finally {
    await db.close();
  }
}

function disk(dataDir: string): Finding {
  let folder = dataDir;
  while (!existsSync(folder) && dirname(folder) !== folder) folder = dirname(folder);
  const { bavail, bsize } = statfsSync(folder);
  const free = bavail * bsize;
  const found = `${Math.floor(free / 1e9)} GB free at ${folder}`;
  return free >= LEAST_FREE ? fine('disk', found) : bad('disk', found, 'make room: 2 GB at least');
}

function folders(config: Config): Finding[] {
  const wanted: [string, string, number][] = [
    ...inboxesOf(config).map(({ kind, folder }): [string, string, number] => [
      `inbox ${kind}`,
      folder,
      constants.R_OK | constants.W_OK,
    ]),
    ['reports', config.reports, constants.W_OK],
    ['rulebook', config.rulebook, constants.R_OK],
  ];
  for (const { name, folders: own } of config.erps.values())
    for (const [key, path] of Object.entries(own))
      wanted.push([`ERP ${name}, ${key}`, path, key.endsWith('File') ? constants.R_OK : constants.W_OK]);
  return wanted.map(([point, path, mode]) => reach(point, path, mode));
}

/** A folder that is not there yet is made when it is needed, where its parent may be written to. */
function reach(point: string, path: string, mode: number): Finding {
  let there = path;
  while (!existsSync(there) && dirname(there) !== there) there = dirname(there);
  try {
    accessSync(there, mode);
    return fine(point, there === path ? path : `${path}, made when it is needed`);
  } catch {
    const rights = mode === constants.R_OK ? 'read' : 'write to';
    return bad(
      point,
      `${path} cannot be ${rights === 'read' ? 'read' : 'written to'}`,
      `let this account ${rights} ${there}`,
    );
  }
}

async function port({ http }: Config): Promise<Finding[]> {
  if (http.port === undefined || http.port === 0) return [];
  const place = `${http.host}:${http.port}`;
  return [
    (await portIsFree(http.host, http.port))
      ? fine('HTTP', `${place} is free`)
      : bad('HTTP', `${place} is taken`, 'nothing, where the worker runs; otherwise another http.port'),
  ];
}

/** Settings are read; nobody is called: a call with a wrong secret can lock an account. */
function erps({ erps: entries }: Config): Finding[] {
  return [...entries.values()].map((entry) => {
    const point = `ERP ${entry.name}`;
    try {
      erpOf(entry);
      return fine(
        point,
        `${entry.adapter}, its settings are whole; tieout post --dry-run says what it would get`,
      );
    } catch (error) {
      if (!(error instanceof UserError)) throw error;
      return bad(point, error.message.replaceAll('\n', ' '), error.parts.todo ?? 'correct tieout.yaml');
    }
  });
}
