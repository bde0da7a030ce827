// Balances and periods: tables small enough to be read whole, each row a fact with a natural key. The same row again is a
// duplicate; another row under the same key is quarantined.
import type pg from 'pg';

import { auditBatch } from '../db/intake/auditBatch.ts';
import type { Database } from '../db/connection.ts';
import { transaction } from '../db/connection.ts';
import { drawBatchId, findSameFile, insertBatch } from '../db/intake/insertBatch.ts';
import type { Batch, SameFile } from '../db/intake/insertBatch.ts';
import { createRefusedStage, stageRefused, storeRefused } from '../db/intake/stageRefused.ts';
import type { QuarantineKind, RefusedRecord } from '../db/intake/stageRefused.ts';
import { refusalOf } from '../events/cursor.ts';
import type { Refusal } from '../events/model.ts';
import { readTable } from '../feeds/table.ts';
import type { Refused, TableSource, TableSourceRow } from '../feeds/feed.ts';
import { asCsv } from '../feeds/xlsx/asCsv.ts';
import type { IntakeContext } from './context.ts';
import type { Delivery, DeliveryReport } from './delivery.ts';
import { storing } from './storing.ts';
import type { Replay } from './storing.ts';

/** A value by column name; '' where absent or empty. */
export type Get = (column: string) => string;

/** What is particular to one such table. */
export interface SmallTable<Row> {
  kind: 'balances' | 'periods' | 'opening';
  quarantined: QuarantineKind;
  required: readonly string[];
  optional: readonly string[];
  /** What a refused row was about, where somebody asks; a balance has its period for a document. */
  about?(
    get: Get,
    context: IntakeContext,
  ): { company: string; currency: string; accounts: readonly string[]; document: string };
  read(get: Get, context: IntakeContext): { row: Row } | { refusal: Refusal };
  /** Stores the rows; returns the positions whose key holds something else already, and how many were new. */
  store(
    client: pg.ClientBase,
    batchId: string,
    rows: readonly (Row & { position: number })[],
  ): Promise<{ inserted: number; conflicts: readonly number[] }>;
}

/** A refusal on its way out of a reader. */
export class RowRefused {
  readonly refusal: Refusal;
  constructor(refusal: Refusal) {
    this.refusal = refusal;
  }
}

/** Takes one file of the table in. */
export async function ingestTable<Row>(
  db: Database,
  context: IntakeContext,
  table: SmallTable<Row>,
  delivery: Delivery,
  replay?: Replay,
  source: TableSource = canonicalSource(table),
): Promise<DeliveryReport> {
  const read = await readRows(context, table, delivery, source);
  return transaction(db, async (client) => {
    await createRefusedStage(client);
    return storing(client, [table.kind], async () => {
      const { path, sha256, bytes } = delivery;
      const kind = replay === undefined ? table.kind : 'replay';
      if (replay === undefined) {
        const earlier = await findSameFile(client, table.kind, source.feed, sha256, '', source.stamp?.().key);
        if (earlier !== undefined) return takenBefore(delivery, earlier);
      }
      const batch = await drawBatchId(client);
      const counts = await storeRows(client, context, table, read, batch, source.feed, replay);
      const named = { kind, path, sha256 } as const;
      await insertBatch(client, {
        ...EMPTY,
        ...named,
        ...counts,
        ...stampOf(context),
        feed: source.feed,
        read: source.stamp?.(),
        batchId: batch,
        bytes,
      });
      await auditBatch(client, batch, {
        batch,
        ...named,
        feed: source.feed,
        ...counts,
        actor: context.actor,
      });
      return { path, sha256, batch, ...counts, control: null };
    });
  });
}

type Counts = Pick<DeliveryReport, 'received' | 'accepted' | 'duplicates' | 'skipped' | 'quarantined'>;

async function storeRows<Row>(
  client: pg.ClientBase,
  context: IntakeContext,
  table: SmallTable<Row>,
  read: ReadRows<Row>,
  batch: string,
  feed: string,
  replay: Replay | undefined,
): Promise<Counts> {
  const { inserted, conflicts } = await table.store(client, batch, read.rows);
  const clashing = new Set(conflicts);
  const clashes = read.all.filter(({ position }) => clashing.has(position));
  const refused = [
    ...read.refused,
    ...clashes.map((row) => asRefused(table, context, row, read.getOf(row), CONFLICT)),
  ];
  const id = replay?.ids[0];
  await stageRefused(
    client,
    id === undefined ? refused : refused.map((one) => ({ ...one, position: Number(id) })),
  );
  await replay?.stored(client, batch);
  const quarantined = (await storeRefused(client, batch, table.quarantined, feed)).stored;
  const received = read.received;
  return {
    received,
    accepted: inserted,
    duplicates: received - inserted - quarantined - read.skipped,
    skipped: read.skipped,
    quarantined,
  };
}

function takenBefore({ path, sha256 }: Delivery, { batchId: batch, received }: SameFile): DeliveryReport {
  const counts = { received, accepted: 0, duplicates: received, skipped: 0, quarantined: 0 };
  return { path, sha256, batch, ...counts, control: null };
}

const CONFLICT = refusalOf(
  'CONFLICTING_DUPLICATE',
  '',
  'the row that is stored under this key',
  'other figures',
);

/** What such a batch has not: scope and control. */
const EMPTY: Omit<
  Batch,
  | 'batchId'
  | 'kind'
  | 'path'
  | 'sha256'
  | 'bytes'
  | 'received'
  | 'accepted'
  | 'duplicates'
  | 'skipped'
  | 'quarantined'
  | 'rulebookHash'
  | 'receivedAt'
  | 'receivedBy'
> = {
  feed: 'canonical',
  control: null,
  controlSha256: '',
  refused: '',
  mode: 'delta',
  complete: false,
  companies: [],
  ledgers: [],
  accounts: [],
  refusedAccounts: [],
  from: null,
  to: null,
  extractedAt: null,
  wholeDocuments: false,
};

function stampOf(context: IntakeContext): Pick<Batch, 'rulebookHash' | 'receivedAt' | 'receivedBy'> {
  return {
    rulebookHash: context.rulebook.hash,
    receivedAt: new Date(context.clock()).toISOString(),
    receivedBy: context.actor,
  };
}

interface ReadRows<Row> {
  received: number;
  skipped: number;
  all: TableLine[];
  rows: (Row & { position: number })[];
  refused: RefusedRecord[];
  /** The cells of a row. */
  getOf(row: TableLine): Get;
}

type TableLine = Extract<TableSourceRow, { outcome: 'line' }>;

/** The canonical file of the table: CSV, or a workbook's first sheet. */
function canonicalSource<Row>(table: SmallTable<Row>): TableSource {
  const { required, optional } = table;
  const columns: string[] = [];
  return {
    feed: 'canonical',
    columns,
    async *read([first]) {
      const file = asCsv(first!);
      const opened = await readTable(file.bytes(), file.path, { required, optional });
      columns.splice(0, columns.length, ...opened.columns);
      yield* opened.rows;
    },
  };
}

async function readRows<Row>(
  context: IntakeContext,
  table: SmallTable<Row>,
  { files }: Delivery,
  source: TableSource,
): Promise<ReadRows<Row>> {
  const getOf =
    (row: TableLine): Get =>
    (column) =>
      row.fields[source.columns.indexOf(column)] ?? '';
  const result: ReadRows<Row> = { received: 0, skipped: 0, all: [], rows: [], refused: [], getOf };
  for await (const rows of source.read(files)) {
    for (const row of rows) {
      result.received += 1;
      if (row.outcome === 'skipped') result.skipped += 1;
      else if (row.outcome === 'refused') result.refused.push(refusedBySource(row));
      else {
        result.all.push(row);
        const get = getOf(row);
        const outcome = readOne(table, row, source.columns.length, get, context);
        if ('row' in outcome) result.rows.push({ ...outcome.row, position: row.position });
        else result.refused.push(asRefused(table, context, row, get, outcome.refusal));
      }
    }
  }
  return result;
}

function refusedBySource({ position, byteOffset, refusal, raw, of }: Refused): RefusedRecord {
  const { account = '', document = '' } = of ?? {};
  return { position, byteOffset, refusal, raw: raw(), document, accounts: account === '' ? [] : [account] };
}

function readOne<Row>(
  table: SmallTable<Row>,
  row: TableLine,
  width: number,
  get: Get,
  context: IntakeContext,
): { row: Row } | { refusal: Refusal } {
  if (row.fields.length !== width) {
    return {
      refusal: refusalOf(
        'MISSING_COLUMN',
        '',
        `${width} fields as in the header`,
        `${row.fields.length} fields`,
      ),
    };
  }
  const empty = table.required.find((column) => get(column) === '');
  if (empty !== undefined) return { refusal: refusalOf('MISSING_COLUMN', empty, 'a value', 'nothing') };
  try {
    return table.read(get, context);
  } catch (error) {
    if (error instanceof RowRefused) return { refusal: error.refusal };
    throw error;
  }
}

function asRefused<Row>(
  { about }: SmallTable<Row>,
  context: IntakeContext,
  row: TableLine,
  get: Get,
  refusal: Refusal,
): RefusedRecord {
  const { company, currency, ...rest } = about?.(get, context) ?? { company: undefined, currency: undefined };
  const known = company === undefined ? refusal : { ...refusal, company, currency };
  return { position: row.position, byteOffset: row.byteOffset, refusal: known, raw: row.raw(), ...rest };
}
