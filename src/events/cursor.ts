// Where in an event the reading stands, and the first thing that was wrong. The first refusal sticks and reading stops
// there: a value, not a throw, and no path or message is built while everything is right.
import type { QuarantineReason, Refusal } from './model.ts';

const SHOWN_CHARACTERS = 60;
/** Puts the text of an unquoted, inexact number into a string (see jsonText.ts); U+0000 is legal in no other string. */
export const NUMBER_MARK = '\u0000';

/** What was found, in words: `nothing`, `"19.9O"`, `the number 19.99`, `a list`. */
export function describe(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (typeof value === 'string') {
    if (value.startsWith(NUMBER_MARK)) return `the number ${value.slice(1, SHOWN_CHARACTERS)} without quotes`;
    const shown = value.length > SHOWN_CHARACTERS ? `${value.slice(0, SHOWN_CHARACTERS)}...` : value;
    return JSON.stringify(shown);
  }
  if (typeof value === 'number') return `the number ${value}`;
  if (typeof value === 'boolean') return String(value);
  return Array.isArray(value) ? 'a list' : 'an object';
}

/** One refusal with its sentence. */
export function refusalOf(
  reason: QuarantineReason,
  path: string,
  expected: string,
  found: string,
  difference?: string,
): Refusal {
  const tail = difference === undefined ? '' : `, difference ${difference}`;
  const place = path === '' ? '' : `${path}: `;
  return { reason, path, expected, found, message: `${place}expected ${expected}, found ${found}${tail}` };
}

/** The reading position inside one event. */
export class Cursor {
  refusal: Refusal | undefined;
  /** Minor units and code of the currency that `amount` and `cost` fields are in; set before they are read. */
  currency = '';
  minorUnits = 0;
  costCurrency = '';
  costMinorUnits = 0;
  /** Text at fixed scale of the decimal field just read: the record that holds the field puts it in its place. */
  fixed: string | undefined;
  /** Decimals, by value, of the decimal field just read. */
  decimals = 0;
  private readonly steps: (string | number)[] = [];

  enter(step: string | number): void {
    this.steps.push(step);
  }

  leave(): void {
    this.steps.pop();
  }

  /** `data.lines[0].net` */
  path(step?: string | number): string {
    let path = '';
    for (const each of step === undefined ? this.steps : [...this.steps, step]) {
      if (typeof each === 'number') path += `[${each}]`;
      else path += path === '' ? each : `.${each}`;
    }
    return path;
  }

  /** Refuses what stands at the cursor. */
  wrong(expected: string, value: unknown, reason: QuarantineReason = 'SCHEMA'): undefined {
    return this.refuse(reason, this.path(), expected, describe(value));
  }

  /** Refuses at a given path; only the first refusal of an event counts. */
  refuse(
    reason: QuarantineReason,
    path: string,
    expected: string,
    found: string,
    difference?: string,
  ): undefined {
    this.refusal ??= refusalOf(reason, path, expected, found, difference);
    return undefined;
  }
}
