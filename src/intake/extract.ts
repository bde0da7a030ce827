// Streams a ledger extract into the database, chunk by chunk: what is known of the documents of one is asked while the lines
// of the one before are on their way, so that Node and PostgreSQL work at the same time on two cores.
import type { ExtractTotals } from './extractTotals.ts';
import type pg from 'pg';

import { knownDocuments } from '../db/intake/knownDocuments.ts';
import type { KnownDocuments } from '../db/intake/knownDocuments.ts';
import { stageLedger, stageSame } from '../db/intake/stageLedger.ts';
import { stageRefused } from '../db/intake/stageRefused.ts';
import { drawLineIds } from '../db/intake/storeDecided.ts';
import type { BatchStamp } from '../db/intake/storeLedger.ts';
import { storeDirectLedger } from '../db/intake/directLedger.ts';
import type { LedgerColumn } from '../accounting/ledgerColumns.ts';
import type { FeedFile, LedgerFeed } from '../feeds/feed.ts';
import type { IntakeContext } from './context.ts';
import { ExtractChunk } from './extractChunk.ts';
import type { Reading } from './extractChunk.ts';
import type { ExtractHead } from './extractHead.ts';
import { ledgerLineReader } from './ledgerLine.ts';
import { statedPeriods } from './statedPeriods.ts';
import { serverHeard } from './serverHeard.ts';

/** A million new rows 26.5 s where a block of the file was read at a stretch, 23 s so. */
const ROWS_AT_A_STRETCH = 32;

/**
 * Reads the extract; memory does not grow with it.
 * @param direct what lines carry that go directly into their tables; undefined: every line goes to the stage
 * @param head what the extract begins with and is not read again; `files` then lack it
 */
export async function readExtract(
  client: pg.ClientBase,
  context: IntakeContext,
  feed: LedgerFeed,
  files: readonly FeedFile[],
  direct: BatchStamp | undefined,
  head: ExtractHead | undefined,
): Promise<ExtractTotals> {
  const extract = await feed.read(files);
  const reader = ledgerLineReader(extract.columns, context, feed.periods);
  const totals = beginTotals(reader.delivered, head);
  const reading: Reading = { reader, context, totals, refusedDocuments: new Set(), expectNew: true };
  const turns = new Turns();
  let chunk = new ExtractChunk(reading);
  let asked:
    { chunk: ExtractChunk; known: Promise<KnownDocuments | undefined>; ids: Promise<string[]> } | undefined;
  let loaded: Promise<void> = Promise.resolve();
  const turn = async (): Promise<void> => {
    const before = asked;
    const { documents } = chunk;
    // Numbers for all of its rows are drawn where most are new: the server need not be asked once more in between.
    const most = direct !== undefined && reading.expectNew ? chunk.size : 0;
    asked = {
      chunk,
      known: turns.take(async () => direct && knownDocuments(client, documents)),
      ids: turns.take(() => drawLineIds(client, most)),
    };
    chunk = new ExtractChunk(reading);
    if (before === undefined) return;
    const sorted = before.chunk.sort(await before.known);
    const ids = await before.ids;
    await loaded;
    loaded = turns.take(async () => {
      if (direct !== undefined) await storeDirectLedger(client, direct, sorted.direct, ids);
      await stageLedger(client, sorted.staged);
      await stageSame(client, sorted.same);
      await stageRefused(client, sorted.refused);
    });
  };
  try {
    for await (const records of extract.records) {
      for (const record of records) {
        chunk.take(record);
        if (totals.received % ROWS_AT_A_STRETCH === 0) await serverHeard();
      }
      if (chunk.isFull) await turn();
    }
    await turn();
    await turn();
    await loaded;
  } catch (error) {
    await turns.end();
    throw error;
  }
  return totals;
}

function beginTotals(delivered: readonly LedgerColumn[], head: ExtractHead | undefined): ExtractTotals {
  return {
    received: head?.snapshot.received ?? 0,
    skipped: 0,
    debit: head?.debit ?? 0n,
    credit: head?.credit ?? 0n,
    delivered,
    companies: new Set(head?.scope.companies),
    ledgers: new Set(),
    accounts: new Set(),
    refusedAccounts: new Set(),
    from: null,
    to: null,
    units: new Map(),
    direct: 0,
    same: 0,
    trimmed: 0,
    unread: 0,
    // What was taken before was no contradiction throughout.
    periods: statedPeriods(head !== undefined),
  };
}

/** A connection does one thing after another; what fails stops what was to follow. */
class Turns {
  #last: Promise<unknown> = Promise.resolve();

  take<T>(work: () => Promise<T>): Promise<T> {
    const done = this.#last.then(work);
    this.#last = done;
    // Thrown where it is awaited; until then it must not count as unhandled.
    done.catch(() => {});
    return done;
  }

  /** Waits for what is under way: a COPY that came after the rollback would be a transaction of its own. */
  async end(): Promise<void> {
    await this.#last.catch(() => {});
  }
}
