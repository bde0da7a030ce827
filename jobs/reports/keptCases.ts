// All cases as a list shows them, kept between questions: a person who scrolls asks ten times a second, and nothing changes cases
// but runs, decisions and the rulebook. After a decision only those are read anew that it may have touched.
import type pg from 'pg';
import type { CaseRow } from '../../reports/caseModel.ts';
import type { Config } from '../../src/config/model.ts';
import { type Database, transaction } from '../../src/db/connection.ts';
import { type LastChange, lastChange } from '../../src/db/read/lastChange.ts';
import type { Rulebook } from '../../src/rulebook/model.ts';
import { changedSince, type OrderedCases, orderCases, wholeCases } from './cases.ts';

/** A case without its evidence: what lists show, filter and add up. */
export type ListedCase = Omit<CaseRow, 'exceptions' | 'effects' | 'importance' | 'items'> & {
  /** Numbers of accounts with a difference. */
  accounts: readonly string[];
  importance: string;
};

export interface KeptList {
  run: string;
  asOf: string;
  /** As `caseStory` takes it. */
  ordered: OrderedCases;
  cases: readonly ListedCase[];
}

interface Kept {
  /** Where this is another one, everything is read anew. */
  run: string;
  stamp: string;
  list: Promise<KeptList>;
}

export class KeptCases {
  readonly #config: Config;
  #kept: Kept | undefined;

  constructor(config: Config) {
    this.#config = config;
  }

  /** Most important first. Two who ask at once wait for one reading. */
  async list(db: Database, rulebook: Rulebook): Promise<KeptList> {
    const now: LastChange = await lastChange(db.pool);
    const run = `${now.run} ${rulebook.hash}`;
    if (this.#kept?.run !== run || this.#kept.stamp !== now.stamp) {
      const before = this.#kept?.run === run ? await this.#kept.list.catch(() => undefined) : undefined;
      const list = readAll(db, { config: this.#config, rulebook }, before);
      this.#kept = { run, stamp: now.stamp, list };
      list.catch(() => {
        if (this.#kept?.list === list) this.#kept = undefined;
      });
    }
    return this.#kept.list;
  }
}

function readAll(
  db: Database,
  wanted: { config: Config; rulebook: Rulebook },
  before: KeptList | undefined,
): Promise<KeptList> {
  return transaction(db, async (client: pg.ClientBase) => {
    await client.query('set transaction isolation level repeatable read read only');
    const ordered = await orderCases(client, wanted);
    const known = new Map(before?.cases.map((row) => [row.case, row]));
    const rows = new Map<string, ListedCase>();
    const anew = ordered.cases.filter((stored) => {
      const row = known.get(stored.id);
      if (row === undefined || !isAsBefore(row, stored)) return true;
      rows.set(stored.id, saidSince(row, stored, ordered.run.runId));
      return false;
    });
    for await (const row of wholeCases(client, wanted, { ...ordered, cases: anew }))
      rows.set(row.case, listedOf(row));
    const cases = ordered.cases.flatMap(({ id }) => rows.get(id) ?? []);
    return { run: ordered.run.runId, asOf: ordered.run.asOf, ordered, cases };
  });
}

type Stored = OrderedCases['cases'][number];

/** Its items are what they were; what waits for a journal, or could, may have got or lost one. */
function isAsBefore(row: ListedCase, { seen, status }: Stored): boolean {
  return (
    row.seen === seen &&
    row.status === status &&
    row.actions.every(({ action }) => action !== 'book' && action !== 'reclass')
  );
}

/** What people said of it since. */
function saidSince(row: ListedCase, stored: Stored, runId: string): ListedCase {
  const { assignee, comments, until, waitsFor, total } = stored;
  return {
    ...row,
    assignee,
    comments,
    until: until as ListedCase['until'],
    waitsFor,
    importance: total,
    changed: changedSince(stored, runId),
  };
}

function listedOf({ exceptions: _, items: __, effects, importance, ...row }: CaseRow): ListedCase {
  return {
    ...row,
    accounts: [...new Set(effects.map(({ account }) => account))],
    importance: importance.total,
  };
}
