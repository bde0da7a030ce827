// What tills collect reaches the books as one document a store and day, or one a session. Sums per store-day are held in
// memory: 24 stores, 31 days, some accounts, whatever the number of orders.
import { addDays, isoDate } from '../src/accounting/dates.ts';
import { fundedByOthers } from './basket.ts';
import type { Books } from './books.ts';
import { entryOf, type EntryLine } from './bookkeeping.ts';
import type { LedgerDocument } from './documents.ts';
import type { Fact, Refund, Shipment } from './facts.ts';
import { habitOf, sessionOf, summaryReference } from './tills.ts';
import { storeOf, type Company } from './world.ts';

/** One store's business day. */
export interface StoreDay {
  company: Company;
  location: string;
  day: string;
  /** By account and dimension, session by session. */
  sessions: Record<1 | 2, Map<string, EntryLine>>;
  /** Of a store-day with a mistake: the sales and refunds that belong to it. */
  facts: (Shipment | Refund)[];
}

/** What a mistake does to the documents of a store-day: gives what is posted instead. */
export type Spoil = (documents: LedgerDocument[], storeDay: StoreDay) => LedgerDocument[];

/**
 * True where the money side is booked by store-day: what a till collects, except exchanges and what vendors pay for,
 * which the ERP follows document by document. A web order that a store ships and earns is never in the till.
 */
export function isBookedByDay(fact: Shipment | Refund): boolean {
  return (
    fact.channel === 'store' &&
    storeOf(fact.sellingLocation) !== undefined &&
    fact.exchangeId === undefined &&
    fundedByOthers(fact.lines) === 0n
  );
}

/** Lines of a till's sale or refund that its store's summary holds. */
export function summarised(fact: Shipment | Refund): EntryLine[] {
  const { money, goods } = entryOf(fact);
  return habitOf(fact.sellingLocation).goods ? [...money, ...goods] : money;
}

/** Lines of any fact that are booked in a document of its own: all that no summary and no payout holds. */
export function documented(fact: Fact): EntryLine[] {
  const { money, goods } = entryOf(fact);
  const isSale = fact.kind === 'shipment' || fact.kind === 'refund';
  if (isSale && isBookedByDay(fact)) return habitOf(fact.sellingLocation).goods ? [] : goods;
  return fact.kind === 'shipment' && fact.payout !== undefined ? goods : [...money, ...goods];
}

export class StoreDays {
  readonly #days = new Map<string, StoreDay>();
  readonly #spoils = new Map<string, Spoil>();

  /** Adds what the summary holds of a till's sale or refund. */
  add(fact: Shipment | Refund): void {
    const day = this.#of(fact.company, fact.sellingLocation, fact.businessDate);
    if (this.#spoils.has(keyOf(fact.sellingLocation, fact.businessDate))) day.facts.push(fact);
    addTo(day.sessions[sessionOf(fact)], summarised(fact));
  }

  /** Takes a sale out again in the summary of a later day, as a till does with a void. */
  takeBack(fact: Shipment | Refund, businessDate: string): void {
    const day = this.#of(fact.company, fact.sellingLocation, businessDate);
    if (this.#spoils.has(keyOf(fact.sellingLocation, businessDate))) day.facts.push(fact);
    const negated = summarised(fact).map((line) => ({ ...line, cents: -line.cents }));
    addTo(day.sessions[sessionOf(fact)], negated);
  }

  /** True where the store-day has a mistake of its own already. */
  isSpoiled(location: string, day: string): boolean {
    return this.#spoils.has(keyOf(location, day));
  }

  /** Lets a mistake have its way with one store-day. */
  spoil(location: string, day: string, spoil: Spoil): void {
    this.#spoils.set(keyOf(location, day), spoil);
  }

  /** Books all store-days on the morning after. */
  post(books: Books): void {
    for (const [key, storeDay] of [...this.#days.entries()].sort(([left], [right]) =>
      left < right ? -1 : 1,
    )) {
      const documents = ([1, 2] as const).flatMap((session) => summaryOf(books, storeDay, session) ?? []);
      const spoil = this.#spoils.get(key);
      for (const each of spoil === undefined ? documents : spoil(documents, storeDay)) books.write(each);
    }
  }

  #of(company: Company, location: string, day: string): StoreDay {
    const key = keyOf(location, day);
    let storeDay = this.#days.get(key);
    if (storeDay === undefined) {
      storeDay = { company, location, day, sessions: { 1: new Map(), 2: new Map() }, facts: [] };
      this.#days.set(key, storeDay);
    }
    return storeDay;
  }
}

function addTo(sums: Map<string, EntryLine>, lines: readonly EntryLine[]): void {
  for (const line of lines) {
    const key = `${line.account} ${line.dimension}`;
    const known = sums.get(key);
    if (known === undefined) sums.set(key, { ...line });
    else known.cents += line.cents;
  }
}

/** The document of one session; undefined where nothing was sold in it. */
function summaryOf(books: Books, storeDay: StoreDay, session: 1 | 2): LedgerDocument | undefined {
  const { company, location, day } = storeDay;
  const lines = [...storeDay.sessions[session].values()].filter((line) => line.cents !== 0n);
  if (lines.length === 0) return undefined;
  const drafted = books.draft({
    company,
    type: 'PS',
    journalSource: 'Tills',
    reference: summaryReference(location, day, session),
    businessDate: day,
    text: `Tills of "${location}", ${day}`,
    lines,
  });
  const next = addDays(isoDate(day), 1);
  const dated = habitOf(location).datedNextDay ? next : day;
  return {
    ...drafted,
    postingDate: dated,
    businessDate: dated,
    documentDate: '',
    period: dated.slice(0, 7),
    createdOn: next,
  };
}

function keyOf(location: string, day: string): string {
  return `${location} ${day}`;
}
