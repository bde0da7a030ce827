// What people say of a case: who looks after it, a comment, until when it waits.
import type pg from 'pg';

/** One step of a case; its decision is stored already. */
export interface NewCaseStep {
  decisionId: string;
  caseId: string;
  action: 'assign' | 'comment' | 'wait' | 'correctSource' | 'notMine' | 'reopen';
  assignee: string;
  until: string | null;
  /** What the case was when it was said. */
  seen: string;
}

export async function insertCaseStep(client: pg.ClientBase, step: NewCaseStep): Promise<void> {
  await client.query(
    `insert into tieout.case_step (decision_id, case_id, action, assignee, until, seen) values ($1, $2, $3, $4, $5, $6)`,
    [step.decisionId, step.caseId, step.action, step.assignee, step.until, step.seen],
  );
}

/** Of these people, those who are users now. */
export async function usersAmong(client: pg.ClientBase, names: readonly string[]): Promise<Set<string>> {
  const found = await client.query<{ name: string }>(
    'select name from tieout.app_user where name = any($1) and revoked_at is null',
    [[...names]],
  );
  return new Set(found.rows.map(({ name }) => name));
}

/** The open lines of an item. */
export async function linesOfItem(client: pg.ClientBase, id: string): Promise<string[]> {
  const found = await client.query<{ line: string }>(
    'select line_id as line from tieout.exception_leg where exception_id = $1 and ended_run is null order by line_id',
    [id],
  );
  return found.rows.map(({ line }) => line);
}
