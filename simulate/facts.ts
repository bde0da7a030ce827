// The business truth: what really happened, in the simulator's own words and in cents. Events are written from it by one
// module and the ERP's books by another; neither sees the other's work, as in life.
import type { Moment } from './calendar.ts';
import type { Company, Currency } from './world.ts';

export interface TaxPart {
  jurisdiction: string;
  /** Millionths. */
  rate: bigint;
  taxable: bigint;
  amount: bigint;
  /** The marketplace pays it over itself. */
  byMarketplace: boolean;
}

export interface Discount {
  code: string;
  amount: bigint;
  funder: 'self' | 'vendor' | 'marketplace';
}

export interface SaleLine {
  lineId: string;
  sku: string;
  quantity: number;
  kind: 'goods' | 'giftCard';
  unitPrice: bigint;
  /** After the retailer's own discounts only. */
  net: bigint;
  discounts: Discount[];
  /** Extended; 0 for gift cards. */
  cost: bigint;
  taxes: TaxPart[];
}

export interface Tender {
  type: 'card' | 'cash' | 'giftCard' | 'exchange' | 'marketplace';
  amount: bigint;
}

/** Rate of the transaction currency in the company's: `0.92` as hundredths, 92. */
export interface FxRate {
  hundredths: number;
}

interface FactBase {
  company: Company;
  currency: Currency;
  at: Moment;
  /** The one business day of it all. */
  businessDate: string;
}

export interface Shipment extends FactBase {
  kind: 'shipment';
  shipmentId: string;
  orderId: string;
  channel: string;
  location: string;
  sellingLocation: string;
  fulfilment: 'ship' | 'pickup' | 'store';
  lines: SaleLine[];
  shipping: { net: bigint; taxes: TaxPart[] } | undefined;
  tenders: Tender[];
  exchangeId: string | undefined;
  /** Number of the payout that pays for it, of several days. */
  payout?: string;
  fx: FxRate | undefined;
}

export interface RefundLine extends SaleLine {
  restocked: boolean;
  originalLineId: string | undefined;
}

export interface Refund extends FactBase {
  kind: 'refund';
  refundId: string;
  returnId: string;
  orderId: string | undefined;
  shipmentId: string | undefined;
  originalSaleDate: string | undefined;
  noReceipt: boolean;
  channel: string;
  location: string;
  sellingLocation: string;
  lines: RefundLine[];
  fees: { code: string; net: bigint }[];
  tenders: Tender[];
  exchangeId: string | undefined;
}

export interface Assessment extends FactBase {
  kind: 'assessment';
  assessmentId: string;
  revision: number;
  documentType: 'shipment' | 'refund';
  documentId: string;
  taxes: { jurisdiction: string; taxable: bigint; amount: bigint }[];
}

export interface StockLine {
  sku: string;
  quantity: number;
  cost: bigint;
}

export interface TransferShipped extends FactBase {
  kind: 'transferShipped';
  transferId: string;
  fromLocation: string;
  toLocation: string;
  lines: StockLine[];
  /** Between companies: who buys, and at what price. */
  partner: { company: Company; price: bigint } | undefined;
}

export interface TransferReceived extends FactBase {
  kind: 'transferReceived';
  transferId: string;
  receiptId: string;
  fromLocation: string;
  toLocation: string;
  final: boolean;
  lines: StockLine[];
  /** Between companies: who sold, and at what price. */
  partner: { company: Company; price: bigint } | undefined;
}

export interface Adjustment extends FactBase {
  kind: 'adjustment';
  adjustmentId: string;
  reason: 'shrink' | 'damage' | 'count' | 'found';
  location: string;
  lines: StockLine[];
}

export interface Markdown extends FactBase {
  kind: 'markdown';
  markdownId: string;
  location: string;
  /** `costAmount` under the retail method only. */
  lines: { sku: string; quantity: number; retailAmount: bigint; costAmount: bigint | undefined }[];
}

export interface VendorReturn extends FactBase {
  kind: 'vendorReturn';
  vendorReturnId: string;
  vendorId: string;
  location: string;
  lines: StockLine[];
  creditExpected: bigint;
  fees: bigint;
}

/** An event type without accounting. */
export interface Lifecycle extends FactBase {
  kind: 'lifecycle';
  type: string;
  /** Business key field and value. */
  keyField: string;
  key: string;
  location: string | undefined;
  channel: string | undefined;
}

export type Fact =
  | Shipment
  | Refund
  | Assessment
  | TransferShipped
  | TransferReceived
  | Adjustment
  | Markdown
  | VendorReturn
  | Lifecycle;
