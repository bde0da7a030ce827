// People's decisions on cases, from wherever they come: command line, workbook, screen. Each is held against what the case is
// now, goes through the job that every other door uses, and is answered: done, waiting for a second person, or refused and why.
import type { CaseRow } from '../../reports/caseModel.ts';
import { transaction } from '../../src/db/connection.ts';
import { explainError, UserError } from '../../src/errors.ts';
import type { Actor } from '../administration/userKeys.ts';
import { orderCases, wholeCases } from '../reports/cases.ts';
import { acceptItems, type CaseDecision, type DecideCases, DO, openItems, said } from './caseEffects.ts';
import { hasCompany } from './ownCompanies.ts';

/** What became of it. */
export type CaseOutcome = { case: string; action: string } & (
  | { ok: true; did: string; waits?: string }
  | { ok: false; reason: 'UNKNOWN_CASE' | 'STALE' | 'NOT_POSSIBLE' | 'INCOMPLETE' | 'REFUSED'; why: string }
);

/** Decides each by itself, in the order given: one that is refused changes nothing and keeps no other from being done. */
export async function decideCases(
  job: DecideCases,
  decisions: readonly CaseDecision[],
): Promise<CaseOutcome[]> {
  const cases = await casesOf(job, new Set(decisions.map((each) => each.case)));
  const together = await acceptTogether(job, decisions, cases);
  const outcomes: CaseOutcome[] = [];
  const gone = new Set<string>();
  for (const decision of decisions) {
    const found = cases.get(decision.case);
    const refused = gone.has(decision.case)
      ? refusal(decision, 'STALE', 'another decision of this very list was taken on it')
      : check(decision, found);
    const outcome = refused ?? together.get(decision) ?? (await act(job, decision, found!));
    if (outcome.ok && settles(decision)) gone.add(decision.case);
    outcomes.push(outcome);
  }
  return outcomes;
}

/** A comment changes nothing of a case; whatever else was done makes it another one. */
const settles = ({ action }: CaseDecision): boolean => action !== 'comment' && action !== 'assign';

/**
 * Acceptances with one reason are one decision, which proves the tie-out once; where one of them is refused, each is taken by
 * itself. A case that the list decides in two ways is left for the loop to refuse.
 */
async function acceptTogether(
  job: DecideCases,
  decisions: readonly CaseDecision[],
  cases: ReadonlyMap<string, CaseRow>,
): Promise<Map<CaseDecision, CaseOutcome>> {
  const outcomes = new Map<CaseDecision, CaseOutcome>();
  const times = new Map<string, number>();
  for (const each of decisions) if (settles(each)) times.set(each.case, (times.get(each.case) ?? 0) + 1);
  const byReason = new Map<string, CaseDecision[]>();
  for (const each of decisions) {
    if (
      each.action !== 'accept' ||
      times.get(each.case) !== 1 ||
      check(each, cases.get(each.case)) !== undefined
    )
      continue;
    byReason.set(each.why, [...(byReason.get(each.why) ?? []), each]);
  }
  for (const [why, group] of byReason) {
    if (group.length === 1) continue;
    const rows = group.map((each) => cases.get(each.case)!);
    const done = await acceptItems(job, why, rows.flatMap(openItems)).catch((error: unknown) => {
      if (error instanceof UserError) return undefined;
      throw error;
    });
    if (done === undefined) continue;
    for (const [index, each] of group.entries())
      outcomes.set(each, {
        case: each.case,
        action: 'accept',
        ok: true,
        ...said(done, openItems(rows[index]!)),
      });
  }
  return outcomes;
}

/** The open cases among these ids that are of the person's companies, whole. */
export function casesOf(
  {
    db,
    config,
    rulebook,
    by,
  }: Pick<DecideCases, 'db' | 'config' | 'rulebook'> & { by: Pick<Actor, 'companies'> },
  ids: ReadonlySet<string>,
): Promise<Map<string, CaseRow>> {
  return transaction(db, async (client) => {
    await client.query('set transaction isolation level repeatable read read only');
    const ordered = await orderCases(client, { config, rulebook });
    const wanted = {
      ...ordered,
      cases: ordered.cases.filter(({ id, company }) => ids.has(id) && hasCompany(by, company)),
    };
    const found = new Map<string, CaseRow>();
    for await (const each of wholeCases(client, { config, rulebook }, wanted)) found.set(each.case, each);
    return found;
  });
}

function refusal(
  decision: CaseDecision,
  reason: (CaseOutcome & { ok: false })['reason'],
  why: string,
): CaseOutcome {
  return { case: decision.case, action: decision.action, ok: false, reason, why };
}

/** What can be told before anything is tried. */
function check(decision: CaseDecision, found: CaseRow | undefined): CaseOutcome | undefined {
  const { action } = decision;
  if (found === undefined)
    return refusal(decision, 'UNKNOWN_CASE', 'no open case has this id: it is settled, or was never one');
  if (decision.seen !== undefined && decision.seen !== found.seen)
    return refusal(
      decision,
      'STALE',
      `the case changed since: it is now ${found.title} (${found.status}, ${found.reasons.join(', ')})`,
    );
  if (action === 'comment')
    return decision.why.trim() === '' ? refusal(decision, 'INCOMPLETE', 'the comment is empty') : undefined;
  const possible = found.actions.find((one) => one.action === action);
  if (action !== 'assign' && possible === undefined)
    return refusal(
      decision,
      'NOT_POSSIBLE',
      `${action} is not possible here; possible are ${found.actions.map((one) => one.action).join(', ') || 'none'}`,
    );
  const needs = action === 'assign' ? (['assignee'] as const) : possible!.needs;
  const lacking = needs.filter((what) => (decision[what] ?? '').trim() === '');
  return lacking.length === 0
    ? undefined
    : refusal(decision, 'INCOMPLETE', `${action} needs ${lacking.join(' and ')}`);
}

/** Does it, by the job that every door uses; a person's mistake is an answer, a fault of ours is not. */
async function act(job: DecideCases, decision: CaseDecision, found: CaseRow): Promise<CaseOutcome> {
  try {
    const done = await DO[decision.action](job, decision, found);
    return { case: decision.case, action: decision.action, ok: true, ...done };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return refusal(decision, 'REFUSED', explainError(error.parts).replaceAll('\n', ';'));
  }
}
