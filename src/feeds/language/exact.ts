// Exact arithmetic on decimal text: sums, products, shares. No value is ever a float, and nothing is rounded that the feed
// did not ask to round.
import { allocate } from '../../money/allocate.ts';

const FORM = /^-?\d+(?:\.\d+)?$/;
/** A number with more digits is no amount of anything; it bounds the work on hostile input. */
export const MOST_DIGITS = 40;

/** A decimal as an integer and the count of its decimals. */
interface Scaled {
  units: bigint;
  scale: number;
}

/** True of plain decimal text, as columns of type `decimal` give it. */
export function isDecimal(text: string): boolean {
  return text.length <= MOST_DIGITS + 2 && FORM.test(text);
}

function scaled(text: string): Scaled {
  const point = text.indexOf('.');
  if (point < 0) return { units: BigInt(text), scale: 0 };
  return { units: BigInt(text.slice(0, point) + text.slice(point + 1)), scale: text.length - point - 1 };
}

function at(value: Scaled, scale: number): bigint {
  return value.units * 10n ** BigInt(scale - value.scale);
}

function print(units: bigint, scale: number): string {
  const digits = (units < 0n ? -units : units).toString().padStart(scale + 1, '0');
  const whole = digits.slice(0, digits.length - scale);
  const fraction = scale === 0 ? '' : `.${digits.slice(digits.length - scale)}`;
  return `${units < 0n ? '-' : ''}${whole}${fraction}`;
}

/** The decimal with the other sign; zero has none. */
export function negate(text: string): string {
  if (text.startsWith('-')) return text.slice(1);
  return /^[0.]*$/.test(text) ? text : `-${text}`;
}

/** True where the value is zero. */
export function isZero(text: string): boolean {
  return /^-?0*(?:\.0*)?$/.test(text);
}

/** Adds up decimals one by one, at the largest scale that came. */
export class ExactSum {
  #units = 0n;
  #scale = 0;

  add(text: string, sign: 1n | -1n = 1n): void {
    const value = scaled(text);
    if (value.scale > this.#scale) {
      this.#units *= 10n ** BigInt(value.scale - this.#scale);
      this.#scale = value.scale;
    }
    this.#units += sign * at(value, this.#scale);
  }

  get isZero(): boolean {
    return this.#units === 0n;
  }

  get text(): string {
    return print(this.#units, this.#scale);
  }
}

/** -1, 0 or 1 as `a` is below, equal to or above `b`. */
export function compare(a: string, b: string): number {
  const [left, right] = [scaled(a), scaled(b)];
  const scale = Math.max(left.scale, right.scale);
  const [x, y] = [at(left, scale), at(right, scale)];
  return x < y ? -1 : x > y ? 1 : 0;
}

/** The product, with all its decimals. */
export function times(a: string, b: string): string {
  const [left, right] = [scaled(a), scaled(b)];
  return print(left.units * right.units, left.scale + right.scale);
}

/** Moves the point: `shift('1250', -2)` is `12.50`. */
export function shift(text: string, places: number): string {
  const { units, scale } = scaled(text);
  if (places >= 0) {
    const moved = scale - places;
    return moved >= 0 ? print(units, moved) : print(units * 10n ** BigInt(-moved), 0);
  }
  return print(units, scale - places);
}

/** Rounds to so many decimals, half away from zero. */
export function roundTo(text: string, decimals: number): string {
  const { units, scale } = scaled(text);
  if (scale <= decimals) return print(units * 10n ** BigInt(decimals - scale), decimals);
  const unit = 10n ** BigInt(scale - decimals);
  const size = units < 0n ? -units : units;
  const rounded = (size * 2n + unit) / (unit * 2n);
  return print(units < 0n ? -rounded : rounded, decimals);
}

/** `gross` divided by (1 + `rate`), rounded half away from zero. Undefined where rate is -1. */
export function withoutRate(gross: string, rate: string, decimals: number): string | undefined {
  const [whole, part] = [scaled(gross), scaled(rate)];
  const divisor = 10n ** BigInt(part.scale) + part.units;
  if (divisor === 0n) return undefined;
  const top = whole.units * 10n ** BigInt(part.scale + decimals);
  const bottom = divisor * 10n ** BigInt(whole.scale);
  const isNegative = top < 0n !== bottom < 0n;
  const [size, by] = [top < 0n ? -top : top, bottom < 0n ? -bottom : bottom];
  const rounded = (size * 2n + by) / (by * 2n);
  return print(isNegative ? -rounded : rounded, decimals);
}

/** Decimals that a text has without its trailing zeros. */
export function decimalsOf(text: string): number {
  const point = text.indexOf('.');
  return point < 0 ? 0 : text.replace(/0+$/, '').length - point - 1;
}

/**
 * Splits a whole by the sizes of the weights: largest remainder, ties to the earlier one, all of it to the first where every
 * weight is zero. The shares sum to the whole.
 * @param decimals of the shares; more where the whole has more
 */
export function shares(whole: string, weights: readonly string[], decimals: number): string[] {
  const value = scaled(whole);
  const scale = Math.max(decimals, value.scale);
  const parts = weights.map(scaled);
  const finest = parts.reduce((most, part) => Math.max(most, part.scale), 0);
  const sizes: bigint[] = parts.map((part) => {
    const units = at(part, finest);
    return units < 0n ? -units : units;
  });
  const isWeightless = sizes.reduce((sum, size) => sum + size, 0n) === 0n;
  if (isWeightless && sizes.length > 0) sizes[0] = 1n;
  return allocate(at(value, scale), sizes).map((units) => print(units, scale));
}
