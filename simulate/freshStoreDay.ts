// A store and day for a mistake to have to itself, and the sales that it is made with.
import type { Desk } from './desk.ts';
import type { Shipment } from './facts.ts';
import { STORES, type Store } from './world.ts';

/** Net of till sales that carry a mistake: above what any honest basket holds, so that no other sum looks like them. */
const LARGE = [120_000, 490_000] as const;

export interface FreshStoreDay {
  store: Store;
  day: ReturnType<Desk['day']>;
}

/** A store and day without another mistake, with two honest sales besides whatever the month brings. */
export function freshStoreDay(
  desk: Desk,
  [from, to]: readonly [number, number] = [4, 19],
  fits: (store: Store) => boolean = () => true,
): FreshStoreDay {
  for (let attempt = 0; attempt < 1_000; attempt += 1) {
    const store = desk.random.pick(STORES);
    const day = desk.day(from, to);
    if (!fits(store) || desk.storeDays.isSpoiled(store.code, day) || !desk.take(store.code, day)) continue;
    desk.storeDays.spoil(store.code, day, (documents) => documents);
    for (let count = 0; count < 2; count += 1) {
      desk.honest(desk.sale({ company: store.company, channel: 'store', store: store.code, day }));
    }
    return { store, day };
  }
  throw new RangeError('no store and day left without a mistake: ask for fewer');
}

/**
 * A large sale at a till: sent and assessed, its own document booked, not in the day's summary.
 * @param how `arrives`: the day on which its event comes; `booked: false`: the ERP knows nothing of it at all
 */
export function largeSale(
  desk: Desk,
  store: Store,
  day: FreshStoreDay['day'],
  how: { arrives?: string; booked?: boolean } = {},
): Shipment {
  const sale = desk.sale({ company: store.company, channel: 'store', store: store.code, day, net: LARGE });
  desk.send(sale, how.arrives);
  const document = desk.draft(sale);
  if (how.booked !== false && document.lines.length > 0) {
    desk.books.write(how.arrives === undefined ? document : { ...document, createdOn: how.arrives });
  }
  desk.assess(sale);
  return sale;
}
