// All cases as a list shows them, kept between questions: a person who scrolls asks ten times a second, and nothing changes cases
// but runs, decisions and the rulebook.
import type pg from 'pg';
import type { CaseRow } from '../../reports/caseModel.ts';
import type { Config } from '../../src/config/model.ts';
import { type Database, transaction } from '../../src/db/connection.ts';
import { lastChange } from '../../src/db/read/lastChange.ts';
import type { Rulebook } from '../../src/rulebook/model.ts';
import { type OrderedCases, orderCases, wholeCases } from './cases.ts';

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

export class KeptCases {
  readonly #config: Config;
  #kept: { stamp: string; list: Promise<KeptList> } | undefined;

  constructor(config: Config) {
    this.#config = config;
  }

  /** Most important first. Two who ask at once wait for one reading. */
  async list(db: Database, rulebook: Rulebook): Promise<KeptList> {
    const stamp = `${await lastChange(db.pool)} ${rulebook.hash}`;
    if (this.#kept?.stamp !== stamp) {
      const list = readAll(db, { config: this.#config, rulebook });
      this.#kept = { stamp, list };
      list.catch(() => {
        if (this.#kept?.list === list) this.#kept = undefined;
      });
    }
    return this.#kept.list;
  }
}

function readAll(db: Database, wanted: { config: Config; rulebook: Rulebook }): Promise<KeptList> {
  return transaction(db, async (client: pg.ClientBase) => {
    await client.query('set transaction isolation level repeatable read read only');
    const ordered = await orderCases(client, wanted);
    const cases: ListedCase[] = [];
    for await (const row of wholeCases(client, wanted, ordered)) cases.push(listedOf(row));
    return { run: ordered.run.runId, asOf: ordered.run.asOf, ordered, cases };
  });
}

function listedOf({ exceptions: _, items: __, effects, importance, ...row }: CaseRow): ListedCase {
  return {
    ...row,
    accounts: [...new Set(effects.map(({ account }) => account))],
    importance: importance.total,
  };
}
