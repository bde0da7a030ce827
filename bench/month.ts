// Inputs of the benchmark at any size: as many expected lines as ledger lines, 97% of them exact counterparts, a residue
// of the usual kinds, a next day of 1%, and the whole extract again with that day in it.
import { addDays, type IsoDate } from '../src/accounting/dates.ts';
import { taxOn, totalOf } from '../simulate/basket.ts';
import { entryOf } from '../simulate/bookkeeping.ts';
import { Books, type Extract } from '../simulate/books.ts';
import { monthOf, type Month } from '../simulate/calendar.ts';
import { portion } from '../simulate/cents.ts';
import { configuration, rates } from '../simulate/companyFiles.ts';
import type { LedgerDocument } from '../simulate/documents.ts';
import { eventOf, lineOf } from '../simulate/eventText.ts';
import type { SaleLine, Shipment } from '../simulate/facts.ts';
import type { SimulatedFiles } from '../simulate/files.ts';
import { Random } from '../simulate/random.ts';
import { companyOf, zoneOf } from '../simulate/world.ts';

/** Lines that the rulebook of examples/retail derives from each of these events, and that each document has. */
export const LINES_PER_EVENT = 6;
/** Selling locations grow with the size: a bigger retailer has more stores, not bigger ones. */
const LINES_PER_LOCATION = 4_000;

/** Of a thousand documents; the rest is posted as it should be. */
const RESIDUE = { missing: 10, twice: 4, invented: 6, amount: 6, late: 2, location: 2 } as const;

export interface BenchFiles {
  /** Lines a side of the first delivery: the asked number, rounded down to whole events. */
  lines: number;
  nextDayLines: number;
  /** Last day of the first delivery. */
  lastDay: IsoDate;
  /** The day after it. */
  nextDayDate: IsoDate;
  events: string;
  ledger: string;
  nextDay: { events: string; ledger: string };
  /** The extract of `ledger` again, with the next day in it. */
  redelivery: string;
}

/**
 * Writes the benchmark's inputs; they need `lines` x 0.4 KB of disk, redelivery included.
 * @param name month as `2026-10`; several months of one company share no document and no reference
 */
export function benchFiles(lines: number, seed: number, files: SimulatedFiles, name = '2026-10'): BenchFiles {
  const month = monthOf(name);
  const events = Math.floor(lines / LINES_PER_EVENT);
  const nextDay = Math.ceil(events / 100);
  const paths: BenchFiles = {
    lines: events * LINES_PER_EVENT,
    nextDayLines: nextDay * LINES_PER_EVENT,
    lastDay: addDays(month.last, -1),
    nextDayDate: month.last,
    events: 'bench/events.ndjson',
    ledger: 'bench/ledger.csv',
    nextDay: { events: 'bench/next-day-events.ndjson', ledger: 'bench/next-day-ledger.csv' },
    redelivery: 'bench/redelivery.csv',
  };
  files.append('tieout.yaml', configuration(month));
  files.append('rates.csv', rates(month));
  const { lastDay } = paths;
  const books = new Books(files, seed, extractsOf(paths, month, lastDay));
  const run: BenchRun = {
    seed,
    month,
    files,
    books,
    locations: 1 + Math.floor(lines / LINES_PER_LOCATION),
    owed: 0,
  };
  const firstDays = month.days.slice(0, -1);
  for (let position = 0; position < events; position += 1) {
    const day = firstDays[Math.floor((position * firstDays.length) / events)] ?? month.first;
    writeSale(run, position, day, paths.events);
  }
  settle(run, lastDay);
  for (let position = events; position < events + nextDay; position += 1) {
    writeSale(run, position, month.last, paths.nextDay.events);
  }
  settle(run, month.last);
  books.close();
  return paths;
}

interface BenchRun {
  seed: number;
  month: Month;
  files: SimulatedFiles;
  books: Books;
  locations: number;
  /** Documents that the ledger is short of, to be made up by invented ones. */
  owed: number;
}

function extractsOf(paths: BenchFiles, month: Month, lastDay: IsoDate): Extract[] {
  const common = {
    complete: true,
    companies: ['DE01'] as Extract['companies'],
    from: month.first,
  };
  const before = `${month.last}T09:30:00Z`;
  const after = `${addDays(month.last, 1)}T09:30:00Z`;
  return [
    {
      ...common,
      path: paths.ledger,
      mode: 'full',
      to: lastDay,
      extractedAt: before,
      createdFrom: month.first,
      createdTo: lastDay,
    },
    {
      ...common,
      path: paths.nextDay.ledger,
      mode: 'delta',
      to: month.last,
      extractedAt: after,
      createdFrom: month.last,
      createdTo: month.last,
    },
    {
      ...common,
      path: paths.redelivery,
      mode: 'full',
      to: month.last,
      extractedAt: after,
      createdFrom: month.first,
      createdTo: month.last,
    },
  ];
}

/** One event, and what became of it in the ledger. */
function writeSale(run: BenchRun, position: number, day: IsoDate, path: string): void {
  const random = new Random(run.seed, 'bench', run.month.name, position);
  const sale = drawSale(run, position, day, random);
  run.files.append(path, lineOf(eventOf(sale).body));
  const document = draft(run, sale);
  let fate = random.int(0, 999);
  for (const [kind, permille] of Object.entries(RESIDUE)) {
    fate -= permille;
    if (fate >= 0) continue;
    for (const each of spoiled(run, kind as keyof typeof RESIDUE, document, random)) enter(run, each);
    return;
  }
  enter(run, document);
}

/** Documents are numbered from 1 in every month; the month in front keeps them apart. */
function enter(run: BenchRun, document: LedgerDocument): void {
  run.books.write({ ...document, document: `${run.month.name.replace('-', '')}${document.document}` });
}

function draft(run: BenchRun, sale: Shipment): LedgerDocument {
  const { money, goods } = entryOf(sale);
  const document = run.books.draft({
    company: sale.company,
    type: 'RV',
    journalSource: 'Sales',
    reference: sale.shipmentId,
    businessDate: sale.businessDate,
    text: `Shipment ${sale.orderId}`,
    lines: [...money, ...goods],
  });
  // The extract is cut by day: a document enters on the day it belongs to.
  return {
    ...document,
    postingDate: sale.businessDate,
    createdOn: sale.businessDate,
    businessDate: sale.businessDate,
  };
}

function spoiled(
  run: BenchRun,
  kind: keyof typeof RESIDUE,
  document: LedgerDocument,
  random: Random,
): LedgerDocument[] {
  const changed = (
    change: (line: LedgerDocument['lines'][number], index: number) => void,
  ): LedgerDocument => {
    const lines = document.lines.map((line) => ({ ...line }));
    for (const [index, line] of lines.entries()) change(line, index);
    return { ...document, lines };
  };
  switch (kind) {
    case 'missing':
      run.owed += 1;
      return [];
    case 'twice':
      run.owed -= 1;
      return [document, run.books.copyOf(document)];
    case 'invented':
      run.owed -= 1;
      return [
        document,
        { ...run.books.copyOf(document), reference: `MAN-${run.month.name}-${document.document}` },
      ];
    case 'amount': {
      const more = BigInt(random.int(100, 9_900));
      // The first two lines are receivable and revenue: the document still balances.
      return [
        changed((line, index) => {
          if (index > 1) return;
          line.cents += index === 0 ? more : -more;
          line.companyCents = line.cents;
        }),
      ];
    }
    case 'late':
      return [{ ...document, businessDate: addDays(document.businessDate as IsoDate, 9) }];
    case 'location':
      return [changed((line) => void (line.location = `${line.location}X`))];
  }
}

/** Invents documents until the ledger has as many lines as the events cause, or none to spare. */
function settle(run: BenchRun, day: IsoDate): void {
  const random = new Random(run.seed, 'bench settle', day);
  for (let number = 0; run.owed > 0; number += 1, run.owed -= 1) {
    const sale = drawSale(run, 90_000_000 + number, day, random);
    enter(run, { ...draft(run, sale), reference: `MAN-${day}-${number}` });
  }
}

/** A web sale of two lines with a parcel: receivable, revenue, shipping, tax, cost of sales, inventory. About 1 KB. */
function drawSale(run: BenchRun, position: number, day: IsoDate, random: Random): Shipment {
  // The company without a tax engine: with one, every sale would ask for an assessment of its own.
  const company = companyOf('DE01');
  const location = `B${String(random.int(1, run.locations)).padStart(5, '0')}`;
  const line = (number: number): SaleLine => {
    const net = BigInt(random.int(500, 30_000));
    return {
      lineId: String(number),
      sku: `SKU-${random.int(10_000, 12_800)}`,
      quantity: 1,
      kind: 'goods',
      unitPrice: net,
      net,
      discounts: [],
      cost: portion(net, 550_000n),
      taxes: taxOn(net, 'DE-19', false),
    };
  };
  const stem = `${company.code.slice(0, 2)}-${run.month.name.slice(2).replace('-', '')}${String(position).padStart(9, '0')}`;
  const sale: Shipment = {
    kind: 'shipment',
    company: company.code,
    currency: company.currency,
    at: { day, minute: random.int(480, 1200), second: random.int(0, 59), zone: zoneOf(company, location) },
    businessDate: day,
    shipmentId: `SHP-${stem}`,
    orderId: `SO-${stem}`,
    channel: 'web',
    location,
    sellingLocation: location,
    fulfilment: 'ship',
    lines: [line(1), line(2)],
    shipping: { net: 599n, taxes: taxOn(599n, 'DE-19', false) },
    tenders: [],
    exchangeId: undefined,
    fx: undefined,
  };
  sale.tenders = [{ type: 'card', amount: totalOf(sale) }];
  return sale;
}
