// Reads a ledger extract row by row into the stage. The next rows are read while the last ones are on their way to the
// database, so that Node and PostgreSQL work at the same time on two cores.
import type pg from 'pg';

import { ledgerStageRow, stageLedger } from '../db/intake/stageLedger.ts';
import { stageRefused } from '../db/intake/stageRefused.ts';
import type { RefusedRecord } from '../db/intake/stageRefused.ts';
import { AMOUNT_SCALE, printScaled } from '../events/scaled.ts';
import type { FeedFile, LedgerColumn, LedgerFeed, LedgerRecord } from '../feeds/feed.ts';
import { isPostingReference } from '../posting/key.ts';
import { scopeOf, reconciliationOf, unitOf } from '../rulebook/unit.ts';
import type { Unit } from '../rulebook/unit.ts';
import type { IntakeContext } from './context.ts';
import type { ControlTally } from './control.ts';
import { ledgerLineReader } from './ledgerLine.ts';
import type { LineReader } from './ledgerLine.ts';

/** What an extract holds, as it was read. */
export interface ExtractTally extends ControlTally {
  skipped: number;
  delivered: readonly LedgerColumn[];
  companies: Set<string>;
  ledgers: Set<string>;
  accounts: Set<string>;
  refusedAccounts: Set<string>;
  from: string | null;
  to: string | null;
  units: Map<string, Unit>;
}

const NO_RECONCILIATION = { scope: {} };
const ROWS_PER_COPY = 2_000;

/** Streams the extract into the stage; memory does not grow with it. */
export async function readExtract(
  client: pg.ClientBase,
  context: IntakeContext,
  feed: LedgerFeed,
  files: readonly FeedFile[],
): Promise<ExtractTally> {
  const extract = await feed.read(files);
  const reader = ledgerLineReader(extract.columns, context);
  const tally: ExtractTally = {
    received: 0,
    skipped: 0,
    debit: 0n,
    credit: 0n,
    delivered: reader.delivered,
    companies: new Set(),
    ledgers: new Set(),
    accounts: new Set(),
    refusedAccounts: new Set(),
    from: null,
    to: null,
    units: new Map(),
  };
  let rows: string[] = [];
  let refused: RefusedRecord[] = [];
  let underway: Promise<void> = Promise.resolve();
  const flush = async (): Promise<void> => {
    await underway;
    const [lines, bad] = [rows, refused];
    rows = [];
    refused = [];
    underway = (async () => {
      if (lines.length > 0) await stageLedger(client, lines);
      await stageRefused(client, bad);
    })();
    // The failure is thrown where `underway` is awaited; until then it must not count as unhandled.
    underway.catch(() => {});
  };
  for await (const records of extract.records) {
    for (const record of records) takeRow(record, reader, context, tally, rows, refused);
    if (rows.length >= ROWS_PER_COPY || refused.length >= ROWS_PER_COPY) await flush();
  }
  await flush();
  await underway;
  return tally;
}

function takeRow(
  record: LedgerRecord,
  reader: LineReader,
  context: IntakeContext,
  tally: ExtractTally,
  rows: string[],
  refused: RefusedRecord[],
): void {
  const { position, byteOffset } = record;
  tally.received += 1;
  if (record.outcome === 'skipped') {
    tally.skipped += 1;
    return;
  }
  if (record.outcome === 'refused') {
    refused.push({ position, byteOffset, refusal: record.refusal, raw: record.raw() });
    return;
  }
  const identity = reader.identify(record.fields);
  tally.debit += identity.debit ?? 0n;
  tally.credit += identity.credit ?? 0n;
  const outcome = reader.read(record.fields);
  if (!outcome.ok) {
    const { company, currency, ledger, document, account } = identity;
    if (account !== '') tally.refusedAccounts.add(account);
    const amount =
      identity.debit === undefined || identity.credit === undefined
        ? {}
        : { amount: printScaled(identity.debit - identity.credit, AMOUNT_SCALE) };
    refused.push({
      position,
      byteOffset,
      refusal: { ...outcome.refusal, company, currency, ...amount },
      raw: record.raw(),
      ledger,
      document,
      accounts: account === '' ? [] : [account],
    });
    return;
  }
  const { line, contentHash } = outcome;
  const unit = unitOf(context.rulebook, line);
  const reconciliation = reconciliationOf(context.rulebook, line.company, line.ledger, line.account);
  // What no reconciliation holds is out of every scope, unless it does not count at all.
  const inside = scopeOf(
    reconciliation ?? NO_RECONCILIATION,
    line,
    context.startDate,
    isPostingReference(line.postingReference),
  );
  const scope = reconciliation === undefined && inside === 'in' ? 'out' : inside;
  if (unit !== undefined) tally.units.set(unit.unit, unit);
  tally.companies.add(line.company);
  tally.ledgers.add(line.ledger);
  tally.accounts.add(line.account);
  if (tally.from === null || line.accountingDate < tally.from) tally.from = line.accountingDate;
  if (tally.to === null || line.accountingDate > tally.to) tally.to = line.accountingDate;
  rows.push(ledgerStageRow({ position, contentHash, unit: unit?.unit ?? '0', scope, line }));
}
