// What a customer buys: lines with promotions spread over them to the cent, gift cards, coupons that others fund, tax by
// line, shipping and tenders. Awkward cents are made on purpose (a third off three articles), sums are always exact.
import { allocate, portion, sumOf } from './cents.ts';
import type { Discount, SaleLine, TaxPart, Tender } from './facts.ts';
import type { Random } from './random.ts';
import { ARTICLES, TAX_RATES, isReduced, type CompanyOfTheWorld, type Store } from './world.ts';

/** Own promotions, in millionths: 10%, 15%, 20%, a third, 12.5%. */
const PROMOTIONS = [100_000n, 150_000n, 200_000n, 333_333n, 125_000n] as const;
const US_JURISDICTIONS = ['US-NY', 'US-IL', 'US-TX', 'US-CA'] as const;
const SHIPPING = 599n;
const FREE_SHIPPING_FROM = 5_000n;

export interface Basket {
  lines: SaleLine[];
  shipping: { net: bigint; taxes: TaxPart[] } | undefined;
}

/** Draws one basket. `ships` adds the parcel's price to small ones. */
export function drawBasket(
  company: CompanyOfTheWorld,
  store: Store | undefined,
  channel: string,
  ships: boolean,
  random: Random,
): Basket {
  const byMarketplace = channel.startsWith('marketplace') && company.code === 'US01';
  // One parcel goes to one state: drawn once, so that all lines of a basket agree.
  const home = company.code === 'DE01' ? 'DE-19' : (store?.jurisdiction ?? random.pick(US_JURISDICTIONS));
  const lines: SaleLine[] = [];
  for (let count = [1, 2, 3, 4][random.weighted([50, 28, 15, 7])] ?? 1; count > 0; count -= 1) {
    const article = random.pick(ARTICLES);
    const quantity = 1 + random.weighted([84, 12, 4]);
    lines.push({
      lineId: String(lines.length + 1),
      sku: article.sku,
      quantity,
      kind: 'goods',
      unitPrice: article.price,
      net: article.price * BigInt(quantity),
      discounts: [],
      cost: article.cost * BigInt(quantity),
      taxes: [],
    });
  }
  if (random.chance(250)) promote(lines, random.pick(PROMOTIONS));
  if (random.chance(40)) fundByOthers(lines, channel.startsWith('marketplace') ? 'marketplace' : 'vendor');
  for (const line of lines) {
    const jurisdiction = company.code === 'DE01' && isReduced(line.sku) ? 'DE-7' : home;
    line.taxes = taxOn(line.net, jurisdiction, byMarketplace);
  }
  if (channel !== 'marketplace:amazon' && random.chance(30)) lines.push(giftCard(lines.length + 1, random));
  const goods = sumOf(lines.map((line) => line.net));
  const shipping =
    ships && goods < FREE_SHIPPING_FROM
      ? { net: SHIPPING, taxes: taxOn(SHIPPING, home, byMarketplace) }
      : undefined;
  return { lines, shipping };
}

function promote(lines: readonly SaleLine[], millionths: bigint): void {
  const total = portion(sumOf(lines.map((line) => line.net)), millionths);
  const parts = allocate(
    total,
    lines.map((line) => line.net),
  );
  for (const [index, line] of lines.entries()) {
    const amount = parts[index] ?? 0n;
    if (amount === 0n) continue;
    line.discounts.push({ code: 'PROMO', amount, funder: 'self' });
    line.net -= amount;
  }
}

function fundByOthers(lines: readonly SaleLine[], funder: 'vendor' | 'marketplace'): void {
  const first = lines[0];
  if (first !== undefined && first.net > 400n) first.discounts.push({ code: 'COUPON', amount: 200n, funder });
}

function giftCard(position: number, random: Random): SaleLine {
  const value = random.pick([2_500n, 5_000n, 10_000n]);
  return {
    lineId: String(position),
    sku: 'GIFTCARD',
    quantity: 1,
    kind: 'giftCard',
    unitPrice: value,
    net: value,
    discounts: [],
    cost: 0n,
    taxes: [],
  };
}

/** Tax on one amount, rounded as a till does; none where it rounds to nothing. */
export function taxOn(taxable: bigint, jurisdiction: string, byMarketplace: boolean): TaxPart[] {
  const rate = TAX_RATES[jurisdiction] ?? 0n;
  const amount = portion(taxable, rate);
  return amount === 0n ? [] : [{ jurisdiction, rate, taxable, amount, byMarketplace }];
}

/** Net of lines and shipping with all their taxes. */
export function totalOf(sale: { lines: readonly SaleLine[]; shipping?: Basket['shipping'] }): bigint {
  let total = 0n;
  for (const part of [...sale.lines, ...(sale.shipping === undefined ? [] : [sale.shipping])]) {
    total += part.net + sumOf(part.taxes.map((tax) => tax.amount));
  }
  return total;
}

/** What vendors and marketplaces owe on these lines. */
export function fundedByOthers(lines: readonly SaleLine[]): bigint {
  const owed = (discounts: readonly Discount[]): bigint =>
    sumOf(discounts.filter((each) => each.funder !== 'self').map((each) => each.amount));
  return sumOf(lines.map((line) => owed(line.discounts)));
}

/** How the customer pays `due`: one in twenty with what is left on a gift card first. */
export function drawTenders(due: bigint, channel: string, random: Random): Tender[] {
  if (due <= 0n) return [];
  if (channel.startsWith('marketplace')) return [{ type: 'marketplace', amount: due }];
  const rest: Tender['type'] = channel === 'store' && random.chance(250) ? 'cash' : 'card';
  if (!random.chance(50)) return [{ type: rest, amount: due }];
  // What is left on a card is never a round sum: a card sold and one redeemed on one day do not cancel by chance.
  const card = BigInt(random.int(3, 48) * 100 + random.int(1, 99));
  if (card >= due) return [{ type: 'giftCard', amount: due }];
  return [
    { type: 'giftCard', amount: card },
    { type: rest, amount: due - card },
  ];
}
