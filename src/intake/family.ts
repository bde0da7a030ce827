// Who counts among the events of one business identity, and what each derives. A pure function of the set of events, so
// the order in which they arrived cannot matter: the same set gives the same standings and lines.
import type { EventId } from '../events/model.ts';

/** An event of a family, stored or new. For tax assessments a family is an assessment with all its revisions. */
export interface Member extends EventId {
  /** Instant, UTC, ISO with milliseconds. */
  time: string;
  authoritative: boolean;
  businessKey: string;
  /** 1, 2, ... of a tax assessment; 0 for all other types. */
  revision: number;
  corrects?: EventId;
  correction?: 'void' | 'replace';
  /** Already stored (true) or new in this batch. */
  stored: boolean;
  /** Has lines in a live journal: it keeps its place. */
  pinned: boolean;
}

/** What becomes of a member. */
export type Plan =
  /** It counts: its own lines (a void has none), after the negation of its target's own lines. */
  | {
      kind: 'counts';
      negates?: Member;
      own: boolean;
      /** Assessment: its lines are the difference to this one's. */ since?: Member;
    }
  | { kind: 'duplicate' | 'waiting' | 'superseded'; because: string }
  /** To quarantine as BAD_CORRECTION; only for new members. */
  | { kind: 'bad'; expected: string; found: string };

/** The order that decides between events of one standing: time, then source, then id; never arrival. */
export function before(a: Member, b: Member): boolean {
  if (a.time !== b.time) return a.time < b.time;
  return a.source === b.source ? a.id < b.id : a.source < b.source;
}

const name = ({ source, id }: EventId): string => `${source} ${id}`;

/** Plans of all members. */
export function resolveFamily(members: readonly Member[]): Map<Member, Plan> {
  const plans = new Map<Member, Plan>();
  const byId = new Map(members.map((member) => [`${member.source}\u001f${member.id}`, member]));
  const targetOf = (member: Member): Member | undefined =>
    member.corrects && byId.get(`${member.corrects.source}\u001f${member.corrects.id}`);
  const winners = chooseRoots(members, plans);
  const corrections = chooseCorrections(members, targetOf, winners, plans);
  let standing: Member | undefined;
  let expectedRevision = 1;
  for (const root of winners) {
    if (root.revision !== 0 && root.revision !== expectedRevision) {
      holdBack(root, corrections, plans, expectedRevision);
      continue;
    }
    expectedRevision += 1;
    standing = planChain(root, standing, corrections, plans);
  }
  for (const member of members) {
    if (plans.has(member)) continue;
    const target = targetOf(member);
    plans.set(
      member,
      target === undefined
        ? { kind: 'waiting', because: `its target ${name(member.corrects!)} is not here yet` }
        : {
            kind: plans.get(target)?.kind === 'waiting' ? 'waiting' : 'duplicate',
            because: `it corrects ${name(target)}, which does not count`,
          },
    );
  }
  return plans;
}

/** The counting event of each business key (of each revision), in order; the others are duplicates. */
function chooseRoots(members: readonly Member[], plans: Map<Member, Plan>): Member[] {
  const winners = new Map<string, Member>();
  const roots = members.filter((member) => member.corrects === undefined);
  for (const member of roots) {
    const best = winners.get(member.businessKey);
    if (best === undefined || outranks(member, best)) winners.set(member.businessKey, member);
  }
  for (const member of roots) {
    const winner = winners.get(member.businessKey)!;
    if (winner !== member)
      plans.set(member, { kind: 'duplicate', because: `the same fact as ${name(winner)}, which counts` });
  }
  return [...winners.values()].sort((a, b) => a.revision - b.revision);
}

function outranks(a: Member, b: Member): boolean {
  if (a.pinned !== b.pinned) return a.pinned;
  if (a.authoritative !== b.authoritative) return a.authoritative;
  return before(a, b);
}

/** The correction that counts for each target; what may not correct it is planned as bad. */
function chooseCorrections(
  members: readonly Member[],
  targetOf: (member: Member) => Member | undefined,
  winners: readonly Member[],
  plans: Map<Member, Plan>,
): Map<Member, Member> {
  const chosen = new Map<Member, Member>();
  for (const member of members) {
    const target = targetOf(member);
    if (target === undefined) continue;
    const fault = faultOf(member, target, winners);
    if (fault !== undefined) {
      plans.set(
        member,
        member.stored
          ? { kind: 'superseded', because: `${fault.expected}; found ${fault.found}` }
          : { kind: 'bad', ...fault },
      );
      continue;
    }
    const other = chosen.get(target);
    const wins =
      other === undefined || (member.pinned !== other.pinned ? member.pinned : before(member, other));
    if (wins) chosen.set(target, member);
    const loser = wins ? other : member;
    if (loser !== undefined) {
      const winner = wins ? member : other!;
      plans.set(
        loser,
        loser.stored
          ? { kind: 'superseded', because: `${name(winner)} corrects the same event and is earlier` }
          : {
              kind: 'bad',
              expected: `one correction of ${name(target)}`,
              found: `${name(winner)}, which corrects it already`,
            },
      );
    }
  }
  return chosen;
}

function faultOf(
  member: Member,
  target: Member,
  winners: readonly Member[],
): { expected: string; found: string } | undefined {
  if (target === member) return { expected: 'another event as its target', found: 'itself' };
  if (target.businessKey !== member.businessKey) {
    const shown = (key: string): string => key.replaceAll('\u001f', ' ');
    return {
      expected: `the business key of its target, ${shown(target.businessKey)}`,
      found: shown(member.businessKey),
    };
  }
  if (target.correction === 'void' && member.correction === 'void') {
    return { expected: 'a replacement, since a void has no lines to take back', found: 'a void of a void' };
  }
  const later = winners.find(
    (winner) =>
      winner.revision > target.revision &&
      target.revision > 0 &&
      (winner.stored && !member.stored ? true : before(winner, member)),
  );
  if (later !== undefined) {
    return {
      expected: 'the latest revision as its target',
      found: `revision ${target.revision}, after which came ${later.revision}`,
    };
  }
  return undefined;
}

/** A root and the corrections on it, each on the one before. Returns what stands afterwards, for the next revision. */
function planChain(
  root: Member,
  since: Member | undefined,
  corrections: ReadonlyMap<Member, Member>,
  plans: Map<Member, Plan>,
): Member | undefined {
  const base = since === undefined ? {} : { since };
  plans.set(root, { kind: 'counts', own: true, ...base });
  let current = root;
  for (let next = corrections.get(current); next !== undefined; next = corrections.get(current)) {
    const own = next.correction === 'replace';
    plans.set(next, { kind: 'counts', own, negates: current, ...(own ? base : {}) });
    current = next;
  }
  return current.correction === 'void' ? since : current;
}

/** A revision after a gap waits, and so do the corrections on it. */
function holdBack(
  root: Member,
  corrections: ReadonlyMap<Member, Member>,
  plans: Map<Member, Plan>,
  missing: number,
): void {
  for (let held: Member | undefined = root; held !== undefined; held = corrections.get(held)) {
    plans.set(held, { kind: 'waiting', because: `revision ${missing} is not here yet` });
  }
}
