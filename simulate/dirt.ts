// Dirty inputs: records that must be refused one by one with their reason, deliveries repeated, a file cut in the middle.
// None of them changes the books; what must be counted of each is written to truth/intake.ndjson.
import { dirtyDocuments } from './dirtyLedger.ts';
import type { Desk } from './desk.ts';
import { voidOf } from './corrections.ts';
import { eventOf, lineOf, type EventBody } from './eventText.ts';
import type { SimulatedFiles } from './files.ts';

export const INTAKE_TRUTH_PATH = 'truth/intake.ndjson';

/** What taking one file in must count. */
export interface IntakeTruth {
  file: string;
  /** Records refused, by reason. */
  quarantined: Record<string, number>;
  /** Records that say again what is known. */
  duplicates: number;
  note: string;
}

export interface DirtyFiles {
  events: string[];
  ledger: string[];
}

/** Bytes beyond the largest event that is taken (1 MiB). */
const TOO_LARGE_CHARACTERS = 1_100_000;
const REPEATED = 20;
/** Days of the month of what is delivered again: all before the day on which the dirty files come. */
const BEFORE = [2, 17] as const;

/** Writes all dirty files and what must become of them. */
export function makeDirt(desk: Desk, files: SimulatedFiles, day: string): DirtyFiles {
  const truth = (row: IntakeTruth): void => files.append(INTAKE_TRUTH_PATH, `${JSON.stringify(row)}\n`);
  const bad = `events/dirty-${day}.ndjson`;
  const quarantined: Record<string, number> = {};
  for (const [reason, text] of badEvents(desk)) {
    quarantined[reason] = (quarantined[reason] ?? 0) + 1;
    desk.sendText('dirty', day, text);
  }
  truth({
    file: bad,
    quarantined,
    duplicates: 0,
    note: 'Each record is refused; none hurts its neighbours.',
  });

  const sent = Array.from({ length: REPEATED }, () => {
    const sale = desk.sale({ clean: true, days: BEFORE });
    desk.honest(sale);
    return eventOf(sale).body;
  });
  for (const [index, body] of sent.entries()) {
    desk.sendText('redelivery', day, index % 4 === 3 ? lineOf(rephrased(body)) : lineOf(body));
  }
  truth({
    file: `events/redelivery-${day}.ndjson`,
    quarantined: {},
    duplicates: REPEATED,
    note: 'Known events again; every fourth with other key order and 5.5 for 5.50.',
  });

  const half = sent.slice(0, REPEATED / 2).map(lineOf);
  const last = lineOf(sent.at(-1) ?? eventOf(desk.sale({ clean: true, days: BEFORE })).body);
  desk.sendText('truncated', day, half.join('') + last.slice(0, last.length / 2));
  truth({
    file: `events/truncated-${day}.ndjson`,
    quarantined: { NOT_JSON: 1 },
    duplicates: half.length,
    note: 'The transfer broke off in the middle of a line.',
  });

  const ledger = `ledger/03-by-hand.csv`;
  const { text, reasons } = dirtyDocuments(day);
  files.append(ledger, text);
  truth({
    file: ledger,
    quarantined: reasons,
    duplicates: 0,
    note: 'Made by hand, without control file: every document in it has one bad line.',
  });
  return {
    events: [bad, `events/redelivery-${day}.ndjson`, `events/truncated-${day}.ndjson`],
    ledger: [ledger],
  };
}

/** Bad records with the reason each must be refused for. */
function badEvents(desk: Desk): [string, string][] {
  const spoiled = (change: (body: EventBody, data: Record<string, unknown>) => void): string => {
    const { body } = eventOf(desk.sale({ company: 'US01', clean: true, days: BEFORE }));
    change(body, body.data);
    return lineOf(body);
  };
  const target = desk.sale({ company: 'DE01', clean: true, days: BEFORE });
  const known = eventOf(target).body;
  const voided = voidOf(known);
  // The target and its first correction are honest; only the second correction is too much.
  desk.sendText('oms', target.businessDate, lineOf(known) + lineOf(voided));
  const conflict = desk.sale({ company: 'US01', clean: true, days: BEFORE });
  desk.honest(conflict);
  const other = eventOf(conflict).body;
  return [
    ['NOT_JSON', `{"specversion":"1.0","id":"cut-off","sou\n`],
    ['SCHEMA', spoiled(() => undefined).replace(/"net":"(\d+\.\d\d)"/, '"net":$1')],
    ['SCHEMA', spoiled((_body, data) => delete data.shipmentId)],
    ['SCHEMA', spoiled((_body, data) => (data.total = `-${String(data.total)}`))],
    ['UNKNOWN_TYPE', spoiled((body) => (body.type = 'retail.shipment.imagined.v1'))],
    ['UNKNOWN_COMPANY', spoiled((_body, data) => (data.company = 'US99'))],
    ['UNKNOWN_CURRENCY', spoiled((_body, data) => (data.currency = 'XXQ'))],
    ['CURRENCY_SCALE', spoiled((_body, data) => (data.total = `${String(data.total)}5`))],
    ['TOTAL_MISMATCH', spoiled((_body, data) => (data.total = `1${String(data.total)}`))],
    ['BAD_TIME', spoiled((body) => (body.time = body.time.slice(0, 19)))],
    ['NO_RATE', spoiled((_body, data) => (data.currency = 'GBP'))],
    [
      'BAD_CORRECTION',
      spoiled((body, data) => {
        data.corrects = { source: body.source, id: body.id };
        data.correction = 'replace';
      }),
    ],
    ['BAD_CORRECTION', lineOf({ ...voidOf(known), id: `${known.id}-void-2` })],
    ['CONFLICTING_DUPLICATE', lineOf({ ...other, subject: `${other.subject}-changed` })],
    ['TOO_LARGE', spoiled((_body, data) => (data.comment = 'x'.repeat(TOO_LARGE_CHARACTERS)))],
  ];
}

/** The same content in other words: keys backwards, amounts without a trailing zero. */
function rephrased(body: EventBody): EventBody {
  const turned = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(turned);
    if (typeof value === 'string') return /^\d+\.\d0$/.test(value) ? value.slice(0, -1) : value;
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value)
        .toReversed()
        .map(([key, each]) => [key, turned(each)]),
    );
  };
  return { ...body, data: turned(body.data) as Record<string, unknown> };
}
