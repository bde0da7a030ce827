// The common fields of `data`. They are read before a type's own fields, because the currencies say how many decimals
// those may have.
import { minorUnits } from '../money/currencies.ts';
import type { Cursor } from './cursor.ts';
import { describe } from './cursor.ts';
import { fine } from './decimalFields.ts';
import { choice, day, optional, record, text, textMap } from './fields.ts';
import type { JsonObject, Read } from './fields.ts';
import type { EventContext } from './model.ts';

const COMPANY_CHARACTERS = 20;

const SHAPE = {
  company: text(COMPANY_CHARACTERS),
  currency: optional(text()),
  costCurrency: optional(text()),
  fx: optional(record({ rate: fine(), rateDate: day, rateType: optional(text()) })),
  businessDate: optional(day),
  channel: optional(text()),
  brand: optional(text()),
  region: optional(text()),
  location: optional(text()),
  corrects: optional(record({ source: text(), id: text() })),
  correction: optional(choice('void', 'replace')),
  keys: optional(textMap(text())),
};
const HEAD = record(SHAPE);
/** The common fields as JSON Schema. */
export const HEAD_SCHEMA = HEAD.schema;

export type CompanyFacts = NonNullable<ReturnType<EventContext['company']>>;

export interface Head extends Read<typeof SHAPE> {
  facts: CompanyFacts;
}

/** Reads the common fields and sets the cursor's currencies; undefined where something is wrong. */
export function readHead(
  data: JsonObject,
  self: { source: string; id: string },
  context: EventContext,
  cursor: Cursor,
): Head | undefined {
  const head = HEAD.read(data, cursor);
  if (cursor.refusal !== undefined) return undefined;
  const facts = context.company(head.company);
  if (facts === undefined) {
    return cursor.refuse('UNKNOWN_COMPANY', 'data.company', 'a configured company', describe(head.company));
  }
  if (head.fx !== undefined && head.fx.rate === 0n) {
    return cursor.refuse('SCHEMA', 'data.fx.rate', 'a rate above 0', '0');
  }
  checkCorrection(head, self, cursor);
  cursor.currency = head.currency ?? facts.currency;
  cursor.costCurrency = head.costCurrency ?? facts.currency;
  cursor.minorUnits = scaleOf('data.currency', cursor.currency, cursor);
  cursor.costMinorUnits = scaleOf('data.costCurrency', cursor.costCurrency, cursor);
  return cursor.refusal === undefined ? { ...head, facts } : undefined;
}

function scaleOf(path: string, code: string, cursor: Cursor): number {
  const units = minorUnits(code);
  if (units === undefined)
    cursor.refuse('UNKNOWN_CURRENCY', path, 'an ISO 4217 currency code', describe(code));
  return units ?? 0;
}

function checkCorrection(
  head: Read<typeof SHAPE>,
  self: { source: string; id: string },
  cursor: Cursor,
): void {
  const { corrects, correction } = head;
  if (corrects === undefined && correction === undefined) return;
  if (corrects === undefined) {
    cursor.refuse('SCHEMA', 'data.corrects', 'the source and id of the corrected event', 'nothing');
  } else if (correction === undefined) {
    cursor.refuse('SCHEMA', 'data.correction', 'one of void, replace', 'nothing');
  } else if (corrects.source === self.source && corrects.id === self.id) {
    cursor.refuse('BAD_CORRECTION', 'data.corrects', 'another event', 'this event itself');
  }
}
