// The words a posting rule may use for each event type: measures with their members, places, fields of `when`, and ids
// that can be the reference (spec: canonical events). One table, so that a misspelt word is found before an event is.
import type { Place } from '../events/model.ts';

/** What the members of a measure are: a jurisdiction or a fee's code is any text, the others are closed lists. */
export type MemberKind = 'jurisdiction' | 'funder' | 'type' | 'code';

export const MEMBERS: Readonly<Record<MemberKind, readonly string[] | undefined>> = {
  jurisdiction: undefined,
  code: undefined,
  funder: ['self', 'vendor', 'marketplace'],
  type: ['card', 'cash', 'giftCard', 'storeCredit', 'deposit', 'exchange', 'marketplace', 'account'],
};

/** How a member of a measure is said, after the measure's words. */
export const MEMBER_WORDS: Readonly<Record<string, string>> = {
  self: 'that we pay for ourselves',
  vendor: 'that a vendor pays for',
  card: 'by card',
  cash: 'in cash',
  giftCard: 'by gift card',
  storeCredit: 'by store credit',
  deposit: 'by deposit',
  exchange: 'with goods given back in exchange',
  marketplace: 'that the marketplace pays for',
  account: 'on account',
};

export const PLACE_WORDS: Readonly<Record<Place, string>> = {
  location: 'at its location',
  sellingLocation: 'at the selling location',
  fromLocation: 'at the sending location',
  toLocation: 'at the receiving location',
};

export interface MeasureWords {
  /** In plain English, after "for". */
  words: string;
  members?: MemberKind;
}

export interface EventWords {
  /** In plain English, after "when". */
  words: string;
  measures: Readonly<Record<string, MeasureWords>>;
  places: readonly Place[];
  /** Fields of `data` (and of the company) that `when` may name. */
  fields: readonly string[];
  references: readonly string[];
  /** A company may have no posting rule for it: its ERP books it by itself, and it is stored for matching. */
  mayHaveNoRule?: true;
}

const COMMON_FIELDS = ['company', 'currency', 'channel', 'brand', 'region', 'location', 'inventoryMethod'];

const SALE_MEASURES: Record<string, MeasureWords> = {
  total: { words: 'the total of the document' },
  net: { words: 'goods, services and fees sold, before tax' },
  giftCards: { words: 'gift cards' },
  deposits: { words: 'deposits' },
  shippingNet: { words: 'shipping, before tax' },
  fees: { words: 'fees kept back, before tax' },
  taxOwn: { words: 'tax that we owe', members: 'jurisdiction' },
  taxMarketplace: { words: 'tax that the marketplace pays over', members: 'jurisdiction' },
  discount: { words: 'discounts', members: 'funder' },
  cost: { words: 'the cost of the goods' },
  costRestocked: { words: 'the cost of goods put back on sale' },
  costNotRestocked: { words: 'the cost of goods not fit for sale' },
  tender: { words: 'what was paid', members: 'type' },
  receivableOwn: { words: 'what the customer or the card company owes' },
};

/** The same figures, seen from a refund. */
const REFUND_MEASURES: Record<string, MeasureWords> = {
  ...SALE_MEASURES,
  net: { words: 'goods, services and fees taken back, before tax' },
  giftCards: { words: 'gift cards taken back' },
  deposits: { words: 'deposits given back' },
  shippingNet: { words: 'shipping given back, before tax' },
  taxOwn: { words: 'tax given back that we had owed, less the tax on fees', members: 'jurisdiction' },
  tender: { words: 'what is paid back', members: 'type' },
  receivableOwn: { words: 'what goes back to the customer or the card company' },
};

const TRANSFER_MEASURES: Record<string, MeasureWords> = {
  cost: { words: 'the cost of the goods' },
  transferPrice: { words: 'the transfer price' },
  margin: { words: 'the transfer price less the cost' },
};

/** Every type that causes accounting. A type that is not here never derives a line. */
export const EVENT_WORDS: Readonly<Record<string, EventWords>> = {
  'retail.shipment.confirmed.v1': {
    words: 'a shipment or a hand-over is confirmed',
    measures: SALE_MEASURES,
    places: ['location', 'sellingLocation'],
    fields: [...COMMON_FIELDS, 'sellingLocation', 'fulfilment', 'exchangeId'],
    references: ['shipmentId', 'orderId', 'exchangeId'],
  },
  'retail.refund.issued.v1': {
    words: 'a refund is issued',
    measures: REFUND_MEASURES,
    places: ['location', 'sellingLocation'],
    fields: [...COMMON_FIELDS, 'sellingLocation', 'noReceipt', 'exchangeId', 'returnId'],
    references: ['refundId', 'orderId', 'shipmentId', 'returnId', 'exchangeId'],
  },
  'retail.tax.assessed.v1': {
    words: 'the tax engine assesses the tax of a document',
    measures: {
      tax: { words: 'the tax assessed, less what an earlier revision said', members: 'jurisdiction' },
      total: { words: 'the total assessed' },
    },
    places: ['location'],
    fields: [...COMMON_FIELDS, 'documentType'],
    references: ['documentId', 'assessmentId'],
  },
  'retail.transfer.shipped.v1': {
    words: 'goods leave for another location',
    measures: TRANSFER_MEASURES,
    places: ['fromLocation', 'toLocation'],
    fields: [...COMMON_FIELDS, 'fromLocation', 'toLocation', 'toCompany', 'transferPrice'],
    references: ['transferId'],
  },
  'retail.transfer.received.v1': {
    words: 'goods arrive from another location',
    measures: TRANSFER_MEASURES,
    places: ['fromLocation', 'toLocation'],
    fields: [...COMMON_FIELDS, 'fromLocation', 'toLocation', 'fromCompany', 'transferPrice', 'final'],
    references: ['transferId', 'receiptId'],
  },
  'retail.inventory.adjusted.v1': {
    words: 'stock is adjusted',
    measures: {
      increase: { words: 'the cost of goods found' },
      decrease: { words: 'the cost of goods lost' },
    },
    places: ['location'],
    fields: [...COMMON_FIELDS, 'reason'],
    references: ['adjustmentId'],
  },
  'retail.price.markdown.v1': {
    words: 'prices are marked down, or a markdown is cancelled',
    measures: {
      retail: { words: 'the markdown at selling prices' },
      cost: { words: 'the markdown at cost' },
    },
    places: ['location'],
    fields: [...COMMON_FIELDS, 'kind'],
    references: ['markdownId'],
  },
  'retail.vendor.returned.v1': {
    words: 'goods go back to their vendor',
    measures: {
      cost: { words: 'the cost of the goods' },
      tax: { words: 'the tax on the return' },
      fees: { words: 'fees charged by the vendor' },
      claim: { words: 'the claim: credit expected, plus tax, less fees' },
      difference: { words: 'the credit expected, less fees, less the cost' },
    },
    places: ['location'],
    fields: [...COMMON_FIELDS, 'vendorId'],
    references: ['vendorReturnId', 'vendorId'],
  },
  'retail.payment.settled.v1': {
    words: 'a processor settles a movement of a payment',
    measures: {
      gross: { words: 'the movement before fees' },
      fees: { words: 'fees kept back by the processor', members: 'code' },
      withheldTax: { words: 'tax withheld' },
      net: { words: 'what the movement adds to the payout' },
    },
    places: ['location'],
    fields: [...COMMON_FIELDS, 'processor', 'kind', 'method'],
    references: ['movementId', 'paymentId', 'orderReference', 'payoutId'],
    mayHaveNoRule: true,
  },
  'retail.payment.charged.v1': {
    words: 'a processor charges a fee of its own',
    measures: { amount: { words: 'the charge' } },
    places: ['location'],
    fields: [...COMMON_FIELDS, 'processor', 'code'],
    references: ['chargeId', 'payoutId'],
    mayHaveNoRule: true,
  },
  'retail.payout.paid.v1': {
    words: 'a processor pays out',
    measures: { amount: { words: 'the amount paid out' } },
    places: ['location'],
    fields: [...COMMON_FIELDS, 'processor'],
    references: ['payoutId', 'bankReference'],
    mayHaveNoRule: true,
  },
  'retail.bank.entry.booked.v1': {
    words: 'the bank books an entry',
    measures: { amount: { words: 'the amount booked' } },
    places: ['location'],
    fields: [...COMMON_FIELDS, 'bankAccount'],
    references: ['entryId', 'bankAccount'],
    mayHaveNoRule: true,
  },
};
