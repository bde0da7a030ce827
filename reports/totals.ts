// What the first page needs to know of sheets that are too long to hold: counted while their rows go by. Its numbers are
// the cached values of the first page's formulas, which recount them from the sheets themselves.
import { ZERO, decimal, type Decimal } from '../src/money/decimal.ts';
import type { IsoDate } from '../src/accounting/dates.ts';
import { SELF_CLEARING } from '../src/rulebook/reasons.ts';
import type { ExceptionRow } from './exceptionRow.ts';

/** Open items of one kind. */
export interface ItemGroup {
  title: string;
  items: number;
  overdue: number;
  oldestDays: number;
  /** Sum of legs without their signs by currency, exposures of control items not among them. */
  amounts: Map<string, Decimal>;
}

/** True where a person should have acted before the cut. */
export function isOverdue(item: ExceptionRow, asOf: IsoDate): boolean {
  return item.status === 'open' && item.dueDate !== null && item.dueDate < asOf;
}

/** The number with the most digits: what decides whether a spreadsheet can hold them all. */
export function longest(amounts: readonly Decimal[]): Decimal {
  return amounts.reduce((a, b) => (b.precision() > a.precision() ? b : a), ZERO);
}

function addTo(amounts: Map<string, Decimal>, key: string, amount: Decimal): void {
  amounts.set(key, (amounts.get(key) ?? ZERO).plus(amount));
}

/** Counts exceptions by reason and by owner, and sums their legs by tie-out row. */
export class ExceptionTotals {
  readonly byReason = new Map<string, ItemGroup>();
  readonly byOwner = new Map<string, ItemGroup>();
  readonly #open = new Map<string, Decimal>();
  readonly #accepted = new Map<string, Decimal>();
  readonly #openItems = new Map<string, number>();
  readonly #largest = new Map<string, Decimal>();
  /** The longest amount of all. */
  largest = ZERO;
  open = 0;
  accepted = 0;
  overdue = 0;
  oldestDays = 0;
  /** Open ones that need no person: they clear, or come back under another reason. */
  selfClearing = 0;
  readonly #asOf: IsoDate;

  constructor(asOf: IsoDate) {
    this.#asOf = asOf;
  }

  /** Takes an item whose legs lie in these tie-out rows, leg by leg. */
  add(item: ExceptionRow, tieOutRows: readonly string[]): void {
    const sums = item.status === 'open' ? this.#open : this.#accepted;
    for (const [index, leg] of item.legs.entries()) {
      const row = tieOutRows[index] ?? '';
      const amount = decimal(leg.amount);
      addTo(sums, row, amount);
      this.#largest.set(row, longest([this.#largest.get(row) ?? ZERO, amount]));
      this.largest = longest([this.largest, amount]);
    }
    if (item.status !== 'open') {
      this.accepted += 1;
      return;
    }
    for (const row of new Set(tieOutRows)) this.#openItems.set(row, (this.#openItems.get(row) ?? 0) + 1);
    this.open += 1;
    if (SELF_CLEARING.has(item.reason)) this.selfClearing += 1;
    if (isOverdue(item, this.#asOf)) this.overdue += 1;
    this.oldestDays = Math.max(this.oldestDays, item.ageDays);
    this.#group(this.byReason, item.reason, item.title, item);
    if (SELF_CLEARING.has(item.reason)) return;
    const owner = item.owner === '' ? 'nobody yet' : item.owner;
    this.#group(this.byOwner, owner, owner, item);
  }

  #group(groups: Map<string, ItemGroup>, key: string, title: string, item: ExceptionRow): void {
    let group = groups.get(key);
    if (group === undefined) {
      group = { title, items: 0, overdue: 0, oldestDays: 0, amounts: new Map() };
      groups.set(key, group);
    }
    group.items += 1;
    if (isOverdue(item, this.#asOf)) group.overdue += 1;
    group.oldestDays = Math.max(group.oldestDays, item.ageDays);
    for (const leg of item.legs) addTo(group.amounts, leg.currency, decimal(leg.amount).abs());
  }

  /** Open legs, accepted legs and open items of a tie-out row, as the exceptions sheet shows them. */
  of(tieOutRow: string): { open: Decimal; accepted: Decimal; openItems: number; largest: Decimal } {
    return {
      open: this.#open.get(tieOutRow) ?? ZERO,
      accepted: this.#accepted.get(tieOutRow) ?? ZERO,
      openItems: this.#openItems.get(tieOutRow) ?? 0,
      largest: this.#largest.get(tieOutRow) ?? ZERO,
    };
  }
}

/** Counts journals by state. */
export class JournalTotals {
  readonly byState = new Map<string, number>();
  count = 0;
  add(state: string): void {
    this.count += 1;
    this.byState.set(state, (this.byState.get(state) ?? 0) + 1);
  }
}

/** Counts refused records by reason. */
export class QuarantineTotals {
  readonly byReason = new Map<string, number>();
  count = 0;
  add(reason: string): void {
    this.count += 1;
    this.byReason.set(reason, (this.byReason.get(reason) ?? 0) + 1);
  }
}
