// Runs the commands of examples/first-tieout/README.md in a fresh database. Exit code 1 of tieout means "done, and something
// needs a person", which is the right outcome here; only 2 and 3 are failures.
import { spawnSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('../examples/first-tieout', import.meta.url));
const program = fileURLToPath(new URL('../dist/src/main.js', import.meta.url));

rmSync(`${folder}/.tieout`, { recursive: true, force: true });
for (const command of [
  'ingest periods data/periods.csv',
  'ingest opening data/opening.csv',
  'ingest events data/events.ndjson',
  'ingest ledger data/ledger.csv',
  'ingest balances data/balances.csv',
  'reconcile --as-of 2026-10-31',
  'exceptions',
]) {
  console.log(`\n$ tieout ${command}`);
  const { status } = spawnSync(process.execPath, [program, ...command.split(' ')], {
    cwd: folder,
    stdio: 'inherit',
  });
  if (status !== 0 && status !== 1) process.exit(status ?? 3);
}
console.log('\nWhat this company did, and why each line came out as it did: examples/first-tieout/README.md');
