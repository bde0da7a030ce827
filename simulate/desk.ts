// The desk at which mistakes are made. It draws clean, separate sales to make them on. No two of them share an amount
// within ten cents on any account, and no two leave a residue at one place on one day: whatever is found unmatched there
// belongs to one mistake, and nothing fits by accident what was not meant.
import { addDays, type IsoDate } from '../src/accounting/dates.ts';
import { assessmentOf } from './assessments.ts';
import { taxOn, totalOf } from './basket.ts';
import { entryOf, type EntryLine } from './bookkeeping.ts';
import type { Books } from './books.ts';
import { weekday, type Moment, type Month } from './calendar.ts';
import { amountText, portion } from './cents.ts';
import { accountNumber } from './accounts.ts';
import type { DocumentLine, LedgerDocument } from './documents.ts';
import { headOf } from './documentHeads.ts';
import { eventOf, lineOf, type SentEvent } from './eventText.ts';
import type { Fact, Refund, SaleLine, Shipment } from './facts.ts';
import type { SimulatedFiles } from './files.ts';
import { Random } from './random.ts';
import { Payouts } from './payouts.ts';
import { documented, isBookedByDay, type StoreDays } from './storeDays.ts';
import type { TruthFile, TruthItem } from './truth.ts';
import { companyOf, storeOf, storesOf, zoneOf, type Company } from './world.ts';

/** What a carrier sale may fix; the rest is drawn. */
export interface CarrierWish {
  company?: Company;
  day?: IsoDate;
  /** Or days of the month to draw it from, both inside. */
  days?: readonly [number, number];
  channel?: 'web' | 'marketplace:amazon' | 'store';
  /** Selling location of a till sale. */
  store?: string;
  /** Store that earns and ships it, sold on the web: booked by document beside the store's summary. */
  fromStore?: string;
  /** Nothing of it will stay unmatched: it may share its place and day with others. */
  clean?: boolean;
  /** Further days, counted from its own, on which it leaves a residue. */
  alsoAfterDays?: readonly number[];
  /** It leaves a residue at the company's other selling location, too. */
  everywhere?: boolean;
  giftCard?: boolean;
  /** Euro company selling in dollars at 0.92, in multiples of 25.00 so that every conversion is exact. */
  inDollars?: boolean;
  /** Bounds of the net amount in cents. */
  net?: readonly [number, number];
}

/** First position number of sales that carry a mistake: beyond what any honest day reaches. */
const FIRST_POSITION = 900_000;
export const DOLLAR_RATE = 92;
/** Mistakes lie on these days of the month: early enough for every grace to end, late enough for the first extract. */
const FIRST_DAY = 2;
const LAST_DAY = 29;

export class Desk {
  readonly month: Month;
  readonly books: Books;
  readonly storeDays: StoreDays;
  readonly truth: TruthFile;
  readonly random: Random;
  readonly payouts = new Payouts();
  events = 0;
  readonly #files: SimulatedFiles;
  readonly #used = new Set<bigint>();
  readonly #taken = new Set<string>();
  #position = FIRST_POSITION;

  constructor(
    seed: number,
    month: Month,
    files: SimulatedFiles,
    books: Books,
    storeDays: StoreDays,
    truth: TruthFile,
  ) {
    this.month = month;
    this.#files = files;
    this.books = books;
    this.storeDays = storeDays;
    this.truth = truth;
    this.random = new Random(seed, 'mistakes');
  }

  /** A working day between the bounds (days of the month). */
  day(from = FIRST_DAY, to = LAST_DAY): IsoDate {
    let day = addDays(this.month.first, this.random.int(from, to) - 1);
    if (weekday(day) === 0) day = addDays(day, 1);
    return day;
  }

  /** A fresh stem for ids. */
  stem(company: Company, day: string): string {
    this.#position += 1;
    return `${company.slice(0, 2)}-${day.slice(5, 7)}${day.slice(8)}-${this.#position}`;
  }

  /** A plain sale of one line, not yet sent or booked. */
  sale(wish: CarrierWish = {}): Shipment {
    for (let attempt = 0; attempt < 5_000; attempt += 1) {
      const sale = this.#draw(wish);
      const slots = wish.clean === true || wish.store !== undefined ? [] : slotsOf(sale, wish);
      if (slots.some((slot) => this.#taken.has(slot))) continue;
      const entry = entryOf(sale);
      if (!this.#claim([...entry.money, ...entry.goods])) continue;
      for (const slot of slots) this.#taken.add(slot);
      return sale;
    }
    throw new RangeError('no place and day left without a mistake: ask for fewer');
  }

  /** Takes a place and day for one mistake; false where another has it. */
  take(location: string, day: string): boolean {
    const slot = `${location} ${day}`;
    if (this.#taken.has(slot)) return false;
    this.#taken.add(slot);
    return true;
  }

  /** The whole of a sale given back at its warehouse some days later; ids of its own. */
  refundOf(sale: Shipment, days: number): Refund {
    const day = addDays(
      sale.businessDate as IsoDate,
      weekday(addDays(sale.businessDate as IsoDate, days)) === 0 ? days + 1 : days,
    );
    const stem = this.stem(sale.company, day);
    const lines = sale.lines.map((line) => ({ ...line, restocked: true, originalLineId: line.lineId }));
    return {
      kind: 'refund',
      company: sale.company,
      currency: sale.currency,
      at: { ...sale.at, day },
      businessDate: day,
      refundId: `REF-${stem}-1`,
      returnId: `RET-${stem}-1`,
      orderId: sale.orderId,
      shipmentId: sale.shipmentId,
      originalSaleDate: undefined,
      noReceipt: false,
      channel: sale.channel,
      location: sale.location,
      sellingLocation: sale.sellingLocation,
      lines,
      fees: [],
      tenders: [{ type: 'card', amount: totalOf({ lines }) }],
      exchangeId: undefined,
    };
  }

  /** Sends the event of a fact. `day` is the file it comes in, where that is not its own. */
  send(fact: Fact, day?: string): SentEvent {
    const event = eventOf(fact);
    this.sendText(event.system, day ?? event.day, lineOf(event.body));
    return event;
  }

  sendText(system: string, day: string, text: string): void {
    this.events += 1;
    this.#files.append(eventPath(system, day), text);
  }

  /** The documents that an honest ERP makes of a fact, not yet written. */
  draft(fact: Fact): LedgerDocument {
    return this.books.draft({
      company: fact.company,
      ...headOf(fact),
      businessDate: fact.businessDate,
      lines: documented(fact),
      ...(fact.kind === 'shipment' && fact.fx !== undefined ? { hundredths: fact.fx.hundredths } : {}),
    });
  }

  /** Sends and books the tax engine's word on a fact, where its company has one. */
  assess(fact: Shipment | Refund): void {
    const assessment = assessmentOf(fact);
    if (assessment === undefined) return;
    this.send(assessment);
    const document = this.draft(assessment);
    if (document.lines.length > 0) this.books.write(document);
  }

  /** Sends a fact, books it, has its tax assessed: nothing is wrong with it. `daysLate`: its event comes later. */
  honest(fact: Fact, daysLate = 0): void {
    this.send(fact, daysLate === 0 ? undefined : addDays(fact.at.day, daysLate));
    if (fact.kind === 'lifecycle') return;
    const document = this.draft(fact);
    if (document.lines.length > 0) this.books.write(document);
    if (fact.kind !== 'shipment' && fact.kind !== 'refund') return;
    if (isBookedByDay(fact)) this.storeDays.add(fact);
    else if (fact.kind === 'shipment' && fact.payout !== undefined) this.payouts.add(fact);
    this.assess(fact);
  }

  /** Truth items of whole document lines: `sign` -1 where the ledger lacks them, 1 where it has them too many. */
  items(lines: readonly DocumentLine[], sign: 1n | -1n): TruthItem[] {
    return lines.map((line) => ({
      account: line.account,
      location: line.location,
      dimension: line.dimension,
      currency: line.currency,
      amount: amountText(sign * line.cents),
    }));
  }

  #draw(wish: CarrierWish): Shipment {
    const { random } = this;
    const company = companyOf(wish.company ?? (random.chance(600) ? 'US01' : 'DE01'));
    const channel =
      wish.channel ??
      (wish.fromStore !== undefined ? 'web' : random.chance(550) ? 'web' : 'marketplace:amazon');
    const place = wish.store ?? wish.fromStore;
    const store = place === undefined ? undefined : storeOf(place);
    const day = wish.day ?? this.day(...(wish.days ?? []));
    const stem = this.stem(company.code, day);
    const [low, high] = wish.net ?? [2_000, 89_000];
    const net = wish.inDollars === true ? BigInt(random.int(3, 240) * 2_500) : BigInt(random.int(low, high));
    const jurisdiction =
      company.code === 'DE01'
        ? 'DE-19'
        : (store?.jurisdiction ?? random.pick(['US-NY', 'US-IL', 'US-TX', 'US-CA']));
    const line: SaleLine = {
      lineId: '1',
      sku: wish.giftCard === true ? 'GIFTCARD' : `SKU-${10_000 + 7 * random.int(0, 399)}`,
      quantity: 1,
      kind: wish.giftCard === true ? 'giftCard' : 'goods',
      unitPrice: net,
      net,
      discounts: [],
      cost: wish.giftCard === true ? 0n : portion(net, BigInt(random.int(400_000, 600_000))),
      taxes:
        wish.giftCard === true
          ? []
          : taxOn(net, jurisdiction, channel === 'marketplace:amazon' && company.code === 'US01'),
    };
    const location =
      store?.code ?? random.pick([company.warehouse, ...storesOf(company.code).map(({ code }) => code)]);
    const at: Moment = {
      day,
      minute: random.int(11 * 60, 18 * 60),
      second: random.int(0, 59),
      zone: zoneOf(company, location),
    };
    const sale: Shipment = {
      kind: 'shipment',
      company: company.code,
      currency: wish.inDollars === true ? 'USD' : company.currency,
      at,
      businessDate: day,
      shipmentId: `SHP-${stem}-1`,
      orderId: `SO-${stem}`,
      channel,
      location,
      sellingLocation: store?.code ?? (channel === 'web' ? company.web : company.marketplace),
      fulfilment: channel === 'store' ? 'store' : 'ship',
      lines: [line],
      shipping: undefined,
      tenders: [],
      exchangeId: undefined,
      fx: wish.inDollars === true ? { hundredths: DOLLAR_RATE } : undefined,
    };
    sale.tenders = [
      { type: channel === 'marketplace:amazon' ? 'marketplace' : 'card', amount: totalOf(sale) },
    ];
    return sale;
  }

  /** Takes the amounts of an entry for this sale alone; false where one lies within ten cents of another sale's. */
  #claim(lines: readonly EntryLine[]): boolean {
    const tens = lines.map((line) => (line.cents < 0n ? -line.cents : line.cents) / 10n);
    if (tens.some((ten) => [ten - 1n, ten, ten + 1n].some((near) => this.#used.has(near)))) return false;
    for (const ten of tens) this.#used.add(ten);
    return true;
  }
}

/** The file that holds a system's events of one day. */
export function eventPath(system: string, day: string): string {
  return `events/${system}-${day}.ndjson`;
}

/** Places and days on which what is left of a sale will lie. */
function slotsOf(sale: Shipment, wish: CarrierWish): string[] {
  const company = companyOf(sale.company);
  const places = new Set([sale.sellingLocation, sale.location]);
  if (wish.everywhere === true) for (const place of [company.web, company.marketplace]) places.add(place);
  const days = [0, ...(wish.alsoAfterDays ?? [])].map((days) => addDays(sale.businessDate as IsoDate, days));
  return [...places].flatMap((place) => days.map((day) => `${place} ${day}`));
}

/** Number of an account in a company, for truth rows about it. */
export function numberOf(account: Parameters<typeof accountNumber>[0], company: Company): string {
  return accountNumber(account, company);
}
