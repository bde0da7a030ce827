// The nearest refused candidate of open lines (law 6), told when it is read: kept with each exception it cost a run 3 s per
// 100,000 lines. The workbook, the list of exceptions and `explain` all ask here, so that they say the same.
import type pg from 'pg';
import {
  type CandidateLine,
  candidateLines,
  findCandidates,
  type GroupOfLine,
} from '../../src/db/explain/candidates.ts';
import { fillOpenPool, type KnownAt, makeOpenPool } from '../../src/db/explain/openPool.ts';
import type { OwnedLine } from '../../src/db/read/storedException.ts';
import { type Calendars, dayNumbers } from '../../src/matching/dayNumber.ts';
import type { DayNumber } from '../../src/matching/definition.ts';
import {
  bestRefused,
  type NamedLine,
  type NearestCandidate,
  type OpenGroup,
  type Refusal,
} from '../../src/matching/explain.ts';
import { compareText } from '../../src/matching/model.ts';
import { readTicks } from '../../src/money/ticks.ts';
import type { KeyColumn, Reconciliation, Rulebook } from '../../src/rulebook/model.ts';

/** A line and what a pass had against its nearest candidate. */
interface Told {
  label: string;
  refusal: Refusal;
}

/** Where no pass has a window, candidates of another amount may lie this far away. */
const ANY_DAYS = 62;

/** Tells nearest candidates inside one transaction. */
export class Nearest {
  private readonly client: pg.ClientBase;
  private readonly at: KnownAt | null;
  private readonly reconciliations: ReadonlyMap<string, Reconciliation>;
  private readonly calendars: Calendars;
  private readonly dayNumber: DayNumber;
  private readonly columns: readonly KeyColumn[];
  /** Units whose open lines are in the pool; null: all. */
  private readonly filled: Set<string> | null;
  private whole = false;

  private constructor(
    client: pg.ClientBase,
    rules: Pick<Rulebook, 'reconciliations'>,
    calendars: Calendars,
    at: KnownAt | null,
  ) {
    this.client = client;
    this.at = at;
    this.reconciliations = new Map(rules.reconciliations.map((one) => [one.name, one]));
    this.calendars = calendars;
    this.dayNumber = dayNumbers(calendars);
    const keys = rules.reconciliations.flatMap(({ passes }) => passes.flatMap((pass) => pass.keys));
    this.columns = [...new Set(keys.flatMap(({ expected, ledger }) => [...expected, ...ledger]))];
    this.filled = at === null ? new Set() : null;
  }

  /**
   * Makes its temporary tables: to be called in a transaction that is not read-only yet.
   * @param at a run, of which many lines will be asked; null: as known now, for single lines
   */
  static async open(
    client: pg.ClientBase,
    rules: Pick<Rulebook, 'reconciliations'>,
    calendars: Calendars,
    at: KnownAt | null,
  ): Promise<Nearest> {
    await makeOpenPool(client);
    return new Nearest(client, rules, calendars, at);
  }

  /** The refusal of each line that has one, by `unit line`. */
  async ofLines(lines: readonly OwnedLine[]): Promise<Map<string, Told>> {
    const known = lines.filter(({ reconciliation }) => this.reconciliations.has(reconciliation));
    const told = new Map<string, Told>();
    if (known.length === 0) return told;
    await this.fill(known);
    const { pairs, groups } = await findCandidates(
      this.client,
      known.map(({ unit, line, reconciliation }) => ({ unit, line, days: this.widest(reconciliation) })),
      this.at,
    );
    const candidatesOf = new Map<string, string[]>();
    const groupsOf = new Map<string, GroupOfLine[]>();
    const read = new Map<string, { unit: string; line: string }>();
    for (const { unit, line, candidateUnit, candidate } of pairs) {
      push(candidatesOf, keyOf({ unit, line }), keyOf({ unit: candidateUnit, line: candidate }));
      read.set(keyOf({ unit, line }), { unit, line });
      read.set(keyOf({ unit: candidateUnit, line: candidate }), { unit: candidateUnit, line: candidate });
    }
    for (const group of groups) {
      push(groupsOf, keyOf(group), group);
      read.set(keyOf(group), group);
    }
    if (read.size === 0) return told;
    const rows = await candidateLines(this.client, [...read.values()], this.columns, this.at);
    const named = new Map(rows.map((row) => [keyOf(row), { line: namedLine(row), row }]));
    for (const key of new Set([...candidatesOf.keys(), ...groupsOf.keys()])) {
      const mine = named.get(key);
      if (mine === undefined) continue;
      const refusal = bestRefused(
        this.reconciliations.get(mine.row.reconciliation)?.passes ?? [],
        mine.line,
        (candidatesOf.get(key) ?? []).flatMap((other) => named.get(other)?.line ?? []),
        (groupsOf.get(key) ?? []).map(openGroup),
        this.dayNumber,
      );
      if (refusal !== undefined) told.set(key, { label: mine.line.label, refusal });
    }
    return told;
  }

  /** The stories of items, each from lines of it; one that two lines share is told once. */
  async ofItems(items: readonly (readonly OwnedLine[])[]): Promise<NearestCandidate[][]> {
    const told = await this.ofLines(items.flat());
    return items.map((lines) => {
      const stories: NearestCandidate[] = [];
      const seen = new Set<string>();
      for (const line of lines) {
        const found = told.get(keyOf(line));
        if (found === undefined) continue;
        const { label, refusal } = found;
        // Two lines that are each other's candidate have one story; so have the members of a group.
        const pair = JSON.stringify([refusal.pass, [label, refusal.candidate].toSorted(compareText)]);
        const words = JSON.stringify([refusal.pass, refusal.agrees, refusal.fails]);
        if (seen.has(pair) || seen.has(words)) continue;
        seen.add(pair).add(words);
        stories.push({ line: label, ...refusal });
      }
      return stories;
    });
  }

  private async fill(lines: readonly OwnedLine[]): Promise<void> {
    const reconciliations = [...this.reconciliations.values()];
    if (this.filled === null) {
      if (!this.whole) await fillOpenPool(this.client, reconciliations, this.calendars, null, this.at);
      this.whole = true;
      return;
    }
    const { filled } = this;
    const missing = [...new Set(lines.map(({ unit }) => unit))].filter((unit) => !filled.has(unit));
    if (missing.length === 0) return;
    for (const unit of missing) filled.add(unit);
    await fillOpenPool(this.client, reconciliations, this.calendars, missing, this.at);
  }

  /** Days that the widest window of a reconciliation reaches; business days may be twice as many. */
  private widest(reconciliation: string): number {
    const passes = this.reconciliations.get(reconciliation)?.passes.filter(({ active }) => active) ?? [];
    const reach = passes
      .filter(({ type }) => type === 'one-to-one')
      .map(({ window }) =>
        window === undefined
          ? ANY_DAYS
          : Math.max(-window.from, window.to) * (window.calendar === undefined ? 1 : 2) + 1,
      );
    return Math.min(ANY_DAYS, Math.max(0, ...reach));
  }
}

/** `unit line`: names a line among those of one answer. */
export function keyOf({ unit, line }: { unit: string; line: string }): string {
  return `${unit} ${line}`;
}

function push<T>(map: Map<string, T[]>, key: string, value: T): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}

/** A stored line as passes and people see it. */
function namedLine({ line, amount, match, ...rest }: CandidateLine): NamedLine {
  return {
    ...rest,
    lineId: line,
    amount: readTicks(amount),
    companyAmount: null,
    takenBy: match === null ? '' : `match ${match}`,
  };
}

function openGroup({ place, eCount, eSum, eLabels, lCount, lSum, lLabels }: GroupOfLine): OpenGroup {
  return {
    place,
    E: { count: eCount, sum: BigInt(eSum), labels: eLabels },
    L: { count: lCount, sum: BigInt(lSum), labels: lLabels },
  };
}
