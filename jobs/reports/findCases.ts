// Cases that a person asks for: by owner, company, account, amount, age or any name; and one of them with its history.
import type { CaseRow } from '../../reports/caseModel.ts';
import { type Database, transaction } from '../../src/db/connection.ts';
import { type CaseChange, type CaseStep, readCaseChanges, readCaseSteps } from '../../src/db/read/cases.ts';
import { UserError } from '../../src/errors.ts';
import { decimal, type Decimal } from '../../src/money/decimal.ts';
import { type ListCases, type OrderedCases, orderCases, wholeCases } from './cases.ts';
import { wholeIds } from './wholeIds.ts';

export interface CaseFilter {
  /** Owner by rule, or assignee. */
  owner?: string;
  company?: string;
  /** Account number with a difference. */
  account?: string;
  /** In company currency. */
  over?: Decimal;
  /** Days. */
  older?: number;
  /** A reference, document number, event id or name of the case. */
  reference?: string;
}

/** Open and accepted cases that fit, most important first. */
export async function* findCases(
  project: ListCases & { db: Database },
  filter: CaseFilter,
): AsyncGenerator<CaseRow> {
  const client = await project.db.pool.connect();
  try {
    await client.query('begin isolation level repeatable read read only');
    for await (const row of wholeCases(client, project, await orderCases(client, project)))
      if (fits(row, filter)) yield row;
  } finally {
    await client.query('rollback');
    client.release();
  }
}

function fits(row: CaseRow, { owner, company, account, over, older, reference }: CaseFilter): boolean {
  return (
    (owner === undefined || row.owner === owner || row.assignee === owner) &&
    (company === undefined || row.company === company) &&
    (account === undefined || row.effects.some((effect) => effect.account === account)) &&
    (over === undefined || (row.amount !== null && decimal(row.amount).abs().greaterThan(over))) &&
    (older === undefined || row.ageDays > older) &&
    (reference === undefined ||
      row.references.includes(reference) ||
      row.documents.includes(reference) ||
      row.eventIds.some(({ id }) => id === reference))
  );
}

/** A case with what people said of it and how its items went. */
export interface CaseStory {
  row: CaseRow;
  steps: CaseStep[];
  changes: CaseChange[];
}

/** @param id whole, or a unique beginning; @param known the order of all cases, where it was read already */
export async function caseStory(
  project: ListCases & { db: Database },
  id: string,
  known?: OrderedCases,
): Promise<CaseStory> {
  const [whole = id] = await wholeIds(project.db, ['case'], [id]);
  return transaction(project.db, async (client) => {
    await client.query('set transaction isolation level repeatable read read only');
    const ordered = known ?? (await orderCases(client, project));
    const only = { ...ordered, cases: ordered.cases.filter((one) => one.id === whole) };
    for await (const row of wholeCases(client, project, only))
      return {
        row,
        steps: await readCaseSteps(client, whole),
        changes: await readCaseChanges(client, whole),
      };
    throw new UserError({
      where: id,
      what: 'no open case has this id',
      todo: 'tieout cases lists them',
    });
  });
}
