// A reconciliation of thirty lines, for the simulator's own tests: what does not match by reference, or by store-day,
// must be a mistake that the truth file tells of.
import { cpSync, mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '../../src/config/load.ts';
import { eventContext } from '../../src/config/eventContext.ts';
import { postingCompanies } from '../../src/config/postingCompanies.ts';
import { loadRulebook } from '../../src/config/rulebookFiles.ts';
import type { BusinessEvent } from '../../src/events/model.ts';
import { readEvent } from '../../src/events/read.ts';
import { decimal } from '../../src/money/decimal.ts';
import { deriveLines } from '../../src/rulebook/derive.ts';
import { readCsv } from '../../simulate/csv.ts';
import { FolderOfFiles } from '../../simulate/folder.ts';
import { simulate, type Simulation, type SimulationOptions } from '../../simulate/simulate.ts';

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
  /** Of a web order paid by wallet. */
  payout: string;
  /** In a till's summary, or summed into one. */
  isTill: boolean;
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
        payout: line.further['payout'] ?? '',
        isTill: line.further['channel'] === 'store',
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

/** Events as they count: a correction takes its target back first, a tax revision is its difference to the one before. */
function effective(events: readonly BusinessEvent[]): BusinessEvent[] {
  const byId = new Map(events.map((event) => [`${event.source} ${event.id}`, event]));
  const revisions = new Map(
    events
      .filter((event) => event.type === 'retail.tax.assessed.v1')
      .map((event) => [`${String(event.data.assessmentId)} ${String(event.data.revision)}`, event]),
  );
  return events.flatMap((event) => {
    const target =
      event.corrects === undefined ? undefined : byId.get(`${event.corrects.source} ${event.corrects.id}`);
    if (target !== undefined) {
      const measures = target.measures.map((measure) => ({ ...measure, amount: measure.amount.negated() }));
      const negation = { ...target, measures, businessDate: event.businessDate };
      return event.correction === 'void' ? [negation] : [negation, event];
    }
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
        !IN_NO_RECONCILIATION.has(row.account ?? '') &&
        !(row.account ?? '').endsWith('99'),
    )
    .map((row) => ({
      company: row.company ?? '',
      account: row.account ?? '',
      location: row.location ?? '',
      dimension: row.dimension ?? '',
      currency: row.currency ?? '',
      cents: cents(row.amount ?? ''),
      // An ERP does not always say it; what it did not say is not compared.
      companyCents: cents(row.company_amount || '0'),
      businessDate: row.business_date || row.document_date || row.posting_date || '',
      reference: row.reference ?? '',
      document: row.document ?? '',
      journalSource: row.journal_source ?? '',
      payout: (row.reference ?? '').startsWith('PAYOUT-') ? (row.reference ?? '') : '',
      isTill: row.journal_source === 'Tills',
    }));
}

/** Whole cents of amount text. */
export function cents(text: string): bigint {
  return BigInt(decimal(text).times(100).toFixed(0));
}

/** What is left when lines alike in all but their date, then store-days, then payouts are taken away on both sides. */
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
  const place = (line: Line): string =>
    [line.company, line.account, line.location, line.dimension, line.currency].join('|');
  const dayOf = (line: Line): string =>
    `${place(line)}|${line.journalSource === 'Tills' ? summaryDay(line) : line.businessDate}`;
  const payoutOf = (line: Line): string => `${place(line)}|${line.payout}`;
  let left = pairOff(month.expected, month.ledger, keyOf);
  left = withoutGroups(left, dayOf, (line) => line.isTill);
  left = withoutGroups(left, payoutOf, (line) => line.payout !== '');
  return { expected: notTakenBack(left.expected, keyOf), ledger: left.ledger };
}

/** A sale and its void of which the books hold neither. */
function notTakenBack(lines: readonly Line[], keyOf: (line: Line) => string): Line[] {
  const negated = lines.filter((line) => line.cents < 0n).map((line) => ({ ...line, cents: -line.cents }));
  const positive = lines.filter((line) => line.cents >= 0n);
  const left = pairOff(positive, negated, keyOf);
  return [...left.expected, ...left.ledger.map((line) => ({ ...line, cents: -line.cents }))];
}

/** The day that a summary names in its reference: some are dated the day after. */
function summaryDay(line: Line): string {
  const [, year, month, day] = /^POS-\w+-(\d{4})(\d{2})(\d{2})/.exec(line.reference) ?? [];
  return `${year}-${month}-${day}`;
}

/** Takes away the groups that come to the same sum on both sides. */
function withoutGroups(
  { expected, ledger }: { expected: Line[]; ledger: Line[] },
  keyOf: (line: Line) => string,
  takesPart: (line: Line) => boolean,
): { expected: Line[]; ledger: Line[] } {
  const sums = (lines: readonly Line[]): Map<string, bigint> => {
    const byKey = new Map<string, bigint>();
    for (const line of lines.filter(takesPart)) {
      byKey.set(keyOf(line), (byKey.get(keyOf(line)) ?? 0n) + line.cents);
    }
    return byKey;
  };
  const [ours, theirs] = [sums(expected), sums(ledger)];
  const isOpen = (line: Line): boolean =>
    !takesPart(line) || !theirs.has(keyOf(line)) || ours.get(keyOf(line)) !== theirs.get(keyOf(line));
  return { expected: expected.filter(isOpen), ledger: ledger.filter(isOpen) };
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
