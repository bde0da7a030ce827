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
import type { TableRow } from '../feeds/table.ts';
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
  about?(get: Get): { company: string; currency: string; accounts: readonly string[]; document: string };
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
): Promise<DeliveryReport> {
  const read = await readRows(context, table, delivery);
  return transaction(db, async (client) => {
    await createRefusedStage(client);
    return storing(client, [table.kind], async () => {
      const { path, sha256, bytes } = delivery;
      const kind = replay === undefined ? table.kind : 'replay';
      if (replay === undefined) {
        const earlier = await findSameFile(client, table.kind, 'canonical', sha256, '');
        if (earlier !== undefined) return takenBefore(delivery, earlier);
      }
      const batch = await drawBatchId(client);
      const counts = await storeRows(client, table, read, batch, replay);
      const named = { kind, path, sha256 } as const;
      await insertBatch(client, {
        ...EMPTY,
        ...named,
        ...counts,
        ...stampOf(context),
        batchId: batch,
        bytes,
      });
      await auditBatch(client, batch, {
        batch,
        ...named,
        feed: 'canonical',
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
  table: SmallTable<Row>,
  read: ReadRows<Row>,
  batch: string,
  replay: Replay | undefined,
): Promise<Counts> {
  const { inserted, conflicts } = await table.store(client, batch, read.rows);
  const clashing = new Set(conflicts);
  const clashes = read.all.filter(({ position }) => clashing.has(position));
  const refused = [
    ...read.refused,
    ...clashes.map((row) => asRefused(table, row, read.getOf(row), CONFLICT)),
  ];
  const id = replay?.ids[0];
  await stageRefused(
    client,
    id === undefined ? refused : refused.map((one) => ({ ...one, position: Number(id) })),
  );
  await replay?.stored(client, batch);
  const quarantined = (await storeRefused(client, batch, table.quarantined, 'canonical')).stored;
  const received = read.all.length;
  return {
    received,
    accepted: inserted,
    duplicates: received - inserted - quarantined,
    skipped: 0,
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
  all: TableRow[];
  rows: (Row & { position: number })[];
  refused: RefusedRecord[];
  /** The cells of a row. */
  getOf(row: TableRow): Get;
}

async function readRows<Row>(
  context: IntakeContext,
  table: SmallTable<Row>,
  { files, path }: Delivery,
): Promise<ReadRows<Row>> {
  const file = asCsv(files[0]!);
  const opened = await readTable(file.bytes(), path, { required: table.required, optional: table.optional });
  const at = new Map(opened.columns.map((column, index) => [column, index]));
  const getOf =
    (row: TableRow): Get =>
    (column) =>
      row.fields[at.get(column) ?? -1] ?? '';
  const result: ReadRows<Row> = { all: [], rows: [], refused: [], getOf };
  for await (const rows of opened.rows) {
    for (const row of rows) {
      result.all.push(row);
      const get = getOf(row);
      const outcome = readOne(table, row, opened.columns.length, get, context);
      if ('row' in outcome) result.rows.push({ ...outcome.row, position: row.position });
      else result.refused.push(asRefused(table, row, get, outcome.refusal));
    }
  }
  return result;
}

function readOne<Row>(
  table: SmallTable<Row>,
  row: TableRow,
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
  row: TableRow,
  get: Get,
  refusal: Refusal,
): RefusedRecord {
  const { company, currency, ...rest } = about?.(get) ?? { company: undefined, currency: undefined };
  const known = company === undefined ? refusal : { ...refusal, company, currency };
  return { position: row.position, byteOffset: row.byteOffset, refusal: known, raw: row.raw(), ...rest };
}
