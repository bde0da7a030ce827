// The control file beside an extract, `NAME.control.json`: what the extract claims to hold. A field that we do not know or
// cannot read is refused, because a scope misread is a completeness wrongly believed.
import { readFile } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';

import { DAY_FORM, parseIsoDate } from '../accounting/dates.ts';
import type { IsoDate } from '../accounting/dates.ts';
import { INSTANT_FORM, readInstant } from '../accounting/instant.ts';
import { keyFault } from '../accounting/keyFault.ts';
import { UserError } from '../errors.ts';
import { AMOUNT_SCALE, readScaled } from '../money/scaled.ts';
import { unreadable } from './lines.ts';

/** A control file, checked. Absent fields take what the spec says: empty lists mean all. */
export interface Control {
  mode: 'full' | 'delta';
  complete: boolean;
  companies: string[];
  ledgers: string[];
  accounts: string[];
  from: IsoDate | null;
  to: IsoDate | null;
  /** Instant, ISO. */
  extractedAt: string | null;
  wholeDocuments: boolean;
  /** Control totals; sums in ten-thousandths. */
  rows: number | null;
  debit: bigint | null;
  credit: bigint | null;
  /** As delivered. */
  delivered: Record<string, unknown>;
  text: string;
}

/** `october.csv` -> `october.control.json`, in the same folder; undefined where there is none. */
export async function readControl(extract: string): Promise<Control | undefined> {
  const path = join(dirname(extract), `${basename(extract, extname(extract))}.control.json`);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw unreadable(path, error);
  }
  return parseControl(text, path);
}

const FIELDS = [
  'mode',
  'complete',
  'companies',
  'ledgers',
  'accounts',
  'from',
  'to',
  'extractedAt',
  'wholeDocuments',
  'rows',
  'debit',
  'credit',
];

/** Reads the text of a control file; a `UserError` names the field. */
export function parseControl(text: string, where: string): Control {
  const todo = 'correct the control file and deliver the extract again; nothing of it was taken';
  const refuse = (what: string, expected: string, found: unknown): never => {
    throw new UserError({ where, what, expected, found: JSON.stringify(found) ?? 'nothing', todo });
  };
  let given: Record<string, unknown>;
  try {
    given = JSON.parse(text.replace(/^\ufeff/, '')) as Record<string, unknown>;
  } catch {
    return refuse('not JSON', 'one JSON object', text.slice(0, 80));
  }
  if (typeof given !== 'object' || given === null || Array.isArray(given))
    return refuse('not an object', 'one JSON object', given);
  for (const name of Object.keys(given)) {
    if (!FIELDS.includes(name)) refuse(`unknown field ${name}`, `only ${FIELDS.join(', ')}`, name);
  }
  const bool = (name: string): boolean => {
    const value = given[name] ?? false;
    return typeof value === 'boolean' ? value : refuse(name, 'true or false', value);
  };
  const list = (name: string): string[] => {
    const value = given[name] ?? [];
    if (!Array.isArray(value) || value.some((one) => typeof one !== 'string'))
      return refuse(name, 'a list of texts', value);
    const fault = (value as string[]).map((one) => keyFault(one)).find((one) => one !== undefined);
    if (fault !== undefined) return refuse(name, `of each ${fault.expected}`, fault.found);
    return value as string[];
  };
  const day = (name: string): IsoDate | null => {
    const value = given[name] ?? null;
    if (value === null) return null;
    return (
      (typeof value === 'string' ? parseIsoDate(value) : undefined) ??
      refuse(name, `a date as ${DAY_FORM}`, value)
    );
  };
  const total = (name: string): bigint | null => {
    const value = given[name] ?? null;
    if (value === null) return null;
    const scaled = typeof value === 'string' ? readScaled(value, AMOUNT_SCALE) : undefined;
    return scaled === undefined ? refuse(name, 'a decimal string like "10.00"', value) : scaled.units;
  };
  const mode = given['mode'] ?? 'delta';
  if (mode !== 'full' && mode !== 'delta') return refuse('mode', 'full or delta', mode);
  const rows = given['rows'] ?? null;
  if (rows !== null && (!Number.isSafeInteger(rows) || (rows as number) < 0))
    refuse('rows', 'a whole number', rows);
  const from = day('from');
  const to = day('to');
  if (mode === 'full' && (from === null || to === null)) {
    refuse('a full extract without its dates', 'both from and to', { from: given['from'], to: given['to'] });
  }
  if (from !== null && to !== null && to < from) refuse('to is before from', 'from <= to', { from, to });
  return {
    mode,
    // A full extract is complete for its scope unless it denies it; a delta only if it says so.
    complete: bool('complete') || (mode === 'full' && given['complete'] === undefined),
    companies: list('companies'),
    ledgers: list('ledgers'),
    accounts: list('accounts'),
    from,
    to,
    extractedAt: instant(given['extractedAt'] ?? null, refuse),
    wholeDocuments: bool('wholeDocuments'),
    rows: rows as number | null,
    debit: total('debit'),
    credit: total('credit'),
    delivered: given,
    text,
  };
}

function instant(
  value: unknown,
  refuse: (what: string, expected: string, found: unknown) => never,
): string | null {
  if (value === null) return null;
  const read = typeof value === 'string' ? readInstant(value) : undefined;
  return read ?? refuse('extractedAt', INSTANT_FORM, value);
}
