// A feed of the language as the intake takes feeds: events, ledger lines and rows of the small tables, each kind by itself.
import { createHash } from 'node:crypto';

import type { Refusal } from '../../events/model.ts';
import { LEDGER_COLUMNS } from '../../accounting/ledgerColumns.ts';
import type {
  EventFeed,
  EventRecord,
  FeedFile,
  FeedStamp,
  LedgerExtract,
  LedgerFeed,
  LedgerRecord,
  Refused,
  TableSource,
  TableSourceRow,
} from '../feed.ts';
import { ExactSum, isDecimal } from './exact.ts';
import type { Feed, Kind } from './feed.ts';
import { keptSet } from './keep.ts';
import type { SecretOf } from './masks.ts';
import type { LoadedLookup } from './lookups.ts';
import { sentenceOf } from './outcomes.ts';
import type { Outcome } from './outcomes.ts';
import { TABLE_COLUMNS } from './readEmit.ts';
import { Reading } from './run.ts';

/** A feed with what it reads with. */
export interface BoundFeed {
  feed: Feed;
  set: ReadonlyMap<string, string>;
  lookups: ReadonlyMap<string, LoadedLookup>;
  secretOf?: SecretOf | undefined;
  /** The reading that came last. */
  last?: Reading;
}

/** How a delivery was read: what the batch keeps. */
export function stampOf({ feed, set, lookups, last }: BoundFeed): FeedStamp {
  const given = [...set].toSorted(([a], [b]) => (a < b ? -1 : 1));
  const tables = Object.fromEntries(feed.lookups.map(({ name }) => [name, lookups.get(name)?.hash ?? '']));
  const key = createHash('sha256')
    .update(JSON.stringify([feed.hash, tables, given]))
    .digest('hex');
  const detail: Record<string, unknown> = { set: Object.fromEntries(given), lookups: tables };
  if (last !== undefined) {
    const { rows, used, title, section, total, skipped, refused, headers, sequences } = last.totals;
    detail['header'] = Object.fromEntries(headers);
    if (sequences.length > 0) detail['sequences'] = sequences;
    detail['rows'] = { rows, used, title, section, total, skipped, refused };
  }
  return { version: feed.version, hash: feed.hash, key, detail };
}

/** Outcomes of one kind; rows that are passed over are told with the first kind only. */
async function* ofKind(bound: BoundFeed, kind: Kind, files: readonly FeedFile[]): AsyncGenerator<Outcome[]> {
  const isFirst = bound.feed.kinds[0] === kind;
  const wanted = (one: Outcome): boolean => (one.outcome === 'skipped' ? isFirst : one.kind === kind);
  const [only] = files;
  const kept = only === undefined ? undefined : await keptBytes(only);
  if (kept !== undefined) {
    const reading = new Reading(bound.feed, { files: [], set: keptSet(kept)!, lookups: bound.lookups });
    yield [...reading.again(kept)].filter(wanted);
    return;
  }
  const { set, lookups, secretOf } = bound;
  const reading = new Reading(bound.feed, { files, set, lookups, secretOf });
  bound.last = reading;
  for await (const outcomes of reading.outcomes()) {
    const some = outcomes.filter(wanted);
    if (some.length > 0) yield some;
  }
}

/** The bytes of a record that quarantine kept; only such a "file" is given as a list of one. */
async function keptBytes(file: FeedFile): Promise<Buffer | undefined> {
  const bytes = file.bytes();
  if (!Array.isArray(bytes) || bytes.length !== 1) return undefined;
  const [first] = bytes as Buffer[];
  return first !== undefined && keptSet(first) !== undefined ? first : undefined;
}

function groupingOf({ files }: Feed): 'each' | 'together' {
  return files.length > 1 ? 'together' : 'each';
}

/** Events of a feed. */
export function asEventFeed(bound: BoundFeed): EventFeed {
  return {
    name: bound.feed.name,
    stamp: () => stampOf(bound),
    grouping: groupingOf(bound.feed),
    async *read(files): AsyncGenerator<EventRecord[]> {
      for await (const outcomes of ofKind(bound, 'event', files)) {
        yield outcomes.map((one): EventRecord => {
          if (one.outcome === 'record') {
            const { position, byteOffset, raw } = one;
            return { position, byteOffset, raw, outcome: 'event', text: JSON.stringify(one.worked.event) };
          }
          return one.outcome === 'skipped' ? one : refusedOf(one);
        });
      }
    },
  };
}

/** Ledger lines of a feed. */
export function asLedgerFeed(bound: BoundFeed): LedgerFeed {
  const emits = bound.feed.emits.filter(({ kind }) => kind === 'ledger');
  // Calendar months are no periods of a fiscal calendar: the company's own calendar says them, by the date.
  const left = bound.feed.periods === 'calendar' ? ['fiscal_year', 'period'] : [];
  const columns = LEDGER_COLUMNS.filter(
    (column) => !left.includes(column) && emits.some((emit) => emit.columns.has(column)),
  );
  return {
    name: bound.feed.name,
    stamp: () => stampOf(bound),
    grouping: groupingOf(bound.feed),
    read(files): Promise<LedgerExtract> {
      async function* records(): AsyncGenerator<LedgerRecord[]> {
        for await (const outcomes of ofKind(bound, 'ledger', files)) {
          yield outcomes.map((one): LedgerRecord => {
            if (one.outcome === 'record') {
              const { position, byteOffset, raw, worked } = one;
              const fields = columns.map((column) => worked.columns?.get(column) ?? '');
              return { position, byteOffset, raw, outcome: 'line', fields };
            }
            return one.outcome === 'skipped' ? one : refusedOf(one);
          });
        }
      }
      return Promise.resolve({ columns, records: records() });
    },
  };
}

/** Rows of balances, periods or opening items of a feed. */
export function asTableSource(bound: BoundFeed, kind: 'balances' | 'periods' | 'opening'): TableSource {
  const columns = TABLE_COLUMNS[kind];
  return {
    feed: bound.feed.name,
    stamp: () => stampOf(bound),
    columns,
    async *read(files): AsyncGenerator<TableSourceRow[]> {
      for await (const outcomes of ofKind(bound, kind, files)) {
        yield outcomes.map((one): TableSourceRow => {
          if (one.outcome !== 'record') return one.outcome === 'skipped' ? one : refusedOf(one);
          const { position, byteOffset, raw, worked } = one;
          const given = kind === 'balances' ? withMovement(worked.columns!) : worked.columns!;
          return {
            position,
            byteOffset,
            raw,
            outcome: 'line',
            fields: columns.map((column) => given.get(column) ?? ''),
          };
        });
      }
    },
  };
}

/** Where a file gives the two ends of a balance only, what moved is their difference. */
function withMovement(columns: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const [opening, closing] = [columns.get('opening') || '0', columns.get('closing') ?? ''];
  const whole = new Map([...columns, ['opening', opening]]);
  if (columns.has('debit') || columns.has('credit') || !isDecimal(opening) || !isDecimal(closing))
    return whole;
  const moved = new ExactSum();
  moved.add(closing);
  moved.add(opening, -1n);
  const isCredit = moved.text.startsWith('-');
  return whole.set('debit', isCredit ? '0' : moved.text).set('credit', isCredit ? moved.text.slice(1) : '0');
}

function refusedOf(one: Extract<Outcome, { outcome: 'refused' }>): Refused {
  const [first] = one.faults;
  const { about } = one;
  const text = (column: string): string => about.get(column) ?? '';
  const refusal: Refusal = {
    reason: first!.reason,
    path: first!.column,
    expected: first!.expected,
    found: first!.found,
    message: `row ${one.rows[0]?.position ?? 0}: ${sentenceOf(one.faults)}`,
    ...(text('company') === '' ? {} : { company: text('company') }),
    ...(text('currency') === '' ? {} : { currency: text('currency') }),
    ...(text('amount') === '' ? {} : { amount: text('amount') }),
  };
  const { position, byteOffset, raw } = one;
  const of = { ledger: text('ledger') || 'GL', document: text('document'), account: text('account') };
  return { position, byteOffset, raw, outcome: 'refused', refusal, of };
}
