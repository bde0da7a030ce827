// Refused records read again by their own feed, after rules, configuration or another delivery have changed. Each stored
// record is a small file by itself, so a replay is an intake like any other, with the quarantine id as position.
import type {
  EventFeed,
  EventRecord,
  FeedFile,
  LedgerExtract,
  LedgerFeed,
  LedgerRecord,
} from '../feeds/feed.ts';
import type { ReplayRecord } from '../db/intake/quarantine.ts';

/** The files that a stored record is made of: one, or the tables that a feed takes together. */
function filesOf(record: ReplayRecord, grouping: EventFeed['grouping']): FeedFile[] {
  const path = `quarantine ${record.id}`;
  if (grouping === 'each') return [{ path, bytes: () => [record.raw] }];
  return splitTables(record.raw).map((part) => ({ path, bytes: () => [part] }));
}

/** `rawTables` puts an empty line between tables. */
function splitTables(raw: Buffer): Buffer[] {
  const parts: Buffer[] = [];
  let from = 0;
  for (let at = raw.indexOf('\n\n'); at !== -1; at = raw.indexOf('\n\n', from)) {
    parts.push(raw.subarray(from, at + 1));
    from = at + 2;
  }
  return [...parts, raw.subarray(from)];
}

/** An event feed over stored records. */
export function replayedEvents(feed: EventFeed, records: readonly ReplayRecord[]): EventFeed {
  return {
    name: feed.name,
    grouping: 'each',
    async *read(): AsyncGenerator<EventRecord[]> {
      for (const record of records) {
        for await (const some of feed.read(filesOf(record, feed.grouping))) {
          yield some.map((one) => ({
            ...one,
            position: Number(record.id),
            byteOffset: 0,
            raw: () => record.raw,
          }));
        }
      }
    },
  };
}

/** A ledger feed over stored records, which must all have the same columns. */
export function replayedLedger(
  feed: LedgerFeed,
  columns: readonly string[],
  records: readonly ReplayRecord[],
): LedgerFeed {
  return {
    name: feed.name,
    grouping: 'each',
    read: async (): Promise<LedgerExtract> => {
      async function* read(): AsyncGenerator<LedgerRecord[]> {
        for (const record of records) {
          const extract = await feed.read(filesOf(record, feed.grouping));
          for await (const some of extract.records) {
            yield some.map((one) => ({
              ...one,
              position: Number(record.id),
              byteOffset: 0,
              raw: () => record.raw,
            }));
          }
        }
      }
      return { columns, records: read() };
    },
  };
}

/** Groups ledger records by what one extract has in common: columns, and the moment of extraction. */
export async function ledgerGroups(
  feed: LedgerFeed,
  records: readonly ReplayRecord[],
): Promise<{ columns: readonly string[]; extractedAt: string | null; records: ReplayRecord[] }[]> {
  const groups = new Map<
    string,
    { columns: readonly string[]; extractedAt: string | null; records: ReplayRecord[] }
  >();
  for (const record of records) {
    const { columns } = await feed.read(filesOf(record, feed.grouping));
    const key = `${record.extractedAt ?? ''} ${columns.join(',')}`;
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { columns, extractedAt: record.extractedAt, records: [record] });
    else group.records.push(record);
  }
  return [...groups.values()];
}
