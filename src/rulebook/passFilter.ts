// Compiles `where` of a pass: which lines it sees, by what an event or a ledger line says of itself.
import type { ExpectedFilter, LedgerFilter, PassFilter } from './model.ts';
import { fits } from './patterns.ts';
import { readSearch } from './pattern.ts';
import type { YamlMap, YamlValue } from './yaml.ts';

/** What a line says of itself, by the names that filters use; '' = nothing. */
export interface FilterFacts {
  channel: string;
  eventType: string;
  brand: string;
  documentType: string;
  journalSource: string;
  reference: string;
  text: string;
}

export const EXPECTED_LISTS = { channels: 'channel', eventTypes: 'eventType', brands: 'brand' } as const;
export const LEDGER_LISTS = { documentTypes: 'documentType', journalSources: 'journalSource' } as const;
export const LEDGER_SEARCHES = ['reference', 'text'] as const;

/** Reads `where: { expected: {...}, ledger: {...} }`; each may have `not`. */
export function readPassFilter(value: YamlValue | undefined): PassFilter {
  const map = value?.map('{ expected: { channels: [store] }, ledger: { reference: "^POS-" } }');
  if (map === undefined) return {};
  const expected = readSide(map.get('expected'), readExpected);
  const ledger = readSide(map.get('ledger'), readLedger);
  map.end();
  return { ...(expected === undefined ? {} : { expected }), ...(ledger === undefined ? {} : { ledger }) };
}

function readSide<F extends object>(
  value: YamlValue | undefined,
  read: (map: YamlMap) => F,
): (F & { not?: F }) | undefined {
  const map = value?.map();
  if (map === undefined) return undefined;
  const filter = read(map);
  const not = map.get('not')?.map();
  const refused = not === undefined ? undefined : read(not);
  not?.end();
  map.end();
  if (Object.keys(filter).length === 0 && refused === undefined) {
    return value?.refuse({ what: 'the filter asks nothing', todo: 'name something, or leave it out' });
  }
  return refused === undefined ? filter : { ...filter, not: refused };
}

function readExpected(map: YamlMap): ExpectedFilter {
  const filter: ExpectedFilter = {};
  for (const name of ['channels', 'eventTypes', 'brands'] as const) {
    const texts = map.get(name)?.texts();
    if (texts !== undefined) filter[name] = texts;
  }
  return filter;
}

function readLedger(map: YamlMap): LedgerFilter {
  const filter: LedgerFilter = {};
  for (const name of ['documentTypes', 'journalSources'] as const) {
    const texts = map.get(name)?.texts();
    if (texts !== undefined) filter[name] = texts;
  }
  for (const name of LEDGER_SEARCHES) {
    const value = map.get(name);
    const source = value?.text();
    if (value === undefined || source === undefined) continue;
    const read = readSearch(source);
    if (read.ok) filter[name] = read.pattern;
    else
      value.refuse({
        what: `the regular expression cannot be used: ${read.what}`,
        expected: read.expected,
        found: JSON.stringify(source),
      });
  }
  return filter;
}

/** True where a pass with this filter sees the line. */
export function seesExpected(where: PassFilter, facts: FilterFacts): boolean {
  const { expected } = where;
  if (expected === undefined) return true;
  return allExpected(expected, facts) && (expected.not === undefined || !allExpected(expected.not, facts));
}

/** The same for a ledger line. */
export function seesLedger(where: PassFilter, facts: FilterFacts): boolean {
  const { ledger } = where;
  if (ledger === undefined) return true;
  return allLedger(ledger, facts) && (ledger.not === undefined || !allLedger(ledger.not, facts));
}

function allExpected(filter: ExpectedFilter, facts: FilterFacts): boolean {
  return Object.entries(EXPECTED_LISTS).every(([list, fact]) =>
    listed(filter[list as keyof ExpectedFilter], facts[fact]),
  );
}

function allLedger(filter: LedgerFilter, facts: FilterFacts): boolean {
  return (
    listed(filter.documentTypes, facts.documentType) &&
    listed(filter.journalSources, facts.journalSource) &&
    LEDGER_SEARCHES.every((name) => {
      const pattern = filter[name];
      return pattern === undefined || new RegExp(pattern, 'su').test(facts[name]);
    })
  );
}

const listed = (patterns: readonly string[] | undefined, value: string): boolean =>
  patterns === undefined || patterns.some((pattern) => fits(pattern, value));
