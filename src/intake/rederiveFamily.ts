// What a changed rulebook makes of one family of events: lines that stay as they are, lines that end, lines that come. Only
// what differs changes, so that matches on other accounts of the same event are left in peace.
import { expectedKey } from '../accounting/line.ts';
import type { DerivedStanding, FamilyChange } from './rederiveModel.ts';
import { readTicks } from '../money/ticks.ts';
import type { Unit } from '../rulebook/unit.ts';
import type { FamilyMember, FamilyLine } from './familyMember.ts';
import type { IntakeContext } from './context.ts';
import { resolveFamily } from './family.ts';
import type { Plan } from './family.ts';
import { COUNTING } from './familyPage.ts';
import { FamilyOutcomes } from './familyOutcome.ts';

/** Derives the family again; members for which `stays` is true keep what they have. */
export function rederiveFamily(
  members: readonly FamilyMember[],
  context: IntakeContext,
  units: Map<string, Unit>,
  stays: (member: FamilyMember) => boolean,
): FamilyChange {
  // Who counts was decided when they came; a rulebook changes what they derive, not who they are.
  for (const member of members) member.pinned = COUNTING.has(member.standing);
  const plans = resolveFamily(members);
  const outcomes = new FamilyOutcomes(
    context,
    units,
    plans,
    (member) => !COUNTING.has(member.standing) || stays(member),
  );
  const change: FamilyChange = { standings: [], ended: [], added: [] };
  for (const member of inOrder(members, plans)) {
    if (plans.get(member)?.kind !== 'counts' || !COUNTING.has(member.standing) || stays(member)) continue;
    const outcome = outcomes.of(member);
    if (outcome.refusal !== undefined) {
      change.refused = { source: member.source, id: member.id, why: outcome.refusal.message };
      return change;
    }
    const { ended, added } = compare(member.lines, outcome.lines);
    const same = ended.length === 0 && added.length === 0;
    if (same && outcome.standing === member.standing) continue;
    change.ended.push(...ended);
    change.added.push(...added);
    change.standings.push(standingOf(member, outcome));
  }
  return change;
}

function standingOf(
  { source, id, episode }: FamilyMember,
  { standing, because, rule }: { standing: string; because: string; rule: string },
): DerivedStanding {
  return { source, id, episode: episode + 1, standing, because, rule };
}

/** Each after what it negates: a negation points to the line that stays or comes. */
function inOrder(members: readonly FamilyMember[], plans: ReadonlyMap<unknown, Plan>): FamilyMember[] {
  const ordered: FamilyMember[] = [];
  const visit = (member: FamilyMember): void => {
    if (ordered.includes(member)) return;
    const plan = plans.get(member);
    if (plan?.kind === 'counts' && plan.negates !== undefined) visit(plan.negates as FamilyMember);
    ordered.push(member);
  };
  for (const member of members) visit(member);
  return ordered;
}

/** A fresh line that is alike in everything takes the place of the old one: it gets its id and is not added. */
function compare(
  old: readonly FamilyLine[],
  fresh: readonly FamilyLine[],
): { ended: FamilyLine[]; added: FamilyLine[] } {
  const open = new Map<string, FamilyLine[]>();
  for (const line of old) {
    const key = contentOf(line, line.negates);
    open.set(key, [...(open.get(key) ?? []), line]);
  }
  const added: FamilyLine[] = [];
  for (const line of fresh) {
    // What it negates comes new itself: then it has no id yet, and cannot be the old negation.
    const negates = line.negated === undefined ? null : line.negated.lineId;
    const kept = negates === '' ? undefined : open.get(contentOf(line, negates))?.shift();
    if (kept === undefined) added.push(line);
    else line.lineId = kept.lineId;
  }
  return { ended: [...open.values()].flat(), added };
}

/** Everything that a run may look at. */
function contentOf({ unit, scope, line }: FamilyLine, negates: string | null): string {
  return JSON.stringify([
    expectedKey(line),
    unit,
    scope,
    line.company,
    line.ledger,
    String(readTicks(line.amount)),
    line.companyCurrency,
    line.companyAmount === null ? null : String(readTicks(line.companyAmount)),
    line.businessDate,
    line.accountingDate,
    line.fiscalYear,
    line.period,
    line.reference,
    negates,
  ]);
}
