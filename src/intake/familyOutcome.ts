// What the members of a resolved family derive, each after the one that it corrects or follows. Which members stand as they
// are (their stored lines count as given) is the caller's to say: at intake all that counted before, at a rederivation
// those in closed periods.
import { onBusinessDate } from '../events/rates.ts';
import type { Refusal } from '../events/model.ts';
import { deltaLines, negateLines, numberLines } from '../rulebook/correct.ts';
import type { Unit } from '../rulebook/unit.ts';
import type { FamilyMember, FamilyLine } from './familyMember.ts';
import type { IntakeContext } from './context.ts';
import { derive, home } from './derived.ts';
import type { Plan } from './family.ts';

export interface Outcome {
  standing: string;
  because: string;
  rule: string;
  lines: FamilyLine[];
  refusal?: Refusal;
}

type Counting = Extract<Plan, { kind: 'counts' }>;

/** Outcomes of one family, worked out once each. */
export class FamilyOutcomes {
  private readonly context: IntakeContext;
  private readonly units: Map<string, Unit>;
  private readonly plans: ReadonlyMap<unknown, Plan>;
  private readonly stands: (member: FamilyMember) => boolean;
  private readonly known = new Map<FamilyMember, Outcome>();

  /** @param stands true for members whose stored lines are taken as they are */
  constructor(
    context: IntakeContext,
    units: Map<string, Unit>,
    plans: ReadonlyMap<unknown, Plan>,
    stands: (member: FamilyMember) => boolean,
  ) {
    this.context = context;
    this.units = units;
    this.plans = plans;
    this.stands = stands;
  }

  /** What a counting member derives, or has derived. */
  of(member: FamilyMember): Outcome {
    let outcome = this.known.get(member);
    if (outcome === undefined) {
      outcome = this.stands(member)
        ? { standing: member.standing!, because: '', rule: '', lines: member.lines }
        : this.derive(member);
      this.known.set(member, outcome);
    }
    return outcome;
  }

  private derive(member: FamilyMember): Outcome {
    const plan = this.plans.get(member) as Counting;
    const negates = plan.negates as FamilyMember | undefined;
    const entry = this.entryOf(member);
    const own = plan.own ? this.ownLines(member, plan) : undefined;
    if (own !== undefined && 'refusal' in own)
      return { standing: '', because: '', rule: '', lines: [], refusal: own.refusal };
    const targets =
      negates === undefined
        ? []
        : this.of(negates).lines.filter((line) => line.negates === null && line.negated === undefined);
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
  private ownLines(member: FamilyMember, plan: Counting): ReturnType<typeof derive> {
    const dated = onBusinessDate(member.event, businessDateOf(member, this.plans), this.context.events);
    if (!dated.ok) return { refusal: dated.refusal };
    const derived = derive(dated.event, member.accountingDate, this.context);
    if ('refusal' in derived || plan.since === undefined) return derived;
    const since = plan.since as FamilyMember;
    const earlier = derive(since.event, since.accountingDate, this.context);
    const earlierLines = 'refusal' in earlier ? [] : earlier.lines;
    const { businessDate, rates } = dated.event;
    const later = { ...this.entryOf(member), businessDate, rates };
    return { ...derived, lines: deltaLines(derived.lines, earlierLines, later) };
  }

  private entryOf({ source, id, event, accountingDate }: FamilyMember): Parameters<typeof negateLines>[1] {
    const company = this.context.company(event.company);
    const period = company?.period(accountingDate) ?? {
      fiscalYear: accountingDate.slice(0, 4),
      period: accountingDate.slice(0, 7),
    };
    return { source, id, businessDate: event.businessDate, accountingDate, ...period };
  }
}

/** A replacement without a business date of its own takes the original's. */
function businessDateOf(
  member: FamilyMember,
  plans: ReadonlyMap<unknown, Plan>,
): FamilyMember['event']['businessDate'] {
  const plan = plans.get(member);
  if (plan?.kind !== 'counts' || plan.negates === undefined || member.event.businessDateGiven)
    return member.event.businessDate;
  return businessDateOf(plan.negates as FamilyMember, plans);
}
