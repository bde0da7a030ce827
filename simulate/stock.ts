// What happens to goods besides selling: transfers that arrive short, counts, shrink, damage, markdowns, returns to
// vendors. A few a day, more in a bigger company.
import { addDays, type IsoDate } from '../src/accounting/dates.ts';
import { later, weekday, type Moment, type Month } from './calendar.ts';
import { portion } from './cents.ts';
import type { Fact, StockLine, TransferReceived, TransferShipped, VendorReturn } from './facts.ts';
import { Random } from './random.ts';
import { ARTICLES, COMPANIES, companyOf, storesOf, zoneOf, type CompanyOfTheWorld } from './world.ts';

/** One more of everything a day for each so many orders of the month. */
const ORDERS_PER_MOVEMENT = 4_000;

/** Stock movements that begin on `day`; a receipt lies some days later. */
export function stockOf(seed: number, month: Month, day: IsoDate, orders: number): Fact[] {
  const facts: Fact[] = [];
  const times = 1 + Math.floor(orders / ORDERS_PER_MOVEMENT);
  for (const company of COMPANIES) {
    for (let position = 0; position < times; position += 1) {
      const random = new Random(seed, 'stock', company.code, day, position);
      const stem = `${company.code.slice(0, 2)}-${day.slice(5, 7)}${day.slice(8)}-${String(position).padStart(4, '0')}`;
      const plan = { month, company, day, stem, random };
      if (weekday(day) !== 0) facts.push(...drawTransfer(plan));
      if (company.code === 'US01' && weekday(day) === 4) facts.push(...drawSaleToGermany(plan));
      if (random.chance(600)) facts.push(drawAdjustment(plan));
      if (random.chance(300)) facts.push(drawMarkdown(plan));
      if (random.chance(300)) facts.push(drawVendorReturn(plan));
    }
  }
  return facts;
}

/** Everything one movement draws on. */
export interface StockPlan {
  month: Month;
  company: CompanyOfTheWorld;
  day: IsoDate;
  stem: string;
  random: Random;
}

function base(plan: StockPlan, location: string, day: IsoDate) {
  const at: Moment = {
    day,
    minute: plan.random.int(8 * 60, 17 * 60),
    second: plan.random.int(0, 59),
    zone: zoneOf(plan.company, location),
  };
  return { company: plan.company.code, currency: plan.company.currency, at, businessDate: day };
}

/** Some articles with quantities and their cost. */
export function drawStockLines(random: Random, most: number): StockLine[] {
  return Array.from({ length: random.int(1, most) }, () => {
    const article = random.pick(ARTICLES);
    const quantity = random.int(3, 24);
    return { sku: article.sku, quantity, cost: article.cost * BigInt(quantity) };
  });
}

/** Warehouse to store, one to four days under way; one in seven arrives in two parts. */
export function drawTransfer(plan: StockPlan): Fact[] {
  const { random, company } = plan;
  const toLocation = random.pick(storesOf(company.code)).code;
  const shipped: TransferShipped = {
    kind: 'transferShipped',
    ...base(plan, company.warehouse, plan.day),
    transferId: `TRF-${plan.stem}`,
    fromLocation: company.warehouse,
    toLocation,
    lines: drawStockLines(random, 4),
    partner: undefined,
  };
  const replenishment = (step: 'requested' | 'received', at: Moment): Fact => ({
    kind: 'lifecycle',
    company: company.code,
    currency: company.currency,
    at,
    businessDate: at.day,
    type: `retail.replenishment.${step}.v1`,
    keyField: 'replenishmentId',
    key: `RPL-${plan.stem}`,
    location: toLocation,
    channel: undefined,
  });
  const asked = replenishment('requested', later(shipped.at, -240));
  // Nothing honest stays in transit when the simulated tail ends.
  const due = addDays(plan.day, random.int(1, 4));
  const arrives = due > plan.month.tailEnds ? plan.month.tailEnds : due;
  if (!random.chance(140)) {
    const received = receiptOf(plan, shipped, arrives, 1, shipped.lines, true);
    return [asked, shipped, received, replenishment('received', received.at)];
  }
  const half = shipped.lines.map((line) => {
    // Unequal parts: two receipts alike but for their day would be ambiguous in any books.
    const quantity = line.quantity - Math.floor(line.quantity / 3);
    return { ...line, quantity, cost: (line.cost / BigInt(line.quantity)) * BigInt(quantity) };
  });
  const rest = shipped.lines.map((line, index) => ({
    ...line,
    quantity: line.quantity - (half[index]?.quantity ?? 0),
    cost: line.cost - (half[index]?.cost ?? 0n),
  }));
  const second = addDays(arrives, 1);
  if (second > plan.month.tailEnds)
    return [shipped, receiptOf(plan, shipped, arrives, 1, shipped.lines, true)];
  return [
    shipped,
    receiptOf(plan, shipped, arrives, 1, half, false),
    receiptOf(plan, shipped, second, 2, rest, true),
  ];
}

/** America sells to Germany at cost plus a tenth: two events, two companies, two currencies. */
function drawSaleToGermany(plan: StockPlan): Fact[] {
  const lines = drawStockLines(plan.random, 3);
  let cost = 0n;
  for (const line of lines) cost += line.cost;
  const germany = companyOf('DE01');
  const shipped: TransferShipped = {
    kind: 'transferShipped',
    ...base(plan, plan.company.warehouse, plan.day),
    transferId: `TRI-${plan.stem}`,
    fromLocation: plan.company.warehouse,
    toLocation: germany.warehouse,
    lines,
    partner: { company: 'DE01', price: portion(cost, 1_100_000n) },
  };
  const arrives = addDays(plan.day, 3);
  if (arrives > plan.month.tailEnds) return [shipped];
  const inEuro = lines.map((line) => ({ ...line, cost: portion(line.cost, 920_000n) }));
  const received: TransferReceived = {
    ...receiptOf({ ...plan, company: germany }, shipped, arrives, 1, inEuro, true),
    partner: { company: 'US01', price: portion(cost, 1_012_000n) },
  };
  return [shipped, received];
}

/** A receipt of a transfer as counted on arrival. */
export function receiptOf(
  plan: StockPlan,
  shipped: TransferShipped,
  day: IsoDate,
  number: number,
  lines: StockLine[],
  final: boolean,
): TransferReceived {
  return {
    kind: 'transferReceived',
    ...base(plan, shipped.toLocation, day),
    transferId: shipped.transferId,
    receiptId: `${shipped.transferId.replace('TRF', 'RCP')}-${number}`,
    fromLocation: shipped.fromLocation,
    toLocation: shipped.toLocation,
    final,
    lines: lines.filter((line) => line.quantity > 0),
    partner: undefined,
  };
}

function drawAdjustment(plan: StockPlan): Fact {
  const { random, company } = plan;
  const location = random.pick([company.warehouse, ...storesOf(company.code).map((store) => store.code)]);
  const reason =
    (['shrink', 'damage', 'count', 'found'] as const)[random.weighted([50, 25, 15, 10])] ?? 'shrink';
  const sign = reason === 'found' || (reason === 'count' && random.chance(400)) ? 1 : -1;
  const lines = drawStockLines(random, 2).map((line) => ({
    sku: line.sku,
    quantity: line.quantity * sign,
    cost: line.cost * BigInt(sign),
  }));
  return {
    kind: 'adjustment',
    ...base(plan, location, plan.day),
    adjustmentId: `ADJ-${plan.stem}`,
    reason,
    location,
    lines,
  };
}

function drawMarkdown(plan: StockPlan): Fact {
  const { random, company } = plan;
  const location = random.pick(storesOf(company.code)).code;
  const article = random.pick(ARTICLES);
  const quantity = random.int(5, 40);
  const costAmount =
    company.inventoryMethod === 'retail' ? portion(article.cost, 200_000n) * BigInt(quantity) : undefined;
  return {
    kind: 'markdown',
    ...base(plan, location, plan.day),
    markdownId: `MKD-${plan.stem}`,
    location,
    lines: [
      {
        sku: article.sku,
        quantity,
        retailAmount: portion(article.price, 200_000n) * BigInt(quantity),
        costAmount,
      },
    ],
  };
}

/** `VR-` and digits only: vendors quote it in their credit notes. */
function vendorReturnId({ company, stem }: StockPlan): string {
  return `VR-${company.code === 'US01' ? '1' : '2'}${stem.replace(/\D/g, '')}`;
}

/** Goods back to their vendor, at cost, less a handling fee one time in three. */
export function drawVendorReturn(plan: StockPlan): VendorReturn {
  const { random, company } = plan;
  const lines = drawStockLines(random, 3);
  let cost = 0n;
  for (const line of lines) cost += line.cost;
  return {
    kind: 'vendorReturn',
    ...base(plan, company.warehouse, plan.day),
    vendorReturnId: vendorReturnId(plan),
    vendorId: `V${random.int(1000, 1040)}`,
    location: company.warehouse,
    lines,
    creditExpected: random.chance(500) ? cost : portion(cost, 950_000n),
    fees: random.chance(330) ? 1_250n : 0n,
  };
}
