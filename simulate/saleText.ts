// The `data` of shipments and refunds: what a till, a web shop or a marketplace says of a sale.
import { totalOf } from './basket.ts';
import { amountText, sumOf } from './cents.ts';
import type { FxRate, Refund, RefundLine, SaleLine, Shipment, TaxPart, Tender } from './facts.ts';
import { habitOf, sessionOf, summaryReference } from './tills.ts';
import { storeOf } from './world.ts';

/** `data` of a shipment. */
export function shipmentData(fact: Shipment): Record<string, unknown> {
  const marketplace = fact.channel.startsWith('marketplace');
  const store = storeOf(fact.sellingLocation);
  return {
    currency: fact.currency,
    // Half the tills state their business day; the engine works the others out by zone and closing hour.
    ...present({
      costCurrency: fact.fx === undefined ? undefined : 'EUR',
      fx: fact.fx === undefined ? undefined : fxData(fact.fx, fact.businessDate),
      businessDate: statesBusinessDay(store?.code) ? fact.businessDate : undefined,
      exchangeId: fact.exchangeId,
      session: sessionText(fact),
      payout: fact.payout,
    }),
    channel: fact.channel,
    location: fact.location,
    sellingLocation: fact.sellingLocation,
    shipmentId: fact.shipmentId,
    orderId: fact.orderId,
    fulfilment: fact.fulfilment,
    lines: fact.lines.map((line) => lineData(line, marketplace)),
    ...present({
      shipping:
        fact.shipping === undefined
          ? undefined
          : { net: amountText(fact.shipping.net), taxes: taxData(fact.shipping.taxes, marketplace) },
    }),
    tenders: tenderData(fact.tenders),
    total: amountText(totalOf(fact)),
  };
}

/** `data` of a refund. */
export function refundData(fact: Refund): Record<string, unknown> {
  const marketplace = fact.channel.startsWith('marketplace');
  return {
    currency: fact.currency,
    channel: fact.channel,
    location: fact.location,
    sellingLocation: fact.sellingLocation,
    refundId: fact.refundId,
    returnId: fact.returnId,
    ...present({
      orderId: fact.orderId,
      shipmentId: fact.shipmentId,
      originalSaleDate: fact.originalSaleDate,
      noReceipt: fact.noReceipt ? true : undefined,
      exchangeId: fact.exchangeId,
      session: sessionText(fact),
      businessDate: statesBusinessDay(storeOf(fact.sellingLocation)?.code) ? fact.businessDate : undefined,
    }),
    lines: fact.lines.map((line) => refundLine(line, marketplace)),
    ...present({
      fees:
        fact.fees.length === 0 ? undefined : fact.fees.map((fee) => ({ ...fee, net: amountText(fee.net) })),
    }),
    tenders: tenderData(fact.tenders),
    total: amountText(refundTotal(fact)),
  };
}

/** What the customer gets back. */
export function refundTotal(fact: Refund): bigint {
  return totalOf(fact) - sumOf(fact.fees.map((fee) => fee.net));
}

function statesBusinessDay(store: string | undefined): boolean {
  return store !== undefined && store.charCodeAt(store.length - 1) % 2 === 0;
}

/** Tills that are closed twice a day name the session. */
function sessionText(fact: Shipment | Refund): string | undefined {
  if (fact.channel !== 'store' || habitOf(fact.sellingLocation).sessions === 1) return undefined;
  return summaryReference(fact.sellingLocation, fact.businessDate, sessionOf(fact));
}

function lineData(line: SaleLine, marketplace: boolean): Record<string, unknown> {
  return {
    lineId: line.lineId,
    sku: line.sku,
    quantity: line.quantity,
    kind: line.kind,
    unitPrice: amountText(line.unitPrice),
    net: amountText(line.net),
    ...present({
      discounts:
        line.discounts.length === 0
          ? undefined
          : line.discounts.map((each) => ({ ...each, amount: amountText(each.amount) })),
      cost: line.kind === 'goods' ? amountText(line.cost) : undefined,
    }),
    taxes: taxData(line.taxes, marketplace),
  };
}

function refundLine(line: RefundLine, marketplace: boolean): Record<string, unknown> {
  return {
    ...lineData(line, marketplace),
    restocked: line.restocked,
    ...present({ originalLineId: line.originalLineId }),
  };
}

function taxData(taxes: readonly TaxPart[], marketplace: boolean) {
  return taxes.map((tax) => ({
    jurisdiction: tax.jurisdiction,
    rate: rateText(tax.rate),
    taxable: amountText(tax.taxable),
    amount: amountText(tax.amount),
    ...(marketplace ? { remittedBy: tax.byMarketplace ? 'marketplace' : 'seller' } : {}),
  }));
}

/** Millionths as text: `88750n` is `0.088750`. */
function rateText(millionths: bigint): string {
  return `0.${millionths.toString().padStart(6, '0')}`;
}

function fxData(fx: FxRate, day: string) {
  return { rate: `0.${String(fx.hundredths).padStart(2, '0')}`, rateDate: day };
}

function tenderData(tenders: readonly Tender[]) {
  return tenders.map((tender) => ({ type: tender.type, amount: amountText(tender.amount) }));
}

/** The fields that have a value. */
export function present(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
