// What a page of resolved families writes: new events, changed standings, new lines with the lines that they negate, and
// the ends of lines that no longer stand.
import type pg from 'pg';

import { linesInJournals } from '../db/intake/families.ts';
import type { DecidedEvent, LaterStanding } from '../db/intake/storeDecided.ts';
import {
  drawLineIds,
  endLines,
  storeDecidedEvents,
  storeExpectedLines,
  storeStandings,
} from '../db/intake/storeDecided.ts';
import { refusalOf } from '../events/cursor.ts';
import type { Refusal } from '../events/model.ts';
import type { Unit } from '../rulebook/unit.ts';
import type { IntakeContext } from './context.ts';
import type { FamilyMember, FamilyLine } from './familyMember.ts';
import { resolveFamily } from './family.ts';
import type { Plan } from './family.ts';
import { FamilyOutcomes } from './familyOutcome.ts';
import type { Outcome } from './familyOutcome.ts';

/** Standings of events that count: what they derived stands as it was derived. */
export const COUNTING: ReadonlySet<string | undefined> = new Set([
  'derived',
  'zero',
  'none',
  'no_rule',
  'lifecycle',
]);

export class FamilyPage {
  readonly events: DecidedEvent[] = [];
  readonly refused = new Map<number, Refusal>();
  /** New corrections whose target is not in their family. */
  readonly waiting: FamilyMember[] = [];
  private readonly standings: LaterStanding[] = [];
  private readonly lines: FamilyLine[] = [];
  private readonly ended: FamilyLine[] = [];
  private readonly context: IntakeContext;
  private readonly units: Map<string, Unit>;

  constructor(context: IntakeContext, units: Map<string, Unit>) {
    this.context = context;
    this.units = units;
  }

  /** Resolves a family and notes what has to change. */
  async decide(client: pg.ClientBase, members: readonly FamilyMember[]): Promise<void> {
    const plans = await resolvePinned(client, members);
    const outcomes = new FamilyOutcomes(this.context, this.units, plans, ({ standing }) =>
      COUNTING.has(standing),
    );
    for (const member of members) {
      const plan = plans.get(member)!;
      if (plan.kind === 'bad') {
        const { company, type, currency } = member.event;
        const refusal = refusalOf('BAD_CORRECTION', 'data.corrects', plan.expected, plan.found);
        this.refused.set(member.position!, { ...refusal, company, type, currency });
      } else if (plan.kind !== 'counts') this.hold(member, plan, members);
      else if (!COUNTING.has(member.standing)) this.enter(member, outcomes.of(member));
    }
  }

  /** A member that does not count: it has no lines, or has them no longer. */
  private hold(
    member: FamilyMember,
    { kind, because }: Exclude<Plan, { kind: 'counts' | 'bad' }>,
    members: readonly FamilyMember[],
  ): void {
    if (member.position !== undefined) {
      this.events.push({ position: member.position, standing: kind, because, rule: '' });
      const { corrects } = member;
      const isHere = members.some(({ source, id }) => source === corrects?.source && id === corrects.id);
      if (corrects !== undefined && !isHere) this.waiting.push(member);
    } else if (member.standing !== kind || member.because !== because) {
      this.stand(member, { standing: kind, because, rule: '', lines: [] });
    }
    this.ended.push(...member.lines);
  }

  private enter(member: FamilyMember, outcome: Outcome): void {
    const { refusal, lines, standing, because, rule } = outcome;
    if (member.position === undefined) this.stand(member, outcome);
    else if (refusal !== undefined) this.refused.set(member.position, refusal);
    else this.events.push({ position: member.position, standing, because, rule });
    if (refusal === undefined) this.lines.push(...lines);
  }

  private stand({ source, id, episode }: FamilyMember, { standing, because, rule }: Outcome): void {
    this.standings.push({ source, id, episode: episode + 1, standing, because, rule });
  }

  /** Writes the page. */
  async write(client: pg.ClientBase, batchId: string): Promise<void> {
    const { hash } = this.context.rulebook;
    const ids = await drawLineIds(client, this.lines.length);
    this.lines.forEach((line, index) => {
      line.lineId = ids[index]!;
    });
    for (const line of this.lines) line.negates = line.negated?.lineId ?? null;
    await storeDecidedEvents(
      client,
      this.events.filter(({ position }) => !this.refused.has(position)),
      batchId,
      hash,
    );
    await storeStandings(client, this.standings, batchId, hash);
    await storeExpectedLines(client, this.lines, batchId, hash);
    await endLines(client, this.ended, 'superseded', batchId);
  }
}

/** Resolves the family; where that would end lines that a live journal books, their event keeps its place. */
async function resolvePinned(
  client: pg.ClientBase,
  members: readonly FamilyMember[],
): Promise<Map<unknown, Plan>> {
  const plans = resolveFamily(members);
  const losing = members.filter((member) => member.lines.length > 0 && plans.get(member)?.kind !== 'counts');
  const booked = await linesInJournals(
    client,
    losing.flatMap(({ lines }) => lines),
  );
  if (booked.size === 0) return plans;
  for (const member of losing)
    member.pinned = member.lines.some(({ unit, lineId }) => booked.has(`${unit} ${lineId}`));
  return resolveFamily(members);
}
