// A reconciliation of thirty lines, for the simulator's own tests: what does not match by reference, or by store-day,
// must be a mistake that the truth file tells of.
import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '../../src/config/load.ts';
import { eventContext } from '../../src/config/places.ts';
import { postingCompanies } from '../../src/config/postingCompanies.ts';
import { loadRulebook } from '../../src/config/rulebookFiles.ts';
import type { BusinessEvent } from '../../src/events/model.ts';
import { readEvent } from '../../src/events/read.ts';
import { decimal } from '../../src/money/decimal.ts';
import { deriveLines } from '../../src/rulebook/derive.ts';
import { readCsv } from '../../src/simulate/csv.ts';
import { FolderOfFiles } from '../../src/simulate/folder.ts';
import { simulate, type Simulation, type SimulationOptions } from '../../src/simulate/simulate.ts';

/** A line of either side: cents signed, `key` is all that must agree. */
export interface Line {
  company: string;
  account: string;
  location: string;
  dimension: string;
  currency: string;
  cents: bigint;
  companyCents: bigint;
  businessDate: string;
  reference: string;
  document: string;
  journalSource: string;
}

export interface Month {
  folder: string;
  simulation: Simulation;
  /** Expected lines of all events that count, corrections and tax revisions worked out. */
  expected: Line[];
  /** Posted lines of the closing extract that the events explain. */
  ledger: Line[];
  /** Reason per refused record, of the files that are not dirty by name. */
  refused: string[];
  events: BusinessEvent[];
}

/** Simulates into a folder and reads it back with the product's own event reader and rulebook. */
export function simulatedMonth(options: SimulationOptions): Month {
  const folder = mkdtempSync(join(tmpdir(), 'tieout-simulate-'));
  const files = new FolderOfFiles(folder);
  const simulation = simulate(options, files);
  files.close();
  cpSync(new URL('../../examples/retail/rulebook', import.meta.url).pathname, join(folder, 'rulebook'), {
    recursive: true,
  });
  const config = loadConfig(join(folder, 'tieout.yaml'), {});
  const rulebook = loadRulebook(config);
  const context = eventContext(config);
  const companies = postingCompanies(config, []);
  const { events, refused } = readEvents(folder, (text) => readEvent(text, context));
  const expected: Line[] = [];
  for (const event of effective(events)) {
    const start = '2026-10-01' as BusinessEvent['businessDate'];
    const derived = deriveLines(
      event,
      event.businessDate < start ? start : event.businessDate,
      rulebook,
      companies,
    );
    if (derived.kind === 'refused' || derived.kind === 'no_rule')
      refused.push(`${event.id}: ${derived.kind}`);
    if (derived.kind !== 'lines') continue;
    for (const line of derived.lines) {
      expected.push({
        ...line,
        cents: cents(line.amount),
        companyCents: cents(line.companyAmount ?? '0'),
        document: '',
        journalSource: '',
      });
    }
  }
  return { folder, simulation, expected, ledger: closingLines(folder), refused, events };
}

export function removeMonth(month: Month): void {
  rmSync(month.folder, { recursive: true });
}

function readEvents(
  folder: string,
  read: (text: string) => ReturnType<typeof readEvent>,
): { events: BusinessEvent[]; refused: string[] } {
  const refused: string[] = [];
  const byId = new Map<string, BusinessEvent>();
  for (const name of readdirSync(join(folder, 'events')).sort()) {
    if (/^(dirty|redelivery|truncated|legacy)/.test(name)) continue;
    for (const text of readFileSync(join(folder, 'events', name), 'utf8').split('\n')) {
      if (text === '') continue;
      const outcome = read(text);
      if (outcome.ok) byId.set(`${outcome.event.source} ${outcome.event.id}`, outcome.event);
      else refused.push(`${name}: ${outcome.refusal.message}`);
    }
  }
  return { events: [...byId.values()], refused };
}

/** Events as they count: voided and replaced ones left out, a tax revision as its difference to the one before. */
function effective(events: readonly BusinessEvent[]): BusinessEvent[] {
  const corrected = new Set(
    events.flatMap((event) =>
      event.corrects === undefined ? [] : [`${event.corrects.source} ${event.corrects.id}`],
    ),
  );
  const revisions = new Map(
    events
      .filter((event) => event.type === 'retail.tax.assessed.v1')
      .map((event) => [`${String(event.data.assessmentId)} ${String(event.data.revision)}`, event]),
  );
  return events.flatMap((event) => {
    if (event.correction === 'void' || corrected.has(`${event.source} ${event.id}`)) return [];
    const before = revisions.get(`${String(event.data.assessmentId)} ${Number(event.data.revision) - 1}`);
    if (event.type !== 'retail.tax.assessed.v1' || before === undefined) return [event];
    const measures = event.measures.map((measure) => {
      const was = before.measures.find(
        (each) => each.name === measure.name && each.member === measure.member,
      );
      return was === undefined ? measure : { ...measure, amount: measure.amount.minus(was.amount) };
    });
    return [{ ...event, measures }];
  });
}

const OUT_OF_SCOPE = new Set(['Receipts', 'Purchasing']);
const IN_NO_RECONCILIATION = new Set(['1000', '2900', '6990']);

function closingLines(folder: string): Line[] {
  return readCsv(readFileSync(join(folder, 'ledger', '05-closing.csv'), 'utf8'))
    .filter(
      (row) =>
        row.status === 'posted' &&
        !OUT_OF_SCOPE.has(row.journal_source ?? '') &&
        !IN_NO_RECONCILIATION.has(row.account ?? ''),
    )
    .map((row) => ({
      company: row.company ?? '',
      account: row.account ?? '',
      location: row.location ?? '',
      dimension: row.dimension ?? '',
      currency: row.currency ?? '',
      cents: cents(row.amount ?? ''),
      companyCents: cents(row.company_amount ?? ''),
      businessDate: row.business_date || row.document_date || row.posting_date || '',
      reference: row.reference ?? '',
      document: row.document ?? '',
      journalSource: row.journal_source ?? '',
    }));
}

/** Whole cents of amount text. */
export function cents(text: string): bigint {
  return BigInt(decimal(text).times(100).toFixed(0));
}

/** What is left when lines alike in all but their date, and then store-days, are taken away on both sides. */
export function residue(month: Month): { expected: Line[]; ledger: Line[] } {
  const keyOf = (line: Line): string =>
    [
      line.company,
      line.account,
      line.location,
      line.dimension,
      line.currency,
      line.reference,
      line.cents,
    ].join('|');
  const left = pairOff(month.expected, month.ledger, keyOf);
  const dayOf = (line: Line): string =>
    [line.company, line.account, line.location, line.dimension, line.currency, line.businessDate].join('|');
  const sums = new Map<string, bigint>();
  for (const line of left.expected) sums.set(dayOf(line), (sums.get(dayOf(line)) ?? 0n) + line.cents);
  const done = new Set(
    left.ledger
      .filter((line) => line.journalSource === 'Tills' && (sums.get(dayOf(line)) ?? 0n) === line.cents)
      .map(dayOf),
  );
  const isOpen = (line: Line): boolean => !done.has(dayOf(line));
  return { expected: left.expected.filter(isOpen), ledger: left.ledger.filter(isOpen) };
}

function pairOff(
  expected: readonly Line[],
  ledger: readonly Line[],
  keyOf: (line: Line) => string,
): { expected: Line[]; ledger: Line[] } {
  const open = new Map<string, Line[]>();
  for (const line of ledger) {
    const same = open.get(keyOf(line));
    if (same === undefined) open.set(keyOf(line), [line]);
    else same.push(line);
  }
  const rest = expected.filter((line) => open.get(keyOf(line))?.pop() === undefined);
  return { expected: rest, ledger: [...open.values()].flat() };
}
