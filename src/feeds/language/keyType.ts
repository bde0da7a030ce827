// Columns of type `key`: what finds other rows. A spreadsheet's number (`1500000001.0`, `4.9E+13`) is no key: its zeros are
// gone, perhaps its last digits too.
import { Fault, shown } from './model.ts';
import type { Value } from './model.ts';

/** How keys of a column are cleaned. */
export interface KeyForm {
  floats: 'refuse' | 'empty' | 'repair';
  strip: boolean;
  /** Zeros in front up to so many characters; 0: none. */
  pad: number;
  upper: boolean;
}

const FLOAT = /^-?\d+\.0+$/;
const SCIENTIFIC = /^-?\d(?:\.\d+)?[eE]\+?\d+$/;
const MOST_REPAIRED = 15;

/** Compiles the reading of one column's keys. */
export function keyReader(form: KeyForm, column: string): (text: string) => Value {
  return (text) => {
    let key = /\s{2}|[\t\n\r\f\v\u00a0]/.test(text) ? text.replace(/[\s\u00a0]+/g, ' ').trim() : text;
    if (FLOAT.test(key) || SCIENTIFIC.test(key)) {
      const whole = key.replace(/\.0+$/, '');
      if (form.floats === 'empty') return '';
      if (form.floats === 'refuse' || SCIENTIFIC.test(key) || whole.length > MOST_REPAIRED)
        return new Fault('BAD_KEY', column, "a key, not a spreadsheet's number", shown(text));
      key = whole;
    }
    if (form.strip) key = key.replace(/^0+(?=.)/, '');
    if (form.pad > 0 && /^\d+$/.test(key)) key = key.padStart(form.pad, '0');
    return form.upper ? key.toUpperCase() : key;
  };
}
