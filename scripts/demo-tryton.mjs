// The whole loop against a real ERP: starts Tryton, makes a month in it with mistakes, reconciles its own extract, posts what
// is missing, extracts again, and ends with every journal found again and the accounts proven against Tryton's balances.
// The books are made by plain calls to Tryton, with none of Tieout's code, so that nothing agrees with itself.
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { makeMonth } from './tryton/month.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
const setup = join(root, 'scripts/tryton/setup.sh');
const program = join(root, 'dist/src/main.js');
const started = Date.now();

const say = (text) => console.log(`\n── ${text}`);

function startErp() {
  say('Tryton: install where it is missing, fresh books, start');
  for (const what of ['install', 'books', 'reset']) execFileSync(setup, [what], { stdio: 'inherit' });
  const exported = execFileSync(setup, ['env'], { encoding: 'utf8' });
  return Object.fromEntries(
    [...exported.matchAll(/^export (\w+)=(.*)$/gm)].map(([, name, value]) => [name, value]),
  );
}

/** Runs tieout as its user would; exit code 1 means that something needs a person. */
function tieout(words, { env, cwd, quiet = false, allowed = [0, 1] }) {
  if (!quiet) console.log(`\n$ tieout ${words.join(' ')}`);
  const ran = spawnSync(process.execPath, [program, ...words], {
    cwd,
    env: { ...process.env, ...env },
    encoding: 'utf8',
  });
  if (!quiet) process.stdout.write(shortened(ran.stdout));
  if (!allowed.includes(ran.status)) {
    process.stderr.write(ran.stderr);
    throw new Error(`tieout ${words[0]} ended with ${ran.status}`);
  }
  return ran.stdout;
}

function shortened(text) {
  const lines = text.split('\n');
  return lines.length <= 24
    ? text
    : `${lines.slice(0, 20).join('\n')}\n  ... ${lines.length - 20} lines more\n`;
}

const rowsOf = (ndjson) =>
  ndjson
    .split('\n')
    .filter(Boolean)
    .map((line) => JSON.parse(line));
const keyOf = (text) => JSON.parse(text).key;

function extractAndTakeIn(at, folder) {
  const words = ['extract', 'books', '--from', '2026-10-01', '--to', '2026-10-31', '--out', folder];
  console.log(`\n$ tieout ${words.join(' ')}`);
  const [files] = rowsOf(tieout([...words, '--json'], { ...at, quiet: true }));
  console.log(`${files.lines} lines`);
  for (const kind of ['periods', 'ledger', 'balances']) tieout(['ingest', kind, files[kind]], at);
}

function check(what, good) {
  console.log(`${good ? 'yes' : 'NO '}  ${what}`);
  if (!good) process.exitCode = 1;
}

const env = startErp();
const cwd = mkdtempSync(join(tmpdir(), 'tieout-tryton-'));
cpSync(join(root, 'examples/tryton'), cwd, { recursive: true });
const at = { env, cwd };

say('a month in Tryton, and the shops’ own events of it');
const month = await makeMonth({
  url: env.TRYTON_URL,
  database: env.TRYTON_DATABASE_KEYED,
  user: env.TRYTON_USER,
  password: readFileSync(env.TRYTON_PASSWORD_FILE, 'utf8').trim(),
});
writeFileSync(join(cwd, 'events.ndjson'), month.events.map((event) => `${JSON.stringify(event)}\n`).join(''));
console.log(
  `${month.documents} documents in Tryton, ${month.events.length} events; ${month.mistakes.join('; ')}`,
);

say('what does Tryton hold, and does it agree with the shops?');
extractAndTakeIn(at, 'extract-1');
tieout(['ingest', 'events', 'events.ndjson'], at);
tieout(['reconcile', '--as-of', '2026-10-31'], at);
tieout(['exceptions'], at);

say('a second person approves what is missing; it is sent');
const admin = keyOf(tieout(['users', 'add', 'ana', '--role', 'admin', '--json'], { ...at, quiet: true }));
const reviewer = keyOf(
  tieout(['users', 'add', 'ben', '--role', 'reviewer', '--as', 'ana', '--json'], {
    env: { ...env, TIEOUT_KEY: admin },
    cwd,
    quiet: true,
  }),
);
const journals = () => rowsOf(tieout(['list', 'journals', '--json'], { ...at, quiet: true }));
const proposed = journals().map((journal) => journal.postingReference);
tieout(['approve', ...proposed, '--as', 'ben', '--why', 'checked against the events'], {
  env: { ...env, TIEOUT_KEY: reviewer },
  cwd,
});
tieout(['post'], at);
tieout(['post'], at);

say('does Tryton show what was posted?');
extractAndTakeIn(at, 'extract-2');
tieout(['reconcile', '--as-of', '2026-10-31'], at);
const statement = JSON.parse(tieout(['statement', '--json'], { ...at, quiet: true }));
tieout(['verify'], at);

say('so:');
const states = journals().map((journal) => journal.state);
check(
  `${month.missing} entries were missing, ${proposed.length} journals were proposed`,
  proposed.length === month.missing,
);
check(
  `each journal was found again in Tryton's extract (${states.join(', ')})`,
  states.length > 0 && states.every((state) => state === 'CONFIRMED'),
);
check(
  'every account is proven against Tryton’s own balances',
  statement.reconciliations.every((each) => each.proven === true),
);
check(
  'nothing is unexplained',
  statement.reconciliations.every((each) => Number(each.unexplained) === 0),
);
check('Tryton holds one document of each journal', (await month.countByNumber(proposed)) === proposed.length);
console.log(
  `${Math.round((Date.now() - started) / 1000)} s; the files are in ${cwd}; end Tryton with scripts/tryton/setup.sh stop`,
);
