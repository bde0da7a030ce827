// An amount that knows its currency, so that adding dollars to euros does not compile. Immutable; never more decimals than
// the currency has, because a third decimal of a dollar is a computation that someone forgot to round.
import { minorUnits } from './currencies.ts';
import { Decimal, fixed, parseDecimal } from './decimal.ts';
import { round } from './round.ts';
import type { Purpose } from './round.ts';

/** An exact amount of one currency. `C` is the code as a literal type: `Money<'USD'>`. */
export class Money<C extends string> {
  readonly currency: C;
  readonly amount: Decimal;

  private constructor(amount: Decimal, currency: C) {
    this.amount = amount;
    this.currency = currency;
    Object.freeze(this);
  }

  /**
   * @param text decimal text within the currency's minor units: `Money.of('19.99', 'USD')`
   * @throws RangeError for other text, more decimals, or a currency that ISO 4217 does not know
   */
  static of<const C extends string>(text: string, currency: C): Money<C> {
    const amount = parseDecimal(text);
    if (amount === undefined) throw new RangeError(`not an amount: ${JSON.stringify(text)}`);
    const scale = scaleOf(currency);
    if (amount.decimalPlaces() > scale)
      throw new RangeError(`${text} has more than ${scale} decimals of ${currency}`);
    return new Money(amount, currency);
  }

  /** Rounds an exact figure to the currency's minor units by the rule of a purpose. */
  static rounded<const C extends string>(value: Decimal, currency: C, purpose: Purpose): Money<C> {
    return new Money(round(value, scaleOf(currency), purpose), currency);
  }

  /** @param units cents of USD, yen of JPY, mills of KWD */
  static ofMinor<const C extends string>(units: bigint, currency: C): Money<C> {
    const whole = new Decimal(units.toString());
    return new Money(whole.div(new Decimal('10').pow(scaleOf(currency))), currency);
  }

  static zero<const C extends string>(currency: C): Money<C> {
    return Money.ofMinor(0n, currency);
  }

  /** Whole minor units. */
  get minor(): bigint {
    return BigInt(this.amount.times(new Decimal('10').pow(scaleOf(this.currency))).toFixed(0));
  }

  plus(other: Money<NoInfer<C>>): Money<C> {
    return new Money(this.amount.plus(this.same(other).amount), this.currency);
  }

  minus(other: Money<NoInfer<C>>): Money<C> {
    return new Money(this.amount.minus(this.same(other).amount), this.currency);
  }

  negated(): Money<C> {
    return new Money(this.amount.negated(), this.currency);
  }

  /** -1, 0 or 1 as this is less than, equal to or more than the other. */
  compare(other: Money<NoInfer<C>>): number {
    return this.amount.comparedTo(this.same(other).amount);
  }

  equals(other: Money<NoInfer<C>>): boolean {
    return this.compare(other) === 0;
  }

  /** `19.90 USD`, always at the currency's scale. */
  toString(): string {
    return `${fixed(this.amount, scaleOf(this.currency))} ${this.currency}`;
  }

  /** Types stop mixed currencies; this stops them where the code was only known as `string`. */
  private same(other: Money<C>): Money<C> {
    if (other.currency !== this.currency) {
      throw new RangeError(`${this.currency} and ${other.currency} do not add up`);
    }
    return other;
  }
}

function scaleOf(currency: string): number {
  const scale = minorUnits(currency);
  if (scale === undefined) throw new RangeError(`not an ISO 4217 currency: ${JSON.stringify(currency)}`);
  return scale;
}
