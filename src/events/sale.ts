// What a shipment and a refund share: their lines, taxes, discounts and tenders, and the figures summed from them.
import type { Cursor } from './cursor.ts';
import { amount, cost, fine } from './decimalFields.ts';
import { checkTotal } from './definition.ts';
import { choice, list, optional, record, text } from './fields.ts';
import type { Field, Read } from './fields.ts';
import { shareTaxes } from './lineTaxes.ts';
import type { DocumentTax } from './lineTaxes.ts';
import { MemberSums, PartSums } from './measures.ts';
import type { MeasureSheet } from './measures.ts';
import {
  CATEGORY,
  FUNDER,
  FUNDERS,
  JURISDICTION,
  KIND,
  TAX_RATE,
  TENDER,
  TENDERS,
  namesOf,
} from './ruleTerms.ts';
import type { MeasureTerm } from './ruleTerms.ts';
import { AMOUNT_SCALE, FINE_SCALE, printScaled } from '../money/scaled.ts';

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
  kind: optional(choice('goods', 'service', 'giftCard', 'fee', 'deposit', 'tip', 'pass')),
  category: optional(text()),
  unitPrice: optional(fine()),
  net: optional(amount()),
  /** In place of `net`: with the tax inside that we owe. */
  gross: optional(amount()),
  /** The rate under which tax that stands beside the lines is shared to this one. */
  taxRate: optional(fine()),
  discounts: optional(list(record({ code: text(), amount: amount(), funder: choice(...namesOf(FUNDERS)) }))),
  cost: optional(cost()),
  taxes: TAXES,
};

export const PAID_BY = optional(
  list(
    record({
      type: choice(...namesOf(TENDERS)),
      amount: amount(),
      reference: optional(text()),
      scheme: optional(text()),
      processor: optional(text()),
      currency: optional(text()),
    }),
  ),
);

/** Beside lines and payment: a store's own ids, tax known for the document only, rounding of the whole. */
export const DOCUMENT_FIELDS = {
  session: optional(text()),
  payout: optional(text()),
  till: optional(text()),
  cashier: optional(text()),
  receiptNo: optional(text()),
  taxes: TAXES,
  rounding: optional(amount('any')),
};

type Value<F> = F extends Field<infer T> ? T : never;
type Taxes = Value<typeof TAXES>;
export type Fees = Value<typeof FEES>;
export type SaleLine = Read<typeof LINE_FIELDS>;

/** Measures that shipment and refund have in common, as a shipment says them. */
export const SALE_MEASURES = {
  total: { text: 'the total of the document' },
  net: { text: 'goods, services and fees sold, before tax', members: KIND, alsoBy: [CATEGORY, TAX_RATE] },
  tips: { text: 'tips' },
  pass: { text: 'what is only passed on', members: CATEGORY },
  rounding: { text: 'rounding' },
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
  readonly taxes: Taxes;
  readonly rounding: bigint | undefined;
  /** A refund by amount only, without lines. */
  readonly amount?: { readonly net: bigint; readonly taxes: Taxes } | undefined;
  readonly shipping: Value<typeof SHIPPING>;
  readonly fees?: Fees;
  readonly tenders: Value<typeof PAID_BY>;
}

/** Sums of one sale in ten-thousandths; costs are the type's own matter. */
export class SaleFigures {
  readonly net = new PartSums();
  tips = 0n;
  readonly pass = new MemberSums();
  readonly rounding: bigint;
  giftCards = 0n;
  deposits = 0n;
  shippingNet = 0n;
  fees = 0n;
  readonly taxOwn = new MemberSums();
  readonly taxMarketplace = new MemberSums();
  readonly discount = new MemberSums();
  readonly tender = new MemberSums();

  /** @param minorUnits of the currency, to which tax of the document is shared */
  constructor(sale: Sale, minorUnits: number) {
    this.rounding = sale.rounding ?? 0n;
    const shared = shareTaxes(sale.lines, sale.taxes ?? [], minorUnits);
    sale.lines.forEach((line, i) => this.addLine(line, shared[i] ?? []));
    // Without a line each tax of the document counts all the same: it is owed.
    if (sale.lines.length === 0) this.addTaxes(sale.taxes, 1n);
    if (sale.amount !== undefined) {
      this.net.add('goods', { category: '', taxRate: '' }, sale.amount.net);
      this.addTaxes(sale.amount.taxes, 1n);
    }
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
    return this.net.total + this.tips + this.pass.total + this.giftCards + this.deposits;
  }

  /** What a vendor or marketplace pays of the price: still in `net`, owed by them and not by the customer. */
  get discountByOthers(): bigint {
    return this.discount.of('vendor') + this.discount.of('marketplace');
  }

  /** What the total should be. */
  get total(): bigint {
    return this.linesNet + this.shippingNet + this.taxes - this.fees + this.rounding;
  }

  private addLine(line: SaleLine, shared: readonly DocumentTax[]): void {
    const taxes = [...(line.taxes ?? []), ...shared];
    const net = netOf(line, taxes);
    const { kind = 'goods', category = '' } = line;
    if (kind === 'giftCard') this.giftCards += net;
    else if (kind === 'deposit') this.deposits += net;
    else if (kind === 'tip') this.tips += net;
    else if (kind === 'pass') this.pass.add(category, net);
    else this.net.add(kind, { category, taxRate: rateOf(line, taxes) }, net);
    for (const { funder, amount: given } of line.discounts ?? []) this.discount.add(funder, given);
    this.addTaxes(taxes, 1n);
  }

  private addTaxes(taxes: readonly DocumentTax[] | undefined, factor: 1n | -1n): void {
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
    sheet.parts('net', this.net);
    sheet.amount('tips', this.tips);
    sheet.members('pass', this.pass);
    sheet.amount('rounding', this.rounding);
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

const isOurs = ({ remittedBy }: { remittedBy?: string | undefined }): boolean => remittedBy !== 'marketplace';

/** What a line sold before tax: as it says, or its gross without the taxes in it that we owe. */
function netOf({ net, gross }: SaleLine, taxes: readonly DocumentTax[]): bigint {
  if (net !== undefined) return net;
  const own = taxes.filter(isOurs).reduce((sum, tax) => sum + tax.amount, 0n);
  return (gross ?? 0n) - own;
}

/** The rate that a line names, else those of its taxes together; '' where none is known. */
function rateOf({ taxRate }: SaleLine, taxes: readonly DocumentTax[]): string {
  if (taxRate !== undefined) return printScaled(taxRate, FINE_SCALE);
  const rates = taxes.flatMap(({ rate }) => rate ?? []);
  if (rates.length === 0) return '';
  return printScaled(
    rates.reduce((sum, rate) => sum + rate, 0n),
    FINE_SCALE,
  );
}

/** Each line gives its net or its gross, and both only where they agree; tax is never more than the gross that it is in. */
export function checkNets(sale: Sale, cursor: Cursor): void {
  const shared = shareTaxes(sale.lines, sale.taxes ?? [], cursor.minorUnits);
  sale.lines.forEach((line, i) => {
    const { net, gross } = line;
    if (net === undefined && gross === undefined) {
      cursor.refuse('SCHEMA', `data.lines[${i}].net`, 'a decimal string of 0 or more, or gross', 'nothing');
      return;
    }
    if (gross === undefined) return;
    const print = (units: bigint): string => printScaled(units, AMOUNT_SCALE, cursor.minorUnits);
    const apart = netOf({ ...line, net: undefined }, [...(line.taxes ?? []), ...(shared[i] ?? [])]);
    if (apart < 0n) {
      const expected = `the taxes that we owe, ${print(gross - apart)}, or more`;
      cursor.refuse('SCHEMA', `data.lines[${i}].gross`, expected, print(gross));
    } else if (net !== undefined)
      checkTotal(cursor, `data.lines[${i}].net`, net, apart, () => 'gross - taxes of the line that we owe');
  });
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
  checkTaxes(sale.taxes, 'data', cursor);
  checkTaxes(sale.amount?.taxes, 'data.amount', cursor);
  checkTaxes(sale.shipping?.taxes, 'data.shipping', cursor);
  sale.fees?.forEach(({ taxes }, i) => checkTaxes(taxes, `data.fees[${i}]`, cursor));
}

function checkTaxes(taxes: Taxes, holder: string, cursor: Cursor): void {
  taxes?.forEach(({ remittedBy }, i) => {
    if (remittedBy !== undefined) return;
    cursor.refuse('SCHEMA', `${holder}.taxes[${i}].remittedBy`, 'one of seller, marketplace', 'nothing');
  });
}
