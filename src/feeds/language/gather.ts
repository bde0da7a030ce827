// Rows of one set on their way to records. Where nothing groups them, each goes at once; else they wait until their groups are
// whole. A refused row takes its groups with it and a refused group all its rows: no event comes with a line less.
import type { Claims } from './claims.ts';
import type { Emit, Feed, GroupDefinition, Must } from './feed.ts';
import { Fault, Group } from './model.ts';
import type { Row, Run, Value } from './model.ts';
import { isZero } from './exact.ts';
import type { Outcome, Outcomes } from './outcomes.ts';
import type { Worked } from './records.ts';
import type { ReadTotals } from './readTotals.ts';

interface Made {
  emit: Emit;
  rows: readonly Row[];
  worked: Worked;
}

export class Gatherer {
  readonly #set: string;
  readonly #run: Run;
  readonly #totals: ReadTotals;
  readonly #outcomes: Outcomes;
  readonly #claims: Claims;
  readonly #groups: readonly GroupDefinition[];
  readonly #rowEmits: readonly Emit[];
  readonly #groupEmits: readonly Emit[];
  readonly #emits: readonly Emit[];
  readonly #musts: readonly Must[];
  readonly #waits: boolean;
  readonly #isAdjacent: boolean;
  #rows: Row[] = [];

  constructor(feed: Feed, set: string, run: Run, totals: ReadTotals, outcomes: Outcomes, claims: Claims) {
    this.#set = set;
    this.#run = run;
    this.#totals = totals;
    this.#outcomes = outcomes;
    this.#claims = claims;
    this.#groups = feed.groups.filter(({ of }) => of === set);
    const names = new Set(this.#groups.map(({ name }) => name));
    this.#rowEmits = feed.emits.filter(({ per, isGroup }) => !isGroup && per === set);
    this.#groupEmits = feed.emits.filter(({ per, isGroup }) => isGroup && names.has(per));
    this.#emits = [...this.#rowEmits, ...this.#groupEmits];
    this.#musts = feed.musts.filter(({ per, isGroup }) => (isGroup ? names.has(per) : per === set));
    this.#waits = this.#groups.length > 0;
    this.#isAdjacent = this.#groups.every(({ adjacent }) => adjacent);
  }

  /** Takes a row in and gives what is ready. */
  take(row: Row): Outcome[] {
    if (!this.#waits) return this.#alone(row);
    const ready = this.#isAdjacent && this.#rows.length > 0 && this.#begins(row) ? this.end() : [];
    this.#rows.push(row);
    return ready;
  }

  /** What waits still. */
  end(): Outcome[] {
    const rows = this.#rows;
    this.#rows = [];
    return rows.length === 0 ? [] : this.#together(rows);
  }

  #alone(row: Row): Outcome[] {
    const faults = row.fault === undefined ? [...this.#unmet(this.#musts, row)] : [row.fault];
    const made: Made[] = [];
    if (row.fault === undefined) {
      for (const emit of this.#rowEmits) {
        const worked = this.#outcomes.workOut(emit, row);
        if (Array.isArray(worked)) faults.push(...worked);
        else if (worked !== undefined) made.push({ emit, rows: [row], worked });
      }
    }
    if (faults.length > 0) return this.#refuse([row], faults);
    if (made.length === 0) return this.#used([row], made);
    this.#totals.used += 1;
    return made.map(({ emit, rows, worked }) => this.#outcomes.record(emit, rows, worked));
  }

  #used(rows: readonly Row[], made: readonly Made[]): Outcome[] {
    const inRecords = new Set(made.flatMap((one) => one.rows));
    const outcomes: Outcome[] = [];
    for (const row of rows) {
      if (inRecords.has(row) || this.#emits.length === 0) {
        this.#totals.used += 1;
        continue;
      }
      this.#totals.skip('no record asks for it');
      outcomes.push(this.#outcomes.skipped(row, 'no record asks for it'));
    }
    for (const { emit, rows: own, worked } of made) outcomes.push(this.#outcomes.record(emit, own, worked));
    return outcomes;
  }

  /** @param told faults that have been counted at their own rows */
  #refuse(rows: readonly Row[], faults: readonly Fault[], told?: ReadonlySet<Fault>): Outcome[] {
    const unique = [...new Set(faults)];
    this.#totals.refused += rows.length;
    for (const fault of unique) if (told?.has(fault) !== true) this.#totals.refuse(fault, rows[0]!.position);
    return this.#outcomes.refused(rows, unique, this.#emits);
  }

  /** True where the row begins another group of every kind. */
  #begins(row: Row): boolean {
    const before = this.#rows.at(-1)!;
    return this.#groups.every(({ key, startsAt }) =>
      startsAt === undefined ? keyText(key!, before) !== keyText(key!, row) : startsAt(row) === true,
    );
  }

  #together(rows: Row[]): Outcome[] {
    const groups = this.#groups.map((group) => this.#form(group, rows));
    const bad = new Map<Row, Fault[]>();
    const blame = (row: Row, faults: readonly Fault[]): void => {
      bad.set(row, [...(bad.get(row) ?? []), ...faults]);
    };
    const made: Made[] = [];
    for (const row of rows) {
      if (row.fault !== undefined) blame(row, [row.fault]);
      for (const emit of row.fault === undefined ? this.#rowEmits : []) {
        const worked = this.#outcomes.workOut(emit, row);
        if (Array.isArray(worked)) blame(row, worked);
        else if (worked !== undefined) made.push({ emit, rows: [row], worked });
      }
    }
    const badGroups = new Map<Group, Fault[]>();
    for (const [index, definition] of this.#groups.entries()) {
      const emits = this.#groupEmits.filter(({ per }) => per === definition.name);
      const musts = this.#musts.filter(({ per }) => per === definition.name);
      for (const group of groups[index]!) {
        const faults = [...(group.fault === undefined ? [] : [group.fault]), ...this.#unmet(musts, group)];
        for (const emit of emits) {
          const worked = this.#outcomes.workOut(emit, group);
          if (Array.isArray(worked)) faults.push(...worked);
          else if (worked !== undefined) made.push({ emit, rows: group.rows, worked });
        }
        if (faults.length > 0) badGroups.set(group, faults);
        else this.#claims.group(definition.name, group, group.rows[0]!.position);
      }
    }
    return this.#settle(rows, made, bad, badGroups, groups.flat());
  }

  #settle(
    rows: readonly Row[],
    made: readonly Made[],
    bad: ReadonlyMap<Row, readonly Fault[]>,
    badGroups: ReadonlyMap<Group, readonly Fault[]>,
    groups: readonly Group[],
  ): Outcome[] {
    const gone = new Set<Row>();
    const outcomes: Outcome[] = [];
    const told = new Set<Fault>();
    for (const [row, faults] of bad) {
      for (const fault of faults) {
        if (!told.has(fault)) this.#totals.refuse(fault, row.position);
        told.add(fault);
      }
    }
    const refuse = (all: readonly Row[], faults: readonly Fault[]): void => {
      const left = all.filter((row) => !gone.has(row));
      if (left.length === 0) return;
      for (const row of left) gone.add(row);
      outcomes.push(...this.#refuse(left, faults, told));
      const others = left.filter((row) => !bad.has(row)).length;
      if (bad.size > 0 && others > 0 && others < left.length)
        for (const row of left) if (!bad.has(row)) this.#totals.refuse(IN_GROUP, row.position);
    };
    // The largest first: what one record cannot do without the other is one refusal.
    const refused = groups
      .filter((group) => badGroups.has(group) || group.rows.some((row) => bad.has(row)))
      .toSorted((a, b) => b.rows.length - a.rows.length);
    for (const group of refused) {
      const faults = [...group.rows.flatMap((row) => bad.get(row) ?? []), ...(badGroups.get(group) ?? [])];
      refuse(group.rows, faults);
    }
    for (const [row, faults] of bad) refuse([row], faults);
    const kept = made.filter((one) => !one.rows.some((row) => gone.has(row)));
    const used = this.#used(
      rows.filter((row) => !gone.has(row)),
      kept,
    );
    return [...outcomes, ...used].toSorted(
      (a, b) => a.rows[0]!.position - b.rows[0]!.position || a.position - b.position,
    );
  }

  /** Groups of the rows by one definition; each row is told its own. */
  #form(definition: GroupDefinition, rows: readonly Row[]): Group[] {
    const { index, key, startsAt, when } = definition;
    const byKey = new Map<string, Group>();
    const groups: Group[] = [];
    let current: Group | undefined;
    let unread: Fault | undefined;
    const begin = (): Group => {
      const group = new Group(this.#run);
      groups.push(group);
      return group;
    };
    for (const row of rows) {
      const holds = when?.(row) ?? true;
      if (holds === false) continue;
      const found: Value | boolean | Fault =
        holds === true ? (startsAt?.(row) ?? keyText(key ?? [], row)) : holds;
      let group: Group;
      if (found instanceof Fault) {
        // Nobody knows of which group it is: those beside it might lack it.
        row.fault ??= found;
        unread = found;
        if (current !== undefined) current.fault ??= beside(row);
        continue;
      } else if (typeof found === 'boolean') {
        if (found || current === undefined) current = begin();
        group = current;
      } else {
        group = byKey.get(found) ?? begin();
        byKey.set(found, group);
        current = group;
      }
      if (unread !== undefined) group.fault ??= beside(row);
      unread = undefined;
      group.rows.push(row);
      row.groups ??= [];
      row.groups[index] = group;
    }
    return groups;
  }

  /** Checks that do not hold; a reported one is told, not refused. */
  *#unmet(musts: readonly Must[], context: Row | Group): Generator<Fault> {
    for (const { zero, name, report, per } of musts) {
      const value = zero(context);
      const row = context instanceof Group ? context.rows[0] : context;
      if (typeof value !== 'string') yield value;
      else if (value !== '' && !isZero(value)) {
        if (report)
          this.#totals.control.push({
            name: `${name} of ${per === this.#set ? 'row' : per} at row ${row?.position ?? 0}`,
            ok: false,
            expected: '0',
            found: value,
            report: true,
          });
        else yield new Fault('DOES_NOT_ADD_UP', name, '0', value);
      }
    }
  }
}

const IN_GROUP = new Fault(
  'IN_REFUSED_GROUP',
  '',
  'a group without refused rows',
  'one of its rows is refused',
);

function beside(row: Row): Fault {
  return new Fault(
    'IN_REFUSED_GROUP',
    '',
    'neighbours whose group can be read',
    `row ${row.position} beside it cannot`,
  );
}

function keyText(key: readonly ((row: Row) => Value)[], row: Row): Value {
  const parts: string[] = [];
  for (const get of key) {
    const part = get(row);
    if (typeof part !== 'string') return part;
    parts.push(part);
  }
  return parts.join('\u001f');
}
