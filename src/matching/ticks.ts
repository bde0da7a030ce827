// Amounts inside matching are signed integers of 1/10,000 of the currency unit; here is how they are read and shown.
import { minorUnits } from '../money/currencies.ts';
import type { Tick } from './model.ts';

/** Decimal text (`-12.5`) of at most four decimals to ticks. */
export function readTicks(text: string): Tick {
  const negative = text.startsWith('-');
  const [whole = '0', part = ''] = (negative ? text.slice(1) : text).split('.');
  if (part.length > 4 && /[1-9]/.test(part.slice(4)))
    throw new RangeError(`${text} has more than four decimals`);
  const ticks = BigInt(whole) * 10_000n + BigInt(part.slice(0, 4).padEnd(4, '0'));
  return negative ? -ticks : ticks;
}

/** Ticks as decimal text at the currency's scale, or at four decimals where the amount is finer than that. */
export function showTicks(ticks: Tick, currency: string): string {
  const negative = ticks < 0n;
  const digits = (negative ? -ticks : ticks).toString().padStart(5, '0');
  const whole = digits.slice(0, -4);
  const part = digits.slice(-4);
  const scale = minorUnits(currency) ?? 2;
  const shown = /^0*$/.test(part.slice(scale)) ? part.slice(0, scale) : part;
  return `${negative ? '-' : ''}${whole}${shown === '' ? '' : `.${shown}`}`;
}

/** Ticks of one minor unit: 100 for USD, 10,000 for JPY. */
export function minorUnitTicks(currency: string): Tick {
  return 10n ** BigInt(4 - (minorUnits(currency) ?? 2));
}
