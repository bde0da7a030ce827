// What a shipment and a refund share: their lines, taxes, discounts and tenders, and the figures summed from them.
import type { Cursor } from './cursor.ts';
import { amount, cost, fine } from './decimalFields.ts';
import { choice, list, optional, record, text } from './fields.ts';
import type { Field, Read } from './fields.ts';
import { MemberSums } from './measures.ts';
import type { MeasureSheet } from './measures.ts';
import { FUNDER, FUNDERS, JURISDICTION, TENDER, TENDERS, namesOf } from './ruleTerms.ts';
import type { MeasureTerm } from './ruleTerms.ts';

const TAX = record({
  jurisdiction: text(),
  code: optional(text()),
  rate: optional(fine()),
  taxable: optional(amount()),
  amount: amount(),
  remittedBy: optional(choice('seller', 'marketplace')),
});
export const TAXES = optional(list(TAX));

/** Shipping, with the tax on it. */
export const SHIPPING = optional(record({ net: amount(), taxes: TAXES }));
/** Fees kept back from a refund, or charged by a vendor. */
export const FEES = optional(list(record({ code: text(), net: amount(), taxes: TAXES })));

/** Fields of a line of a shipment or refund. */
export const LINE_FIELDS = {
  lineId: text(),
  sku: text(),
  quantity: fine(),
  kind: optional(choice('goods', 'service', 'giftCard', 'fee', 'deposit')),
  unitPrice: optional(fine()),
  net: amount(),
  discounts: optional(list(record({ code: text(), amount: amount(), funder: choice(...namesOf(FUNDERS)) }))),
  cost: optional(cost()),
  taxes: TAXES,
};

export const PAID_BY = optional(
  list(record({ type: choice(...namesOf(TENDERS)), amount: amount(), reference: optional(text()) })),
);

type Value<F> = F extends Field<infer T> ? T : never;
type Taxes = Value<typeof TAXES>;
export type Fees = Value<typeof FEES>;
export type SaleLine = Read<typeof LINE_FIELDS>;

/** Measures that shipment and refund have in common, as a shipment says them. */
export const SALE_MEASURES = {
  total: { text: 'the total of the document' },
  net: { text: 'goods, services and fees sold, before tax' },
  giftCards: { text: 'gift cards' },
  deposits: { text: 'deposits' },
  shippingNet: { text: 'shipping, before tax' },
  fees: { text: 'fees kept back, before tax' },
  taxOwn: { text: 'tax that we owe', members: JURISDICTION },
  taxMarketplace: { text: 'tax that the marketplace pays over', members: JURISDICTION },
  discount: { text: 'discounts', members: FUNDER },
  tender: { text: 'what was paid', members: TENDER },
  receivableOwn: { text: 'what the customer or the card company owes' },
} as const satisfies Record<string, MeasureTerm>;
type SharedMeasure = keyof typeof SALE_MEASURES;

/** The fields of a sale that figures are summed from. */
export interface Sale {
  readonly lines: readonly SaleLine[];
  readonly shipping: Value<typeof SHIPPING>;
  readonly fees?: Fees;
  readonly tenders: Value<typeof PAID_BY>;
}

/** Sums of one sale in ten-thousandths; costs are the type's own matter. */
export class SaleFigures {
  net = 0n;
  giftCards = 0n;
  deposits = 0n;
  shippingNet = 0n;
  fees = 0n;
  readonly taxOwn = new MemberSums();
  readonly taxMarketplace = new MemberSums();
  readonly discount = new MemberSums();
  readonly tender = new MemberSums();

  constructor(sale: Sale) {
    for (const line of sale.lines) this.addLine(line);
    if (sale.shipping !== undefined) {
      this.shippingNet = sale.shipping.net;
      this.addTaxes(sale.shipping.taxes, 1n);
    }
    for (const fee of sale.fees ?? []) {
      this.fees += fee.net;
      this.addTaxes(fee.taxes, -1n);
    }
    for (const { type, amount: paid } of sale.tenders ?? []) this.tender.add(type, paid);
  }

  /** Taxes without those on fees. */
  get taxes(): bigint {
    return this.taxOwn.total + this.taxMarketplace.total;
  }

  get linesNet(): bigint {
    return this.net + this.giftCards + this.deposits;
  }

  /** What a vendor or marketplace pays of the price: still in `net`, owed by them and not by the customer. */
  get discountByOthers(): bigint {
    return this.discount.of('vendor') + this.discount.of('marketplace');
  }

  /** What the total should be. */
  get total(): bigint {
    return this.linesNet + this.shippingNet + this.taxes - this.fees;
  }

  private addLine(line: SaleLine): void {
    if (line.kind === 'giftCard') this.giftCards += line.net;
    else if (line.kind === 'deposit') this.deposits += line.net;
    else this.net += line.net;
    for (const { funder, amount: given } of line.discounts ?? []) this.discount.add(funder, given);
    this.addTaxes(line.taxes, 1n);
  }

  private addTaxes(taxes: Taxes, factor: 1n | -1n): void {
    for (const tax of taxes ?? []) {
      const sums = tax.remittedBy === 'marketplace' ? this.taxMarketplace : this.taxOwn;
      sums.add(tax.jurisdiction, factor * tax.amount);
    }
  }

  /** Writes the measures that shipment and refund have in common. */
  measure(total: bigint, sheet: MeasureSheet<SharedMeasure>): void {
    const { tender } = this;
    const notByCustomer =
      tender.of('giftCard') + tender.of('storeCredit') + tender.of('deposit') + tender.of('exchange');
    sheet.amount('total', total);
    sheet.amount('net', this.net);
    sheet.amount('giftCards', this.giftCards);
    sheet.amount('deposits', this.deposits);
    sheet.amount('shippingNet', this.shippingNet);
    sheet.amount('fees', this.fees);
    sheet.members('taxOwn', this.taxOwn);
    sheet.members('taxMarketplace', this.taxMarketplace);
    sheet.members('discount', this.discount);
    sheet.members('tender', tender);
    sheet.amount('receivableOwn', total - this.taxMarketplace.total - this.discountByOthers - notByCustomer);
  }
}

/** Line ids are unique in their event: corrections and refunds point at them. */
export function checkLineIds(lines: readonly SaleLine[], cursor: Cursor): void {
  if (lines.length < 2) return;
  const seen = new Set<string>();
  lines.forEach(({ lineId }, i) => {
    if (seen.has(lineId)) {
      cursor.refuse(
        'SCHEMA',
        `data.lines[${i}].lineId`,
        'an id that no other line has',
        JSON.stringify(lineId),
      );
    }
    seen.add(lineId);
  });
}

/** On a marketplace every tax must say who remits it: what the marketplace remits is never ours to pay. */
export function checkRemitters(sale: Sale, channel: string | undefined, cursor: Cursor): void {
  if (channel === undefined || !channel.startsWith('marketplace:')) return;
  sale.lines.forEach(({ taxes }, i) => checkTaxes(taxes, `data.lines[${i}]`, cursor));
  checkTaxes(sale.shipping?.taxes, 'data.shipping', cursor);
  sale.fees?.forEach(({ taxes }, i) => checkTaxes(taxes, `data.fees[${i}]`, cursor));
}

function checkTaxes(taxes: Taxes, holder: string, cursor: Cursor): void {
  taxes?.forEach(({ remittedBy }, i) => {
    if (remittedBy !== undefined) return;
    cursor.refuse('SCHEMA', `${holder}.taxes[${i}].remittedBy`, 'one of seller, marketplace', 'nothing');
  });
}
