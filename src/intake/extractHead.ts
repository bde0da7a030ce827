// The month again, a day longer: a full extract that begins, byte for byte, with one of the same scope that was taken whole
// and of which everything still stands. That head is known, and only what follows it is read. Most systems append, so this
// is the usual night; an extract in any other order is read row by row.
import { createHash } from 'node:crypto';

import type pg from 'pg';

import { daysBetween, isoDate } from '../accounting/dates.ts';
import type { IsoDate } from '../accounting/dates.ts';
import { countSnapshot, findSnapshot } from '../db/intake/extractSnapshot.ts';
import type { ExtractScope, Snapshot } from '../db/intake/extractSnapshot.ts';
import type { Batch } from '../db/intake/insertBatch.ts';
import { AMOUNT_SCALE, readScaled } from '../money/scaled.ts';
import type { Control } from '../feeds/control.ts';
import type { FeedFile, LedgerFeed } from '../feeds/feed.ts';
import { fileBytes } from '../feeds/lines.ts';
import { isArchive } from '../feeds/xlsx/archive.ts';
import type { IntakeContext } from './context.ts';
import type { Delivery, DeliveryReport } from './delivery.ts';
import type { ExtractTotals } from './extractTotals.ts';
import { readingOf } from './ledgerRow.ts';

/** What an extract begins with, and its file without that. */
export interface ExtractHead {
  scope: ExtractScope;
  snapshot: Snapshot;
  /** Sums of its rows as control totals count them, in ten-thousandths; 0 where nobody claims any. */
  debit: bigint;
  credit: bigint;
  file: FeedFile;
}

/** A year and what is booked after its end; longer extracts are read row by row. */
const MOST_DAYS = 400;
const LF = 10;
const QUOTE = 34;

/** The earlier extract that this one begins with; undefined where there is none, or something of it has changed. */
export async function findHead(
  pool: pg.Pool,
  context: IntakeContext,
  feed: LedgerFeed,
  { files, bytes }: Delivery,
  control: Control | undefined,
): Promise<ExtractHead | undefined> {
  const scope = control && scopeOf(control);
  const [file] = files;
  if (feed.readsGaps !== true || scope === undefined || file === undefined) return undefined;
  const snapshot = await findSnapshot(pool, feed.name, bytes, scope);
  if (snapshot === undefined) return undefined;
  const sums = sumsOf(snapshot, control!);
  if (sums === undefined || snapshot.reading !== reading(scope, isoDate(snapshot.to), context))
    return undefined;
  const rest = await withoutHead(file.path, snapshot);
  return rest && { scope, snapshot, ...sums, file: rest };
}

type DatedScope = ExtractScope & { from: IsoDate; to: IsoDate };

/** The scope of an extract that may be a snapshot: full, dated, of named companies. */
function scopeOf({
  mode,
  from,
  to,
  extractedAt,
  companies,
  ledgers,
  accounts,
}: Control): DatedScope | undefined {
  if (mode !== 'full' || companies.length === 0) return undefined;
  if (from === null || to === null || extractedAt === null || daysBetween(from, to) > MOST_DAYS)
    return undefined;
  return { companies, ledgers, accounts, from, to, extractedAt };
}

function reading({ companies, from }: DatedScope, to: IsoDate, context: IntakeContext): string {
  return readingOf(companies, from, to, context);
}

/** The head's part of the totals that the control file claims; undefined where nobody added it up. */
function sumsOf({ control }: Snapshot, claimed: Control): { debit: bigint; credit: bigint } | undefined {
  const found = (control as DeliveryReport['control'])?.found;
  const sums = { debit: 0n, credit: 0n };
  for (const side of ['debit', 'credit'] as const) {
    if (claimed[side] === null) continue;
    const sum = readScaled(found?.[side] ?? '', AMOUNT_SCALE);
    if (sum === undefined) return undefined;
    sums[side] = sum.units;
  }
  return sums;
}

/** The file without its head, whose bytes have to be those of the snapshot, to the end of a line. */
async function withoutHead(path: string, { bytes, sha256 }: Snapshot): Promise<FeedFile | undefined> {
  const hash = createHash('sha256');
  let header: Buffer | undefined;
  let lines = 0;
  let last = 0;
  for await (const chunk of fileBytes(path, { start: 0, end: bytes - 1 })) {
    header ??= headerOf(chunk);
    if (header === undefined) return undefined;
    hash.update(chunk);
    for (let at = chunk.indexOf(LF); at !== -1; at = chunk.indexOf(LF, at + 1)) lines += 1;
    last = chunk[chunk.length - 1]!;
  }
  if (header === undefined || last !== LF || hash.digest('hex') !== sha256) return undefined;
  const head = header;
  return {
    path,
    gap: { lines: lines - 1, bytes: bytes - head.length },
    async *bytes(): AsyncGenerator<Buffer> {
      yield head;
      yield* fileBytes(path, { start: bytes });
    },
  };
}

/** The first line of a text with its end; undefined of a workbook, of an empty line, and where a quote might go on behind it. */
function headerOf(chunk: Buffer): Buffer | undefined {
  const line = chunk.subarray(0, chunk.indexOf(LF) + 1);
  const isHeader = line.toString().trim() !== '' && !line.includes(QUOTE) && !isArchive(chunk);
  return isHeader ? Buffer.from(line) : undefined;
}

/**
 * What a later extract needs to know of this one, whose lines are stored: undefined unless all that it says stands, and
 * nothing else in its scope.
 */
export async function snapshotOf(
  client: pg.ClientBase,
  context: IntakeContext,
  feed: LedgerFeed,
  control: Control | undefined,
  totals: ExtractTotals,
  batchId: string,
): Promise<Batch['snapshot']> {
  const scope = control && scopeOf(control);
  if (feed.readsGaps !== true || scope === undefined || !isInside(totals, scope)) return undefined;
  const lines = await countSnapshot(client, scope, batchId);
  return lines === undefined ? undefined : { reading: reading(scope, scope.to, context), lines };
}

function isInside(totals: ExtractTotals, { companies, ledgers, accounts, from, to }: ExtractScope): boolean {
  const within = (found: ReadonlySet<string>, named: readonly string[]): boolean =>
    named.length === 0 || [...found].every((one) => named.includes(one));
  return (
    (totals.from ?? from) >= from &&
    (totals.to ?? to) <= to &&
    within(totals.companies, companies) &&
    within(totals.ledgers, ledgers) &&
    within(totals.accounts, accounts)
  );
}
