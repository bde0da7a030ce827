// How the simulated ERP books a fact: an accountant's entries written out by hand, with no knowledge of the rulebook that
// is being tested. What a till collects (money) is apart from what leaves the shelf (goods), as stores book them apart.
import { fundedByOthers, totalOf } from './basket.ts';
import { sumOf } from './cents.ts';
import type { AccountName } from './accounts.ts';
import type { Assessment, Fact, Refund, SaleLine, Shipment, TaxPart, Tender } from './facts.ts';
import { companyOf, type Company, type Currency } from './world.ts';

/** One line of an entry; `cents` is signed, debit positive. */
export interface EntryLine {
  account: AccountName;
  location: string;
  dimension: string;
  currency: Currency;
  cents: bigint;
}

/** The two halves of an entry; each balances by itself. */
export interface Entry {
  money: EntryLine[];
  goods: EntryLine[];
}

/** The ERP's books of one fact; both halves empty where it causes no accounting. */
export function entryOf(fact: Fact): Entry {
  switch (fact.kind) {
    case 'shipment':
      return { money: shipmentMoney(fact), goods: goodsOut(fact) };
    case 'refund':
      return { money: refundMoney(fact), goods: goodsBack(fact) };
    case 'assessment':
      return { money: assessmentMoney(fact), goods: [] };
    case 'transferShipped': {
      const cost = sumOf(fact.lines.map((each) => each.cost));
      if (fact.partner !== undefined) {
        return goods(
          line(fact, 'intercompanyReceivable', fact.fromLocation, fact.partner.price),
          line(fact, 'inventory', fact.fromLocation, -cost),
          line(fact, 'intercompanyMargin', fact.fromLocation, cost - fact.partner.price),
        );
      }
      return goods(
        line(fact, 'goodsInTransit', fact.toLocation, cost),
        line(fact, 'inventory', fact.fromLocation, -cost),
      );
    }
    case 'transferReceived': {
      if (fact.partner !== undefined) {
        return goods(
          line(fact, 'inventory', fact.toLocation, fact.partner.price),
          line(fact, 'intercompanyPayable', fact.toLocation, -fact.partner.price),
        );
      }
      const cost = sumOf(fact.lines.map((each) => each.cost));
      return goods(
        line(fact, 'inventory', fact.toLocation, cost),
        line(fact, 'goodsInTransit', fact.toLocation, -cost),
      );
    }
    case 'adjustment': {
      const cost = sumOf(fact.lines.map((each) => each.cost));
      return goods(
        line(fact, 'inventory', fact.location, cost),
        line(fact, LOSS_ACCOUNTS[fact.reason], fact.location, -cost),
      );
    }
    case 'vendorReturn': {
      const cost = sumOf(fact.lines.map((each) => each.cost));
      const claim = fact.creditExpected - fact.fees;
      return goods(
        line(fact, 'vendorClaims', fact.location, claim),
        line(fact, 'inventory', fact.location, -cost),
        line(fact, 'purchaseReturnDifferences', fact.location, cost - claim),
      );
    }
    case 'markdown': {
      // Under the cost method a markdown changes no value.
      const cost = sumOf(fact.lines.map((each) => each.costAmount ?? 0n));
      return goods(
        line(fact, 'inventoryMarkdowns', fact.location, cost),
        line(fact, 'inventory', fact.location, -cost),
      );
    }
    case 'lifecycle':
      return { money: [], goods: [] };
  }
}

/** An adjustment's reason decides which expense it is. */
const LOSS_ACCOUNTS = {
  shrink: 'shrinkage',
  found: 'shrinkage',
  damage: 'damagedGoods',
  count: 'countDifferences',
} as const satisfies Record<string, AccountName>;

/** Marketplaces settle with us themselves: what they owe stands on an account of its own. */
function debtorOf(fact: Shipment | Refund): AccountName {
  return fact.channel.startsWith('marketplace') ? 'marketplaceReceivable' : 'receivable';
}

function shipmentMoney(fact: Shipment): EntryLine[] {
  const at = fact.sellingLocation;
  const byOthers = fundedByOthers(fact.lines);
  const taxes = taxesOf(fact.lines, fact.shipping?.taxes ?? []);
  const theirs = sumOf(taxes.filter((tax) => tax.byMarketplace).map((tax) => tax.amount));
  const card = tendered(fact.tenders, 'giftCard');
  const exchange = tendered(fact.tenders, 'exchange');
  return merged([
    line(fact, debtorOf(fact), at, totalOf(fact) - theirs - byOthers - card - exchange),
    line(fact, 'giftCards', at, card),
    line(fact, 'exchangeClearing', at, exchange),
    line(fact, debtorOf(fact) === 'receivable' ? 'vendorClaims' : 'marketplaceReceivable', at, byOthers),
    line(fact, 'revenue', at, -netOf(fact.lines, 'goods')),
    line(fact, 'shippingRevenue', at, -(fact.shipping?.net ?? 0n)),
    line(fact, 'giftCards', at, -netOf(fact.lines, 'giftCard')),
    ...taxLines(fact, taxes, -1n),
  ]);
}

function refundMoney(fact: Refund): EntryLine[] {
  const at = fact.sellingLocation;
  const taxes = taxesOf(fact.lines, []);
  const theirs = sumOf(taxes.filter((tax) => tax.byMarketplace).map((tax) => tax.amount));
  const fees = sumOf(fact.fees.map((fee) => fee.net));
  const card = tendered(fact.tenders, 'giftCard');
  const exchange = tendered(fact.tenders, 'exchange');
  return merged([
    line(fact, 'salesReturns', at, netOf(fact.lines, 'goods')),
    ...taxLines(fact, taxes, 1n),
    line(fact, 'feeIncome', at, -fees),
    line(fact, 'giftCards', at, -card),
    line(fact, 'exchangeClearing', at, -exchange),
    line(fact, debtorOf(fact), at, -(totalOf(fact) - fees - theirs - card - exchange)),
  ]);
}

/** The captured tax leaves clearing and becomes payable as the engine assessed it. */
function assessmentMoney(fact: Assessment): EntryLine[] {
  const side = fact.documentType === 'refund' ? -1n : 1n;
  return merged(
    fact.taxes.flatMap((tax) => [
      line(fact, 'taxClearing', '', side * tax.amount, tax.jurisdiction),
      line(fact, 'salesTax', '', -side * tax.amount, tax.jurisdiction),
    ]),
  );
}

function goodsOut(fact: Shipment): EntryLine[] {
  const cost = sumOf(fact.lines.map((each) => each.cost));
  return inCompanyCurrency(fact.company, [
    line(fact, 'cogs', fact.location, cost),
    line(fact, 'inventory', fact.location, -cost),
  ]);
}

function goodsBack(fact: Refund): EntryLine[] {
  const restocked = sumOf(fact.lines.filter((each) => each.restocked).map((each) => each.cost));
  const lost = sumOf(fact.lines.filter((each) => !each.restocked).map((each) => each.cost));
  return inCompanyCurrency(fact.company, [
    line(fact, 'inventory', fact.location, restocked),
    line(fact, 'returnsWriteOff', fact.location, lost),
    line(fact, 'cogs', fact.location, -restocked - lost),
  ]);
}

function inCompanyCurrency(company: Company, lines: EntryLine[]): EntryLine[] {
  const { currency } = companyOf(company);
  return lines.filter((each) => each.cents !== 0n).map((each) => ({ ...each, currency }));
}

function goods(...lines: EntryLine[]): Entry {
  return { money: [], goods: lines.filter((each) => each.cents !== 0n) };
}

function line(
  fact: { company: Company; currency: Currency },
  account: AccountName,
  location: string,
  cents: bigint,
  dimension = '',
): EntryLine {
  return { account, location, dimension, currency: fact.currency, cents };
}

function taxesOf(lines: readonly SaleLine[], shipping: readonly TaxPart[]): TaxPart[] {
  return [...lines.flatMap((each) => each.taxes), ...shipping];
}

function taxLines(fact: Shipment | Refund, taxes: readonly TaxPart[], side: bigint): EntryLine[] {
  const account = companyOf(fact.company).assessed ? 'taxClearing' : 'salesTax';
  return taxes
    .filter((tax) => !tax.byMarketplace)
    .map((tax) => line(fact, account, fact.sellingLocation, side * tax.amount, tax.jurisdiction));
}

function netOf(lines: readonly SaleLine[], kind: SaleLine['kind']): bigint {
  return sumOf(lines.filter((each) => each.kind === kind).map((each) => each.net));
}

function tendered(tenders: readonly Tender[], type: Tender['type']): bigint {
  return sumOf(tenders.filter((each) => each.type === type).map((each) => each.amount));
}

/** One line for each account, place and dimension; none of zero. */
function merged(lines: readonly EntryLine[]): EntryLine[] {
  const byPlace = new Map<string, EntryLine>();
  for (const each of lines) {
    const key = `${each.account} ${each.location} ${each.dimension} ${each.currency}`;
    const known = byPlace.get(key);
    if (known === undefined) byPlace.set(key, { ...each });
    else known.cents += each.cents;
  }
  return [...byPlace.values()].filter((each) => each.cents !== 0n);
}
