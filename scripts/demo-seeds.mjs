// Ten full demonstrations, one after the other, as a table: what was made, found, missed and wrongly reported by each seed.
// `node scripts/demo-seeds.mjs [--orders N] [--seeds N]`; ends with 1 when one of them is not clean.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const program = fileURLToPath(new URL('../dist/src/main.js', import.meta.url));
const { values } = parseArgs({ options: { orders: { type: 'string' }, seeds: { type: 'string' } } });
const orders = values.orders ?? '5000';
const seeds = Number(values.seeds ?? '10');

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
console.log(
  cells([
    'seed',
    'events',
    'ledger',
    'injected',
    'found',
    'missed',
    'wrong',
    'unexplained',
    'confirmed',
    'verify',
    'seconds',
  ]),
);

let clean = true;
const kinds = new Map();
for (let seed = 1; seed <= seeds; seed += 1) {
  const folder = mkdtempSync(join(tmpdir(), 'tieout-demo-'));
  try {
    const demo = JSON.parse(
      run(['demo', '--dir', folder, '--seed', String(seed), '--orders', orders, '--json']),
    );
    const { ok } = JSON.parse(run(['verify', '--json', '--config', join(folder, 'tieout.yaml')]));
    for (const [kind, count] of Object.entries(demo.injected)) {
      const sum = kinds.get(kind) ?? { injected: 0, found: 0 };
      kinds.set(kind, { injected: sum.injected + count, found: sum.found + (demo.found[kind] ?? 0) });
    }
    const right = demo.missed.length === 0 && demo.wrong.length === 0 && demo.unexplained === '0.00' && ok;
    clean &&= right;
    console.log(
      cells([
        seed,
        demo.events,
        demo.ledgerLines,
        total(demo.injected),
        total(demo.found),
        demo.missed.length,
        demo.wrong.length,
        demo.unexplained,
        demo.confirmed,
        ok ? 'ok' : 'FAILED',
        demo.seconds,
      ]),
    );
    for (const each of [...demo.missed, ...demo.wrong]) console.log(`            ${JSON.stringify(each)}`);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
console.log('\nkind                          injected     found');
for (const [kind, { injected, found }] of [...kinds].sort(([a], [b]) => (a < b ? -1 : 1))) {
  console.log(`${kind.padEnd(27)}${String(injected).padStart(11)}${String(found).padStart(10)}`);
}
process.exit(clean ? 0 : 1);
