// What an accepted event is once it has been read: identities, dates, measures. Types and nothing else, so that the
// rulebook, the intake and the simulator can speak of events without importing how they are read.
import type { IsoDate } from '../accounting/dates.ts';
import type { Decimal } from '../money/decimal.ts';

/** Delivery identity of an event. */
export interface EventId {
  source: string;
  id: string;
}

/** An exact figure that an event type computes and a posting rule may name, e.g. `tender` of member `giftCard`. */
export interface Measure {
  name: string;
  /** '' for a measure without members. */
  member: string;
  /** Members of its further divisions, by their names: category, taxRate. */
  parts?: Readonly<Record<string, string>>;
  amount: Decimal;
  currency: string;
}

/** Places a posting rule can put a line: `at: sellingLocation`. */
export type Place = 'location' | 'sellingLocation' | 'fromLocation' | 'toLocation';

/** An event that passed every check of its type (spec: canonical events). */
export interface BusinessEvent extends EventId {
  type: string;
  subject: string;
  /** Instant, UTC, ISO with milliseconds. */
  time: string;
  company: string;
  /** Currency of its amounts; '' for types without amounts. */
  currency: string;
  /** Key of its type's business identity, parts joined by U+001F. */
  businessKey: string;
  businessDate: IsoDate;
  /** True where `data.businessDate` was given (a replacement without one takes the original's). */
  businessDateGiven: boolean;
  /** SHA-256 (hex) of type, subject, time as an instant and canonical data. */
  contentHash: string;
  /** Canonical JSON of the whole event as stored. */
  canonical: string;
  channel: string;
  brand: string;
  region: string;
  places: Partial<Record<Place, string>>;
  /** What derived lines carry as `reference`. */
  reference: string;
  /** All other ids: orderId, returnId, originalShipment, ... */
  further: Record<string, string>;
  measures: Measure[];
  /** Rate to the company's currency by currency of the measures; '1' for the company's own. */
  rates: Record<string, string>;
  /** Set on a correction. */
  corrects?: EventId;
  correction?: 'void' | 'replace';
  /** Parsed `data`, for `when` conditions and later checks; amounts inside are text. */
  data: Record<string, unknown>;
}

/** Why a record was refused; closed list of the specifications of events, ledger lines and feeds. */
export type QuarantineReason =
  | 'NOT_JSON'
  | 'SCHEMA'
  | 'UNKNOWN_TYPE'
  | 'UNKNOWN_COMPANY'
  | 'UNKNOWN_SOURCE'
  | 'UNKNOWN_CURRENCY'
  | 'CURRENCY_SCALE'
  | 'BAD_PERIOD'
  | 'TOTAL_MISMATCH'
  | 'UNBALANCED_ENTRY'
  | 'BAD_TIME'
  | 'NO_RATE'
  | 'BAD_CORRECTION'
  | 'CONFLICTING_DUPLICATE'
  | 'TOO_LARGE'
  | 'BAD_DATE'
  | 'BAD_NUMBER'
  | 'AMOUNT_FORMS'
  | 'MISSING_COLUMN'
  | 'BAD_KEY'
  | 'BAD_SIGN'
  | 'NOT_MAPPED'
  | 'NOT_IN_LOOKUP'
  | 'NO_PARTNER'
  | 'DIFFERS_IN_GROUP'
  | 'DOES_NOT_ADD_UP'
  | 'IN_REFUSED_GROUP';

/** A refused record: reason, where in it, expected and found, and what of it could be read. */
export interface Refusal {
  reason: QuarantineReason;
  /** Path (`data.lines[0].net`) or column. */
  path: string;
  expected: string;
  found: string;
  /** The whole sentence for people. */
  message: string;
  company?: string;
  type?: string;
  /** Delivery identity of an event. */
  source?: string;
  id?: string;
  currency?: string;
  amount?: string;
}

export type ReadOutcome = { ok: true; event: BusinessEvent } | { ok: false; refusal: Refusal };

/** What reading an event needs to know of the configuration; a pure lookup, no I/O behind it. */
export interface EventContext {
  company(code: string):
    | {
        currency: string;
        timeZone: string;
        inventoryMethod: 'cost' | 'retail';
        /** `erp`: sales come without cost, the ERP values them. */
        costOfSales?: 'events' | 'erp';
      }
    | undefined;
  location(code: string): { timeZone?: string; dayEnds?: string } | undefined;
  /** Rate text of one unit of `from` in `to` on a day, from the configured table; undefined where there is none. */
  rate(from: string, to: string, day: IsoDate): string | undefined;
  /** What a sender may send, undefined where nobody named it; without this the door is open to all. */
  source?: (name: string) => SourceGate | undefined;
}

/** Event types and locations that a sender may speak of; empty: any. */
export interface SourceGate {
  types: readonly string[];
  locations: readonly string[];
}
