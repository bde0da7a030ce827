// Canonical JSON: keys sorted by UTF-16 code unit, no white space, strings as JSON.stringify writes them. Reading an event
// has already put every decimal field of its schema (amounts at 4 decimals; quantities, unit prices and rates at 6) into
// its fixed-scale text, so `5`, `"5"` and `"5.00"` of such a field give the same text here. Other values stay as they came.
import { hash } from 'node:crypto';

const NEEDS_ESCAPE = /["\\\u0000-\u001f\ud800-\udfff]/;

/** Writes canonical JSON and counts the keys it wrote, which a text with duplicate keys does not reach. */
export class CanonicalWriter {
  keys = 0;
  /** True where a number beyond 2^53 was written: JSON.parse has lost its last digits. */
  lostDigits = false;

  /** @param value what JSON.parse gave */
  write(value: unknown): string {
    if (typeof value === 'string') return quote(value);
    if (typeof value === 'number') return this.writeNumber(value);
    if (typeof value !== 'object' || value === null) return String(value);
    if (Array.isArray(value)) return this.writeList(value);
    return this.writeObject(value as Record<string, unknown>);
  }

  private writeNumber(value: number): string {
    if (Math.abs(value) > Number.MAX_SAFE_INTEGER) this.lostDigits = true;
    return JSON.stringify(value);
  }

  private writeList(values: readonly unknown[]): string {
    let text = '[';
    for (let i = 0; i < values.length; i++) text += (i === 0 ? '' : ',') + this.write(values[i]);
    return `${text}]`;
  }

  private writeObject(object: Record<string, unknown>): string {
    const names = sortNames(Object.keys(object));
    this.keys += names.length;
    let text = '{';
    for (let i = 0; i < names.length; i++) {
      const name = names[i]!;
      text += `${i === 0 ? '' : ','}${quote(name)}:${this.write(object[name])}`;
    }
    return `${text}}`;
  }
}

/** A JSON string literal. */
export function quote(text: string): string {
  return NEEDS_ESCAPE.test(text) ? JSON.stringify(text) : `"${text}"`;
}

const FEW = 24;

/** Sorts in place by UTF-16 code unit. Insertion sort: an event's objects have about ten keys, and Array.sort costs three times as much on those. */
export function sortNames(names: string[]): string[] {
  if (names.length > FEW) return names.sort();
  for (let i = 1; i < names.length; i++) {
    const name = names[i]!;
    let at = i - 1;
    while (at >= 0 && names[at]! > name) {
      names[at + 1] = names[at]!;
      at--;
    }
    names[at + 1] = name;
  }
  return names;
}

/** SHA-256 of UTF-8 text, in hex. */
export function sha256(text: string): string {
  return hash('sha256', text, 'hex');
}
