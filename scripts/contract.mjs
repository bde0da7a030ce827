// `npm run contract`: the contract with senders as the program has it now, against the committed one in contract/. What would break
// a sender is refused (exit 1): it needs a new version of the type. What breaks nobody is written with --write.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { breakingChanges } from '../dist/src/events/breaking.js';
import { contractFiles } from '../dist/src/server/contract.js';
import { eventTypes } from './eventTypes.mjs';

const folder = fileURLToPath(new URL('../contract/', import.meta.url));
const write = process.argv.includes('--write');
let broken = 0;
let stale = 0;
/** @type {[name: string, document: object][]} */
const files = contractFiles();
/** @type {[name: string, text: string, document: object | undefined][]} */
const texts = [
  ...files.map(([name, document]) => [name, `${JSON.stringify(document, null, 2)}\n`, document]),
  ['events.d.ts', await eventTypes(files), undefined],
];
for (const [name, text, document] of texts) {
  const path = join(folder, name);
  const committed = existsSync(path) ? readFileSync(path, 'utf8') : undefined;
  if (committed === text) continue;
  const changes =
    committed === undefined || !name.startsWith('schemas/')
      ? []
      : breakingChanges(JSON.parse(committed), document);
  for (const change of changes) console.error(`contract/${name}: ${change}`);
  broken += changes.length;
  if (changes.length > 0) continue;
  if (write) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    console.log(`contract/${name}: written`);
  } else {
    stale += 1;
    console.error(
      `contract/${name}: not what the program says; nothing in it breaks a sender: npm run contract -- --write`,
    );
  }
}
if (broken > 0)
  console.error(
    `${broken} changes break those who send by the committed contract: give the type a new version instead.`,
  );
process.exitCode = broken + stale > 0 ? 1 : 0;
