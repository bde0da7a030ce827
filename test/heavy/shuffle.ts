// The same facts in another order and other files: lines of events, and whole documents of a ledger extract.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { Random } from '../../simulate/random.ts';

/** Deals `items` in a random order into `parts` piles. */
function dealt<T>(items: readonly T[], parts: number, seed: number): T[][] {
  const random = new Random(seed, 'shuffle');
  const mixed = items
    .map((item) => ({ item, at: random.int(0, 1_000_000_000) }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ item }) => item);
  const piles: T[][] = Array.from({ length: parts }, () => []);
  mixed.forEach((item, index) => piles[index % parts]?.push(item));
  return piles;
}

const linesOf = (path: string): string[] => readFileSync(path, 'utf8').trimEnd().split('\n');

/** Writes the events of `path` in another order into `parts` files; returns their paths. */
export function splitEvents(folder: string, path: string, parts: number, seed: number): string[] {
  return dealt(linesOf(path), parts, seed).map((lines, index) => {
    const to = join(folder, `shuffled-${seed}-${index}.ndjson`);
    writeFileSync(to, `${lines.join('\n')}\n`);
    return to;
  });
}

/** The same for a ledger extract. The parts together are as complete as the whole was; each is a delta. */
export function splitLedger(folder: string, path: string, parts: number, seed: number): string[] {
  const [header = '', ...lines] = linesOf(path);
  const at = header.split(',').indexOf('document');
  const documents = new Map<string, string[]>();
  for (const line of lines) {
    const document = line.split(',')[at] ?? '';
    documents.set(document, [...(documents.get(document) ?? []), line]);
  }
  const control = JSON.parse(readFileSync(path.replace(/\.csv$/, '.control.json'), 'utf8')) as Record<
    string,
    unknown
  >;
  const { rows: _rows, debit: _debit, credit: _credit, ...scope } = control;
  return dealt([...documents.values()], parts, seed).map((some, index) => {
    const to = join(folder, `shuffled-${seed}-${index}.csv`);
    writeFileSync(to, `${[header, ...some.flat().toReversed()].join('\n')}\n`);
    writeFileSync(to.replace(/\.csv$/, '.control.json'), JSON.stringify({ ...scope, mode: 'delta' }));
    return to;
  });
}
