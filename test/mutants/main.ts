// `npm run mutants`: makes one small mistake after the other in a copy of the sources and runs the tests of its room. A
// mutant that no test notices is a survivor: the tests would be content with a program that does that.
//   npm run mutants                    all of them
//   npm run mutants -- --short         eight fixed ones
//   npm run mutants -- --only TEXT     those whose name, or path of their tests, holds this text
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';

import { joinEmbeddedServer } from '../../src/db/embedded.ts';
import { fastFolder } from '../support/fastFolder.ts';
import { ERP } from './list/erp.ts';
import { INTAKE } from './list/intake.ts';
import { MATCHING } from './list/matching.ts';
import { NUMBERS } from './list/numbers.ts';
import { PROPOSING } from './list/proposing.ts';
import { RECORDS } from './list/records.ts';
import { SENDING } from './list/sending.ts';
import type { Mutant } from './mutant.ts';
import { faultsIn, placeOf, sourcesIn } from './sources.ts';
import { runTests } from './runTests.ts';

const MUTANTS: readonly Mutant[] = [
  ...SENDING,
  ...PROPOSING,
  ...ERP,
  ...RECORDS,
  ...INTAKE,
  ...MATCHING,
  ...NUMBERS,
];
/** What the tests of the rooms read. */
const COPIED = ['src', 'entities', 'jobs', 'reports', 'simulate', 'test', 'bench', 'examples', 'docs'];
const SINGLE_FILES = ['package.json', 'tsconfig.json', 'vitest.config.ts'];
/** As fast as a server can be whose data nobody needs tomorrow. */
const SERVER = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: '200' };

const { values } = parseArgs({
  options: {
    short: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
  },
});

const say = (text: string): void => void process.stdout.write(`${text}\n`);

async function main(): Promise<void> {
  const sources = sourcesIn(process.cwd());
  // All of the list, whatever is run of it: a text that moved away is found on the day on which it moved.
  const faults = faultsIn(MUTANTS, sources);
  if (faults.length > 0) {
    for (const fault of faults) say(fault);
    process.exitCode = 1;
    return;
  }
  const asked = values.short
    ? MUTANTS.flatMap(({ short, ...mutant }) => (short === undefined ? [] : [{ ...mutant, tests: [short] }]))
    : MUTANTS;
  const chosen = asked.filter(({ name, tests }) =>
    [name, ...tests].some((text) => text.includes(values.only)),
  );
  if (chosen.length === 0) {
    say(`no mutant has "${values.only}" in its name or in the paths of its tests`);
    process.exitCode = 2;
    return;
  }
  const folder = mkdtempSync(join(fastFolder(), 'tieout-mutants-'));
  const server = await joinEmbeddedServer(join(folder, 'server'), SERVER);
  try {
    const copy = copyOfTree(folder);
    const tests = [...new Set(chosen.flatMap((mutant) => mutant.tests))].sort();
    const before = await runTests(copy, tests, server.url);
    if (before !== undefined) {
      say(`the tests fail without any mutant, so that nothing is learnt from them:\n${before}`);
      process.exitCode = 1;
      return;
    }
    await tryAll(chosen, copy, server.url);
  } finally {
    await server.leave();
    rmSync(folder, { recursive: true, force: true });
  }
}

function copyOfTree(folder: string): string {
  const copy = join(folder, 'tree');
  for (const name of [...COPIED, ...SINGLE_FILES]) cpSync(name, join(copy, name), { recursive: true });
  symlinkSync(join(process.cwd(), 'node_modules'), join(copy, 'node_modules'));
  return copy;
}

async function tryAll(chosen: readonly Mutant[], copy: string, url: string): Promise<void> {
  const sources = sourcesIn(copy);
  const survivors: Mutant[] = [];
  for (const mutant of chosen) {
    const file = join(copy, placeOf(mutant, sources));
    const text = readFileSync(file, 'utf8');
    const started = performance.now();
    writeFileSync(
      file,
      text.replace(mutant.find, () => mutant.put),
    );
    const caught = (await runTests(copy, mutant.tests, url)) !== undefined;
    writeFileSync(file, text);
    const seconds = ((performance.now() - started) / 1000).toFixed(1).padStart(5);
    say(`${caught ? 'caught  ' : 'SURVIVED'} ${seconds} s  ${mutant.name}`);
    if (!caught) survivors.push(mutant);
  }
  say(`\n${chosen.length - survivors.length} of ${chosen.length} mutants caught`);
  for (const { name, tests } of survivors) say(`survived: ${name} (${tests.join(', ')})`);
  if (survivors.length > 0) process.exitCode = 1;
}

await main();
