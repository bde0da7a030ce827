// The measures of one event while they are summed: exact integers in ten-thousandths, turned into Decimal once at the end.
import type { Measure } from './model.ts';
import { amountDecimal } from '../money/scaled.ts';

/** Sums by member: tax by jurisdiction, tender by type. */
export class MemberSums {
  readonly byMember = new Map<string, bigint>();
  total = 0n;

  add(member: string, units: bigint): void {
    this.byMember.set(member, (this.byMember.get(member) ?? 0n) + units);
    this.total += units;
  }

  of(member: string): bigint {
    return this.byMember.get(member) ?? 0n;
  }
}

/** Sums by several divisions at once: net by kind, category and tax rate. */
export class PartSums {
  readonly #sums = new Map<
    string,
    { member: string; parts: Readonly<Record<string, string>>; units: bigint }
  >();
  total = 0n;

  add(member: string, parts: Readonly<Record<string, string>>, units: bigint): void {
    const key = JSON.stringify([member, parts]);
    const sum = this.#sums.get(key);
    if (sum === undefined) this.#sums.set(key, { member, parts, units });
    else sum.units += units;
    this.total += units;
  }

  values(): Iterable<{ member: string; parts: Readonly<Record<string, string>>; units: bigint }> {
    return this.#sums.values();
  }
}

/** Collects the measures of one event in the order its type names them; no other name than its type's compiles. */
export class MeasureSheet<M extends string = string> {
  readonly measures: Measure[] = [];
  readonly currency: string;
  readonly costCurrency: string;

  constructor(currency: string, costCurrency: string) {
    this.currency = currency;
    this.costCurrency = costCurrency;
  }

  /** A figure in the event's currency. Zero is kept: it says that the event has the measure. */
  amount(name: M, units: bigint, member = ''): void {
    this.measures.push({ name, member, amount: amountDecimal(units), currency: this.currency });
  }

  /** One figure for each combination of members. */
  parts(name: M, sums: PartSums): void {
    for (const { member, parts, units } of sums.values())
      this.measures.push({ name, member, parts, amount: amountDecimal(units), currency: this.currency });
  }

  /** A figure in the currency of its costs. */
  cost(name: M, units: bigint): void {
    this.measures.push({ name, member: '', amount: amountDecimal(units), currency: this.costCurrency });
  }

  /** One figure for each member; `factor` -1n turns the sides. */
  members(name: M, sums: MemberSums, factor: 1n | -1n = 1n): void {
    for (const [member, units] of sums.byMember) this.amount(name, factor * units, member);
  }
}
