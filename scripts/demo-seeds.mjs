// Full demonstrations, one after the other, as a table: what was made, found, missed and wrongly reported by each seed, and
// each miss and wrong report on a line of its own, with the mistakes that were made on what it names.
// `node scripts/demo-seeds.mjs [--orders N] [--seeds N] [--first N] [--keep]`; ends with 1 when one is not clean.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const program = fileURLToPath(new URL('../dist/src/main.js', import.meta.url));
const { values } = parseArgs({
  options: {
    orders: { type: 'string', default: '5000' },
    seeds: { type: 'string', default: '10' },
    first: { type: 'string', default: '1' },
    keep: { type: 'boolean', default: false },
  },
});
const first = Number(values.first);

function run(args) {
  const { status, stdout, stderr } = spawnSync(process.execPath, [program, ...args], {
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  if (status !== 0 && status !== 1) {
    process.stderr.write(stderr);
    process.exit(status ?? 3);
  }
  return stdout;
}

const total = (counts) => Object.values(counts).reduce((sum, count) => sum + count, 0);
const cells = (row) => row.map((cell) => String(cell).padStart(11)).join('');

/** What a reference belongs to: `void_not_reversed#1`, or `honest`. */
function mistakesOf(folder) {
  const ids = new Map();
  for (const line of readFileSync(join(folder, 'truth', 'mistakes.ndjson'), 'utf8').split('\n')) {
    if (line === '') continue;
    const { id, references } = JSON.parse(line);
    for (const reference of references) ids.set(reference, [...(ids.get(reference) ?? []), id]);
  }
  return (references) => [...new Set(references.flatMap((each) => ids.get(each) ?? ['honest']))].slice(0, 6);
}

const few = (texts, most = 6) =>
  texts.slice(0, most).join(' ') + (texts.length > most ? ` and ${texts.length - most} more` : '');

function printOne(demo, periodOf) {
  const missed = new Map();
  for (const { id, reason, accounts, note } of demo.missed) {
    const text = `  missed ${id}  ${reason}  ${accounts.join(' ')}\n         ${note}`;
    missed.set(text, (missed.get(text) ?? 0) + 1);
  }
  for (const [text, times] of missed) console.log(times === 1 ? text : `${text} (${times} times)`);
  for (const { reason, references, accounts, why } of demo.wrong) {
    console.log(`  wrong  ${reason}  ${few(references)}  [${few(periodOf(references))}]  ${few(accounts)}`);
    console.log(`         ${why.slice(0, 300)}`);
  }
}

const HEAD =
  'seed events ledger injected found missed wrong lacking proposed unexplained confirmed verify seconds';
console.log(cells(HEAD.split(' ')));
let clean = true;
const kinds = new Map();
for (let seed = first; seed < first + Number(values.seeds); seed += 1) {
  const folder = mkdtempSync(join(tmpdir(), 'tieout-demo-'));
  try {
    const args = ['demo', '--dir', folder, '--seed', String(seed), '--orders', values.orders, '--json'];
    const demo = JSON.parse(run(args));
    const { ok } = JSON.parse(run(['verify', '--json', '--config', join(folder, 'tieout.yaml')]));
    for (const [kind, count] of Object.entries(demo.injected)) {
      const sum = kinds.get(kind) ?? { injected: 0, found: 0 };
      kinds.set(kind, { injected: sum.injected + count, found: sum.found + (demo.found[kind] ?? 0) });
    }
    clean &&= demo.missed.length === 0 && demo.wrong.length === 0 && demo.unexplained === '0.00' && ok;
    console.log(
      cells([
        seed,
        demo.events,
        demo.ledgerLines,
        total(demo.injected),
        total(demo.found),
        demo.missed.length,
        demo.wrong.length,
        demo.injected.missing_entry ?? 0,
        demo.found.missing_entry ?? 0,
        demo.unexplained,
        demo.confirmed,
        ok ? 'ok' : 'FAILED',
        demo.seconds,
      ]),
    );
    printOne(demo, mistakesOf(folder));
    if (values.keep) console.log(`  kept in ${folder}`);
  } finally {
    if (!values.keep) rmSync(folder, { recursive: true, force: true });
  }
}
console.log('\nkind                          injected     found');
for (const [kind, { injected, found }] of [...kinds].sort(([a], [b]) => (a < b ? -1 : 1))) {
  console.log(`${kind.padEnd(27)}${String(injected).padStart(11)}${String(found).padStart(10)}`);
}
process.exit(clean ? 0 : 1);
