// A retailer's month with known mistakes, from one seed: facts are drawn order by order, written as events by one hand and
// into the ERP's books by another, and forgotten. The same seed gives the same bytes on any machine and in any time zone.
import { addDays, daysBetween } from '../src/accounting/dates.ts';
import type { AccountName } from './accounts.ts';
import type { EntryLine } from './bookkeeping.ts';
import { UserError } from '../src/errors.ts';
import { Books, type Posting } from './books.ts';
import { blanksTruth, extractsOf, stepsOf, tellFeeds, type SimulationStep } from './extracts.ts';
import { monthOf, weekday, type Month } from './calendar.ts';
import { balances, tellBalances } from './balances.ts';
import { writeCompanyFiles } from './companyFiles.ts';
import { openingItems } from './opening.ts';
import { Desk } from './desk.ts';
import { INTAKE_TRUTH_PATH, makeDirt } from './dirt.ts';
import { SimulatedErp } from './erp.ts';
import type { Fact } from './facts.ts';
import type { SimulatedFiles } from './files.ts';
import { teller, type MistakeKind } from './mistake.ts';
import { MISTAKES_BESIDE_SUMMARIES } from './mistakesBesideSummaries.ts';
import { MISTAKES_OF_ABSENCE } from './mistakesOfAbsence.ts';
import { MISTAKES_OF_AMOUNT } from './mistakesOfAmount.ts';
import { MISTAKES_OF_CORRECTIONS } from './mistakesOfCorrections.ts';
import { MISTAKES_OF_EVENTS } from './mistakesOfEvents.ts';
import { MISTAKES_OF_GOODS } from './mistakesOfGoods.ts';
import { MISTAKES_OF_PLACE } from './mistakesOfPlace.ts';
import { MISTAKES_OF_STORES, tellNightTills } from './mistakesOfStores.ts';
import { MISTAKES_OUTSIDE_RULEBOOK } from './mistakesOutsideRulebook.ts';
import { ordersOf } from './orders.ts';
import { Random } from './random.ts';
import { oldRefund } from './refunds.ts';
import { stockOf } from './stock.ts';
import { StoreDays } from './storeDays.ts';
import { TruthFile, type TruthRow } from './truth.ts';
import { COMPANIES, storeOf, storesOf, zoneOf } from './world.ts';

export interface SimulationOptions {
  seed: number;
  /** Orders of the month; 5,000 is a small retailer. */
  orders: number;
  /** `2026-10` where absent. */
  month?: string;
  /** How many of each kind of mistake: 0, 1 or 2 (where absent); each needs a place and day of its own. */
  mistakesPerKind?: number;
}

export interface Simulation {
  seed: number;
  orders: number;
  month: Month;
  events: number;
  ledgerLines: number;
  /** Mistakes made, per kind. */
  injected: Record<string, number>;
  truth: readonly TruthRow[];
  steps: SimulationStep[];
  /** Takes journals in and hands out its next extract. */
  erp: SimulatedErp;
}

/** Every kind of mistake that is made on documents and events; three more are made on whole files. */
export const MISTAKES: readonly MistakeKind[] = [
  ...MISTAKES_OF_ABSENCE,
  ...MISTAKES_OF_PLACE,
  ...MISTAKES_OF_AMOUNT,
  ...MISTAKES_OF_STORES,
  ...MISTAKES_OF_GOODS,
  ...MISTAKES_OF_EVENTS,
  ...MISTAKES_BESIDE_SUMMARIES,
  ...MISTAKES_OF_CORRECTIONS,
  ...MISTAKES_OUTSIDE_RULEBOOK,
];

const MID_MONTH_DAYS = 15;
/** Events that reach us a day or two after they happened, of a thousand. */
const LATE_PERMILLE = 10;
const MOST_MISTAKES_PER_KIND = 2;
/** Days of the month. */
const OUTAGE = { store: 'S009', from: 8, to: 10, repaired: 18 } as const;

/** Makes the month and writes all its files through `files`. */
export function simulate(options: SimulationOptions, files: SimulatedFiles): Simulation {
  check(options);
  const month = monthOf(options.month ?? '2026-10');
  const mid = addDays(month.first, MID_MONTH_DAYS - 1);
  const extracts = extractsOf(month, mid);
  const books = new Books(files, options.seed, extracts);
  const storeDays = new StoreDays();
  const truth = new TruthFile(files);
  const days = new Map<string, Set<string>>();
  const watched: SimulatedFiles = {
    append(path, text) {
      const [, system, day] = /^events\/([a-z]+)-(.+)\.ndjson$/.exec(path) ?? [];
      if (system !== undefined && day !== undefined) remember(days, day, path);
      files.append(path, text);
    },
  };
  const desk = new Desk(options.seed, month, watched, books, storeDays, truth);

  writeCompanyFiles(files, month);
  files.append('opening.csv', openingItems(desk));
  makeMistakes(desk, options.mistakesPerKind ?? 2);
  tellNightTills(desk);
  runMonth(desk, options);
  const dirty = makeDirt(desk, watched, addDays(mid, 5));
  storeDays.post(books);
  desk.payouts.post(books);
  books.close();
  const extractedAt = extracts.at(-1)?.extractedAt ?? '';
  tellBalances(desk);
  files.append('balances.csv', balances(month, books, extractedAt));
  tellFeeds(desk);

  files.append(INTAKE_TRUTH_PATH, blanksTruth(books));
  const steps = stepsOf(month, mid, days, dirty.ledger);
  files.append(
    'manifest.json',
    `${JSON.stringify({ ...options, month: month.name, asOf: month.asOf, steps }, null, 2)}\n`,
  );
  return {
    seed: options.seed,
    orders: options.orders,
    month,
    events: desk.events,
    ledgerLines: books.lines,
    injected: truth.counts,
    truth: truth.rows,
    steps,
    erp: new SimulatedErp(books, month),
  };
}

function remember(days: Map<string, Set<string>>, day: string, path: string): void {
  const paths = days.get(day) ?? new Set();
  paths.add(path);
  days.set(day, paths);
}

function check({ seed, orders, month = '2026-10', mistakesPerKind = 0 }: SimulationOptions): void {
  const wrong = (what: string, expected: string, found: string): UserError =>
    new UserError({ what, expected, found });
  if (!Number.isSafeInteger(seed)) throw wrong('seed', 'a whole number', String(seed));
  if (!Number.isSafeInteger(orders) || orders < 0)
    throw wrong('orders', 'a whole number from 0', String(orders));
  if (!/^\d{4}-(0[1-9]|1[0-2])$/.test(month)) throw wrong('month', 'YYYY-MM', month);
  if (![0, 1, MOST_MISTAKES_PER_KIND].includes(mistakesPerKind)) {
    throw wrong('mistakes of each kind', `0 to ${MOST_MISTAKES_PER_KIND}`, String(mistakesPerKind));
  }
}

function makeMistakes(desk: Desk, perKind: number): void {
  for (const mistake of MISTAKES) {
    for (let number = 1; number <= perKind; number += 1) mistake.make(desk, number, teller(desk, mistake));
  }
}

/** Honest business, one order after the other; nothing is kept but the sums of store-days. */
function runMonth(desk: Desk, options: SimulationOptions): void {
  const { month } = desk;
  const perDay = ordersPerDay(month, options.orders);
  const late = new Random(options.seed, 'late events');
  for (const [index, day] of month.days.entries()) {
    for (let position = 0; position < (perDay[index] ?? 0); position += 1) {
      for (const fact of ordersOf(options.seed, month, day, position)) {
        const daysLate = late.chance(LATE_PERMILLE) ? late.int(1, 2) : 0;
        desk.honest(fact, daysOfOutage(fact, month) ?? daysLate);
      }
    }
    for (const fact of stockOf(options.seed, month, day, options.orders)) desk.honest(fact);
    for (let position = 0; position < 2 + Math.floor(options.orders / 5_000); position += 1) {
      desk.honest(returnOfOldSale(options.seed, month, day, position));
    }
    sellInDollars(desk, day, index % 3 === 1);
    for (const posting of otherBusiness(options.seed, day)) desk.books.post(posting);
  }
}

/** One store's tills send nothing for three days; on the day of the repair all of it comes at once. */
function daysOfOutage(fact: Fact, month: Month): number | undefined {
  const { day } = fact.at;
  if (fact.kind !== 'shipment' && fact.kind !== 'refund') return undefined;
  if (fact.channel !== 'store' || fact.sellingLocation !== OUTAGE.store) return undefined;
  const number = 1 + daysBetween(month.first, day);
  return number >= OUTAGE.from && number <= OUTAGE.to ? OUTAGE.repaired - number : undefined;
}

/** A German sale in dollars; at times the ERP does not say what it is in euro, and then there is nothing to compare. */
function sellInDollars(desk: Desk, day: Month['first'], withoutCompanyAmounts: boolean): void {
  const sale = desk.sale({ company: 'DE01', day, inDollars: true, channel: 'web', clean: true });
  desk.send(sale);
  desk.books.write({ ...desk.draft(sale), withoutCompanyAmounts });
}

/** What no event tells of: customers' payments and goods bought. Its journal sources are out of the rulebook's scope. */
function otherBusiness(seed: number, day: string): Posting[] {
  const random = new Random(seed, 'other business', day);
  return COMPANIES.flatMap((company) => {
    const line = (account: AccountName, location: string, cents: bigint): EntryLine => ({
      account,
      location,
      dimension: '',
      currency: company.currency,
      cents,
    });
    const paid = BigInt(random.int(200_000, 900_000));
    const bought = BigInt(random.int(500_000, 2_000_000));
    const common = { company: company.code, businessDate: day };
    return [
      {
        ...common,
        type: 'DZ',
        journalSource: 'Receipts',
        reference: `BANK-${company.code}-${day}`,
        text: 'Card settlement, "net of fees"',
        lines: [line('cash', '', paid), line('receivable', company.web, -paid)],
      },
      {
        ...common,
        type: 'WE',
        journalSource: 'Purchasing',
        reference: `PO-${company.code}-${day}`,
        text: 'Goods received, not invoiced',
        lines: [line('inventory', company.warehouse, bought), line('goodsReceived', '', -bought)],
      },
    ];
  });
}

/** Weekdays, a promotion in the second week, pay day at the end; the largest remainders get what is left over. */
export function ordersPerDay(month: Month, orders: number): number[] {
  const ofWeek = [11, 9, 9, 10, 12, 16, 18];
  const weights = month.days.map((day, index) => {
    const peak = index === 9 || index === 10 ? 2 : index >= month.days.length - 2 ? 1.5 : 1;
    return Math.floor((ofWeek[weekday(day)] ?? 10) * peak * 10);
  });
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  const counts = weights.map((weight) => Math.floor((orders * weight) / total));
  let rest = orders - counts.reduce((sum, count) => sum + count, 0);
  for (let index = 0; rest > 0; index += 1, rest -= 1) counts[index] = (counts[index] ?? 0) + 1;
  return counts;
}

/** Something sold before the month, or without receipt, comes back. */
function returnOfOldSale(seed: number, month: Month, day: Month['first'], position: number): Fact {
  const random = new Random(seed, 'old sale', day, position);
  const company = random.pick(COMPANIES);
  const open = storesOf(company.code).filter((store) => store.sundays || weekday(day) !== 0);
  const inStore = open.length > 0 && random.chance(600);
  const location = inStore ? random.pick(open).code : company.warehouse;
  const at = {
    day,
    minute: random.int(11 * 60, 19 * 60),
    second: random.int(0, 59),
    zone: zoneOf(company, location),
  };
  const stem = `${company.code.slice(0, 2)}-${day.slice(5, 7)}${day.slice(8)}-8${String(position).padStart(5, '0')}`;
  const noReceipt = storeOf(location) !== undefined && random.chance(300);
  return oldRefund({ month, company, day, stem, random }, location, at, noReceipt);
}
