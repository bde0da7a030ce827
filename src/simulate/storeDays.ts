// What tills collect reaches the books as one document a store and day. Sums per store-day are the only thing of the
// month that is held in memory: 24 stores, 31 days, some accounts, whatever the number of orders.
import { addDays, isoDate } from '../accounting/dates.ts';
import { fundedByOthers } from './basket.ts';
import type { Books } from './books.ts';
import { entryOf, type EntryLine } from './bookkeeping.ts';
import type { LedgerDocument } from './documents.ts';
import type { Refund, Shipment } from './facts.ts';
import { storeOf, type Company } from './world.ts';

/** One store's business day. */
export interface StoreDay {
  company: Company;
  location: string;
  day: string;
  lines: Map<string, EntryLine>;
  /** Of a store-day with a mistake: the sales and refunds that belong to it. */
  facts: (Shipment | Refund)[];
}

/** What a mistake does to a store-day's document: gives what is posted instead. */
export type Spoil = (document: LedgerDocument, storeDay: StoreDay) => LedgerDocument[];

/**
 * True where the money side is booked by store-day: what a till collects, except exchanges and what vendors pay for,
 * which the ERP follows document by document.
 */
export function isBookedByDay(fact: Shipment | Refund): boolean {
  return (
    storeOf(fact.sellingLocation) !== undefined &&
    fact.exchangeId === undefined &&
    fundedByOthers(fact.lines) === 0n
  );
}

export class StoreDays {
  readonly #days = new Map<string, StoreDay>();
  readonly #spoils = new Map<string, Spoil>();

  /** Adds the money side of a till's sale or refund. */
  add(fact: Shipment | Refund): void {
    const day = this.#of(fact.company, fact.sellingLocation, fact.businessDate);
    if (this.#spoils.has(keyOf(fact.sellingLocation, fact.businessDate))) day.facts.push(fact);
    for (const line of entryOf(fact).money) {
      const key = `${line.account} ${line.dimension}`;
      const known = day.lines.get(key);
      if (known === undefined) day.lines.set(key, { ...line });
      else known.cents += line.cents;
    }
  }

  /** True where the store-day has a mistake of its own already. */
  isSpoiled(location: string, day: string): boolean {
    return this.#spoils.has(keyOf(location, day));
  }

  /** Lets a mistake have its way with one store-day. */
  spoil(location: string, day: string, spoil: Spoil): void {
    this.#spoils.set(keyOf(location, day), spoil);
  }

  /** Books all store-days: on the morning after, dated on the day itself. */
  post(books: Books): void {
    for (const [key, storeDay] of [...this.#days.entries()].sort(([left], [right]) =>
      left < right ? -1 : 1,
    )) {
      const drafted = books.draft({
        company: storeDay.company,
        type: 'PS',
        journalSource: 'Tills',
        reference: `POS-${storeDay.location}-${storeDay.day.replaceAll('-', '')}`,
        businessDate: storeDay.day,
        text: `Tills of "${storeDay.location}", ${storeDay.day}`,
        lines: [...storeDay.lines.values()],
      });
      const document = {
        ...drafted,
        postingDate: storeDay.day,
        businessDate: storeDay.day,
        period: storeDay.day.slice(0, 7),
        createdOn: addDays(isoDate(storeDay.day), 1),
      };
      const spoil = this.#spoils.get(key);
      for (const each of spoil === undefined ? [document] : spoil(document, storeDay)) books.write(each);
    }
  }

  #of(company: Company, location: string, day: string): StoreDay {
    const key = keyOf(location, day);
    let storeDay = this.#days.get(key);
    if (storeDay === undefined) {
      storeDay = { company, location, day, lines: new Map(), facts: [] };
      this.#days.set(key, storeDay);
    }
    return storeDay;
  }
}

function keyOf(location: string, day: string): string {
  return `${location} ${day}`;
}
