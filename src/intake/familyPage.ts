// What a page of resolved families writes: new events, changed standings, new lines with the lines that they negate, and
// the ends of lines that no longer stand.
import type pg from 'pg';

import type { IsoDate } from '../accounting/dates.ts';
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
import { onBusinessDate } from '../events/rates.ts';
import { deltaLines, negateLines, numberLines } from '../rulebook/correct.ts';
import type { Unit } from '../rulebook/unit.ts';
import type { IntakeContext } from './context.ts';
import type { Contestant, FamilyLine } from './contestant.ts';
import { derive, home } from './derived.ts';
import { resolveFamily } from './family.ts';
import type { Plan } from './family.ts';

/** Standings of events that count: what they derived stands as it was derived. */
const COUNTING: ReadonlySet<string | undefined> = new Set([
  'derived',
  'zero',
  'none',
  'no_rule',
  'lifecycle',
]);

interface Outcome {
  standing: string;
  because: string;
  rule: string;
  lines: FamilyLine[];
  refusal?: Refusal;
}

export class FamilyPage {
  readonly events: DecidedEvent[] = [];
  readonly refused = new Map<number, Refusal>();
  /** New corrections whose target is not in their family. */
  readonly waiting: Contestant[] = [];
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
  async decide(client: pg.ClientBase, members: readonly Contestant[]): Promise<void> {
    const plans = await resolvePinned(client, members);
    const outcomes = new Map<Contestant, Outcome>();
    for (const member of members) {
      const plan = plans.get(member)!;
      if (plan.kind === 'bad') {
        const { company, type, currency } = member.event;
        const refusal = refusalOf('BAD_CORRECTION', 'data.corrects', plan.expected, plan.found);
        this.refused.set(member.position!, { ...refusal, company, type, currency });
      } else if (plan.kind !== 'counts') this.hold(member, plan, members);
      else if (!COUNTING.has(member.standing)) this.enter(member, this.outcomeOf(member, plans, outcomes));
    }
  }

  /** A member that does not count: it has no lines, or has them no longer. */
  private hold(
    member: Contestant,
    { kind, because }: Exclude<Plan, { kind: 'counts' | 'bad' }>,
    members: readonly Contestant[],
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

  private enter(member: Contestant, outcome: Outcome): void {
    const { refusal, lines, standing, because, rule } = outcome;
    if (member.position === undefined) this.stand(member, outcome);
    else if (refusal !== undefined) this.refused.set(member.position, refusal);
    else this.events.push({ position: member.position, standing, because, rule });
    if (refusal === undefined) this.lines.push(...lines);
  }

  private stand({ source, id, episode }: Contestant, { standing, because, rule }: Outcome): void {
    this.standings.push({ source, id, episode: episode + 1, standing, because, rule });
  }

  /** What a counting member derives; of a stored one what it has derived. */
  private outcomeOf(
    member: Contestant,
    plans: ReadonlyMap<unknown, Plan>,
    outcomes: Map<Contestant, Outcome>,
  ): Outcome {
    let outcome = outcomes.get(member);
    if (outcome === undefined) {
      outcome = COUNTING.has(member.standing)
        ? { standing: member.standing!, because: '', rule: '', lines: member.lines }
        : this.derive(member, plans, outcomes);
      outcomes.set(member, outcome);
    }
    return outcome;
  }

  private derive(
    member: Contestant,
    plans: ReadonlyMap<unknown, Plan>,
    outcomes: Map<Contestant, Outcome>,
  ): Outcome {
    const plan = plans.get(member) as Extract<Plan, { kind: 'counts' }>;
    const negates = plan.negates as Contestant | undefined;
    const entry = this.entryOf(member);
    const own = plan.own ? this.ownLines(member, plan, plans) : undefined;
    if (own !== undefined && 'refusal' in own)
      return { standing: '', because: '', rule: '', lines: [], refusal: own.refusal };
    const targets =
      negates === undefined
        ? []
        : this.outcomeOf(negates, plans, outcomes).lines.filter(
            (line) => line.negates === null && line.negated === undefined,
          );
    const negations = negateLines(
      targets.map(({ line }) => line),
      entry,
    );
    const lines = numberLines([...negations, ...(own?.lines ?? [])]).map((line, index): FamilyLine => {
      const target = targets[index];
      const homed = home(line, this.context, this.units);
      return target === undefined
        ? { ...homed, lineId: '', negates: null }
        : { ...homed, unit: target.unit, lineId: '', negates: null, negated: target };
    });
    const rule = own?.rule ?? '';
    if (lines.length > 0) return { standing: 'derived', because: '', rule, lines };
    if (own === undefined)
      return { standing: 'zero', because: 'its target has no lines to take back', rule, lines };
    const standing = own.standing === 'derived' ? 'zero' : own.standing;
    return { standing, because: own.because || 'nothing changed since the earlier revision', rule, lines };
  }

  /** The member's own lines; of a later tax revision the difference to the one that stood before. */
  private ownLines(
    member: Contestant,
    plan: Extract<Plan, { kind: 'counts' }>,
    plans: ReadonlyMap<unknown, Plan>,
  ): ReturnType<typeof derive> {
    const dated = onBusinessDate(member.event, businessDateOf(member, plans), this.context.events);
    if (!dated.ok) return { refusal: dated.refusal };
    const derived = derive(dated.event, member.accountingDate, this.context);
    if ('refusal' in derived || plan.since === undefined) return derived;
    const since = plan.since as Contestant;
    const earlier = derive(since.event, since.accountingDate, this.context);
    const earlierLines = 'refusal' in earlier ? [] : earlier.lines;
    const later = { ...this.entryOf(member), rates: member.event.rates };
    return { ...derived, lines: deltaLines(derived.lines, earlierLines, later) };
  }

  private entryOf({ source, id, event, accountingDate }: Contestant): Parameters<typeof negateLines>[1] {
    const company = this.context.company(event.company);
    const period = company?.period(accountingDate) ?? {
      fiscalYear: accountingDate.slice(0, 4),
      period: accountingDate.slice(0, 7),
    };
    return { source, id, accountingDate, ...period };
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

/** A replacement without a business date of its own takes the original's. */
function businessDateOf(member: Contestant, plans: ReadonlyMap<unknown, Plan>): IsoDate {
  const plan = plans.get(member);
  if (plan?.kind !== 'counts' || plan.negates === undefined || member.event.businessDateGiven)
    return member.event.businessDate;
  return businessDateOf(plan.negates as Contestant, plans);
}

/** Resolves the family; where that would end lines that a live journal books, their event keeps its place. */
async function resolvePinned(
  client: pg.ClientBase,
  members: readonly Contestant[],
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
