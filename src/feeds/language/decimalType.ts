// Columns of type `decimal`: how a file writes numbers is said once, and what does not fit is refused, never guessed. What
// comes out is plain decimal text.
import { minorUnits } from '../../money/currencies.ts';
import { isZero, MOST_DIGITS, negate, shift } from './exact.ts';
import { Fault, shown } from './model.ts';
import type { Value } from './model.ts';

/** How numbers are written. */
export interface NumberForm {
  decimal: string;
  /** Characters between the thousands. */
  group: readonly string[];
  /** Groups of two above the thousand: 12,34,567.00. */
  indian: boolean;
  negative: readonly ('leading' | 'trailing' | 'parentheses')[];
  /** `minor`: an integer of the smallest unit; `two`: SAP's two decimals whatever the currency has. */
  stored: 'plain' | 'minor' | 'two';
  /** Decimals of codes that ISO 4217 does not know, for `stored`. */
  decimals: ReadonlyMap<string, number>;
}

export const PLAIN_NUMBERS: NumberForm = {
  decimal: '.',
  group: [],
  indian: false,
  negative: ['leading'],
  stored: 'plain',
  decimals: new Map(),
};

const escaped = (text: string): string => text.replace(/[-/\\^$*+?.()|[\]{}]/g, '\\$&');

/** Compiles the reading of one column's numbers, without its `stored`. */
export function decimalReader(form: NumberForm, column: string): (text: string) => Value {
  const point = escaped(form.decimal);
  const between = form.group.map(escaped).join('|');
  const high = form.indian ? `\\d{1,2}(?:(?:${between})\\d{2})*(?:${between})\\d{3}` : '';
  const grouped = `\\d{1,3}(?:(${between})\\d{3})(?:\\g\\d{3})*`.replace('\\g', '\\1');
  const digits = [...(form.indian ? [high] : []), ...(form.group.length > 0 ? [grouped] : []), '\\d+'];
  const body = new RegExp(`^(?:${digits.join('|')})(?:${point}\\d+)?$|^${point}\\d+$`);
  const groups = between === '' ? undefined : new RegExp(between, 'g');
  const trailing = form.negative.includes('trailing');
  const parentheses = form.negative.includes('parentheses');
  const simple = form.decimal === '.' ? /^-?(?:0|[1-9]\d{0,17})(?:\.\d{1,18})?$/ : undefined;
  const fault = (text: string): Fault =>
    new Fault('BAD_NUMBER', column, `a number written like ${example(form)}`, shown(text));
  return (text) => {
    if (simple?.test(text) === true) return text.startsWith('-') && isZero(text) ? text.slice(1) : text;
    let rest = text;
    let isNegative = false;
    if (parentheses && rest.startsWith('(') && rest.endsWith(')')) {
      isNegative = true;
      rest = rest.slice(1, -1).trim();
    } else if (rest.startsWith('-') || rest.startsWith('+') || rest.startsWith('\u2212')) {
      isNegative = !rest.startsWith('+');
      rest = rest.slice(1).trim();
    } else if (trailing && (rest.endsWith('-') || rest.endsWith('+'))) {
      isNegative = rest.endsWith('-');
      rest = rest.slice(0, -1).trim();
    }
    if (rest.length > MOST_DIGITS || !body.test(rest)) return fault(text);
    if (groups !== undefined) rest = rest.replace(groups, '');
    if (form.decimal !== '.') rest = rest.replace(form.decimal, '.');
    const plain = rest.startsWith('.') ? `0${rest}` : rest.replace(/^0+(?=\d)/, '');
    return isNegative ? negate(plain) : plain;
  };
}

function example({ decimal, group, negative }: NumberForm): string {
  const thousand = group[0] ?? '';
  const number = `1${thousand}234${decimal}50`;
  const minus = negative.includes('trailing') ? `, ${number}-` : '';
  return `${number}${minus}${negative.includes('parentheses') ? `, (${number})` : ''}`;
}

/** What a stored number means in its currency. */
export function asStored(text: string, form: NumberForm, currency: string, column: string): Value {
  if (form.stored === 'plain' || text === '') return text;
  const decimals = form.decimals.get(currency) ?? minorUnits(currency);
  if (decimals === undefined)
    return new Fault(
      'BAD_NUMBER',
      column,
      'a currency whose decimals are known, to say what the stored number means',
      `${text} ${currency || 'without a currency'}`,
    );
  if (form.stored === 'two') return decimals === 2 ? text : shift(text, 2 - decimals);
  if (text.includes('.'))
    return new Fault('BAD_NUMBER', column, 'a whole number of the smallest unit', shown(text));
  return shift(text, -decimals);
}
