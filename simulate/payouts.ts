// Some German web orders are paid through a wallet. The ERP books their money once a payout, which covers three days of
// them, under the payout's own number; the goods are booked order by order.
import { addDays, isoDate, type IsoDate } from '../src/accounting/dates.ts';
import type { Books } from './books.ts';
import { entryOf, type EntryLine } from './bookkeeping.ts';
import type { Shipment } from './facts.ts';

const DAYS_OF_A_PAYOUT = 3;

/** Number of the payout that pays for what was sold on a day; none covers days of two months. */
export function payoutOf(day: IsoDate): string {
  return `PAYOUT-DE-${lastDayOf(day).replaceAll('-', '')}`;
}

function lastDayOf(day: IsoDate): IsoDate {
  let last = day;
  while (Number(last.slice(8)) % DAYS_OF_A_PAYOUT !== 0) {
    const next = addDays(last, 1);
    if (next.slice(0, 7) !== day.slice(0, 7)) break;
    last = next;
  }
  return last;
}

/** Money of web orders by payout, until the payouts are booked. */
export class Payouts {
  readonly #sums = new Map<string, { last: IsoDate; lines: Map<string, EntryLine> }>();

  /** Adds the money side of a web order. */
  add(fact: Shipment): void {
    const { payout } = fact;
    if (payout === undefined) throw new RangeError(`${fact.shipmentId} is in no payout`);
    let sum = this.#sums.get(payout);
    if (sum === undefined) {
      sum = { last: lastDayOf(isoDate(fact.businessDate)), lines: new Map() };
      this.#sums.set(payout, sum);
    }
    addTo(sum.lines, entryOf(fact).money);
  }

  /** Books all payouts, each on its last day. */
  post(books: Books): void {
    for (const [payout, { last, lines }] of [...this.#sums].sort(([left], [right]) =>
      left < right ? -1 : 1,
    )) {
      books.write(payoutDocument(books, payout, last, [...lines.values()]));
    }
  }
}

/** The journal of one payout, not yet written. */
export function payoutDocument(
  books: Books,
  payout: string,
  last: IsoDate,
  lines: readonly EntryLine[],
): ReturnType<Books['draft']> {
  const drafted = books.draft({
    company: 'DE01',
    type: 'ZP',
    journalSource: 'Wallet',
    reference: payout,
    businessDate: last,
    text: `Web orders paid by wallet, payout of ${last}`,
    lines,
  });
  return { ...drafted, postingDate: last, period: last.slice(0, 7), createdOn: addDays(last, 1) };
}

/** One line for each account, place and dimension. */
export function sumsOf(lines: readonly EntryLine[]): EntryLine[] {
  const sums = new Map<string, EntryLine>();
  addTo(sums, lines);
  return [...sums.values()];
}

function addTo(sums: Map<string, EntryLine>, lines: readonly EntryLine[]): void {
  for (const line of lines) {
    const key = `${line.account} ${line.location} ${line.dimension}`;
    const known = sums.get(key);
    if (known === undefined) sums.set(key, { ...line });
    else known.cents += line.cents;
  }
}
