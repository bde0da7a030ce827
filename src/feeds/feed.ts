// What a feed is: bytes of one format in, records of one canonical form out. A feed decides columns, signs and numbers of
// its format once; whether a record counts is decided by the intake, the same way for every feed.
import type { Refusal } from '../events/model.ts';

/** A file (or, on replay, stored bytes) that a feed reads. */
export interface FeedFile {
  path: string;
  /** A fresh stream at each call: a feed that joins two files may read one of them first. */
  bytes(): AsyncIterable<Buffer> | Iterable<Buffer>;
  /** What `bytes` leaves out behind the first line. */
  gap?: Gap;
}

/** Whole lines of a file that are not read, because they are known. */
export interface Gap {
  lines: number;
  bytes: number;
}

/** Where a record stands, and its bytes as delivered. */
export interface Delivered {
  /** Line of the file, 1 = first. */
  position: number;
  byteOffset: number;
  /** Enough of the file to read this record again by the same feed; made only when it is needed. */
  raw(): Buffer;
}

/** A record that the feed's rule passes over by name: counted, not quarantined. */
export type Skipped = Delivered & { outcome: 'skipped'; why: string };
/** A record that the feed could not read. */
export type Refused = Delivered & {
  outcome: 'refused';
  refusal: Refusal;
  /** Of a ledger line: the document that it is of, which is refused with it, and its account; '' where they cannot be read. */
  of?: { ledger: string; document: string; account: string };
};

/** An event as canonical JSON text; reading it is the business of `events/`. */
export type EventRecord = (Delivered & { outcome: 'event'; text: string }) | Refused | Skipped;

/** A ledger line as text by column; `fields` are in the order of the extract's `columns`. */
export type LedgerRecord =
  | (Delivered & {
      outcome: 'line';
      fields: readonly string[];
      /** True where it was seen that no field holds a control character or a backslash: nobody needs to look again. */
      plain?: boolean;
    })
  | Refused
  | Skipped;

/** A ledger extract that has been opened. */
export interface LedgerExtract {
  columns: readonly string[];
  records: AsyncGenerator<LedgerRecord[]>;
}

/** Files given together are one delivery (`together`), or each is one by itself. */
export type Grouping = 'each' | 'together';

/** A row of balances, periods or opening items. */
export type TableSourceRow = (Delivered & { outcome: 'line'; fields: readonly string[] }) | Refused | Skipped;

/** How a feed of the language read a delivery; asked for when its records have been read, but for `key`. */
export interface FeedStamp {
  version: string;
  hash: string;
  key: string;
  detail: Record<string, unknown>;
}

/** Where the rows of a small table come from, if not from its canonical file. */
export interface TableSource {
  feed: string;
  stamp?(): FeedStamp;
  columns: readonly string[];
  read(files: readonly FeedFile[]): AsyncGenerator<TableSourceRow[]>;
}

export interface EventFeed {
  name: string;
  stamp?(): FeedStamp;
  grouping: Grouping;
  read(files: readonly FeedFile[]): AsyncGenerator<EventRecord[]>;
}

/** Whether years and periods of a format are those of the books, or of the wall calendar (`2026-10` is October). */
export type PeriodKind = 'fiscal' | 'calendar';

export interface LedgerFeed {
  name: string;
  stamp?(): FeedStamp;
  grouping: Grouping;
  /** Absent: fiscal. */
  periods?: PeriodKind;
  /** Of one file whose rows stand by themselves, below a header line: it can be read with a gap. */
  readsGaps?: boolean;
  read(files: readonly FeedFile[]): Promise<LedgerExtract>;
}
