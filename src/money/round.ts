// Which rounding rule serves which purpose. Callers name the purpose, never a rule, so that one table answers the auditor's
// question "how do you round tax?".
import type { Decimal } from './decimal.ts';
import { down } from './round/down.ts';
import { halfEven } from './round/halfEven.ts';
import { halfUp } from './round/halfUp.ts';

/** Why a figure is rounded. */
export type Purpose = keyof typeof RULES;

const RULES = {
  /** Tax laws say to the nearest cent, half away from zero (US states that name a rule, EU practice, HMRC). */
  tax: halfUp,
  /** Quantity times unit cost: many small figures are added, drift would be the worse failure. */
  cost: halfEven,
  /** Converted amounts are added by the million too. */
  fx: halfEven,
  /** Cut first; the remainder is handed out by largest fraction (allocate.ts). */
  allocation: down,
  /** What people expect to see. */
  display: halfUp,
} as const;

/** Rounds to `scale` decimals by the rule of the purpose. */
export function round(value: Decimal, scale: number, purpose: Purpose): Decimal {
  return RULES[purpose](value, scale);
}
