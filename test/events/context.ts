// The configuration that event tests read under, and events that are right until a test changes one thing.
import type { EventContext } from '../../src/events/model.ts';
import { readEvent } from '../../src/events/read.ts';
import type { BusinessEvent, Refusal } from '../../src/events/model.ts';

type Json = Record<string, unknown>;

const COMPANIES = new Map([
  ['US01', { currency: 'USD', timeZone: 'America/Chicago', inventoryMethod: 'cost' as const }],
  ['DE01', { currency: 'EUR', timeZone: 'Europe/Berlin', inventoryMethod: 'retail' as const }],
]);
const LOCATIONS = new Map([
  ['S001', { timeZone: 'America/New_York', dayEnds: '04:00' }],
  ['TYO', { timeZone: 'Asia/Tokyo' }],
  ['W100', {}],
]);
const RATES = new Map([['CAD USD 2026-10-14', '0.732500']]);

export const CONTEXT: EventContext = {
  company: (code) => COMPANIES.get(code),
  location: (code) => LOCATIONS.get(code),
  rate: (from, to, day) => RATES.get(`${from} ${to} ${day}`),
};

const DATA: Readonly<Record<string, Json>> = {
  'retail.shipment.confirmed.v1': {
    company: 'US01',
    currency: 'USD',
    channel: 'web',
    location: 'W100',
    shipmentId: 'SHP-1',
    orderId: 'SO-1',
    lines: [{ lineId: '1', sku: 'A', quantity: '1', net: '100.00', cost: '60.00' }],
    total: '100.00',
  },
  'retail.refund.issued.v1': {
    company: 'US01',
    currency: 'USD',
    channel: 'store',
    location: 'S001',
    refundId: 'R-1',
    lines: [{ lineId: '1', sku: 'A', quantity: '1', net: '20.00', cost: '12.00', restocked: true }],
    total: '20.00',
  },
  'retail.tax.assessed.v1': {
    company: 'US01',
    currency: 'USD',
    assessmentId: 'T-1',
    revision: 1,
    documentType: 'shipment',
    documentId: 'SHP-1',
    taxes: [{ jurisdiction: 'US-NY', taxable: '100.00', amount: '8.25' }],
    total: '8.25',
  },
  'retail.transfer.shipped.v1': {
    company: 'US01',
    currency: 'USD',
    transferId: 'TR-1',
    fromLocation: 'W100',
    toLocation: 'S001',
    lines: [{ sku: 'A', quantity: '10', cost: '60.00' }],
    total: '60.00',
  },
  'retail.transfer.received.v1': {
    company: 'US01',
    currency: 'USD',
    transferId: 'TR-1',
    receiptId: 'RC-1',
    final: true,
    fromLocation: 'W100',
    toLocation: 'S001',
    lines: [{ sku: 'A', quantity: '9', cost: '54.00' }],
    total: '54.00',
  },
  'retail.inventory.adjusted.v1': {
    company: 'US01',
    currency: 'USD',
    location: 'S001',
    adjustmentId: 'ADJ-1',
    reason: 'shrink',
    lines: [{ sku: 'A', quantity: '-2', cost: '-12.00' }],
    total: '-12.00',
  },
  'retail.price.markdown.v1': {
    company: 'US01',
    currency: 'USD',
    location: 'S001',
    markdownId: 'MD-1',
    kind: 'permanent',
    lines: [{ sku: 'A', quantity: '5', retailAmount: '25.00' }],
    total: '25.00',
  },
  'retail.payment.settled.v1': {
    company: 'US01',
    currency: 'USD',
    location: 'W100',
    processor: 'adyen',
    movementId: 'M-1',
    kind: 'capture',
    gross: '10.00',
    fees: [{ code: 'scheme', amount: '0.30' }],
    net: '9.70',
  },
  'retail.payment.charged.v1': {
    company: 'US01',
    currency: 'USD',
    location: 'W100',
    processor: 'adyen',
    chargeId: 'C-1',
    code: 'invoice',
    amount: '-5.90',
  },
  'retail.payout.paid.v1': {
    company: 'US01',
    currency: 'USD',
    location: 'W100',
    processor: 'adyen',
    payoutId: '380',
    amount: '55308.07',
  },
  'retail.bank.entry.booked.v1': {
    company: 'US01',
    currency: 'USD',
    location: 'W100',
    bankAccount: 'NL77ABNA0574908765',
    entryId: 'E-1',
    amount: '-754.25',
    valueDate: '2026-10-05',
  },
  'retail.vendor.returned.v1': {
    company: 'US01',
    currency: 'USD',
    location: 'W100',
    vendorReturnId: 'VR-1',
    vendorId: 'V-9',
    lines: [{ sku: 'A', quantity: '4', cost: '24.00' }],
    creditExpected: '22.00',
    total: '24.00',
  },
  'retail.order.created.v1': { company: 'US01', orderId: 'SO-1' },
};

export const SHIPMENT = 'retail.shipment.confirmed.v1';

/** An event of a type with some of its data replaced (undefined takes a field away) and some of its attributes too. */
export function eventOf(type: string, data: Json = {}, attributes: Json = {}): Json {
  return {
    specversion: '1.0',
    id: 'e1',
    source: '/oms/us',
    type,
    time: '2026-10-14T12:00:00-05:00',
    data: { ...DATA[type], ...data },
    ...attributes,
  };
}

export function read(event: unknown): BusinessEvent {
  const outcome = readEvent(typeof event === 'string' ? event : JSON.stringify(event), CONTEXT);
  if (!outcome.ok) throw new Error(`refused: ${outcome.refusal.message}`);
  return outcome.event;
}

export function refusal(event: unknown): Refusal {
  const outcome = readEvent(typeof event === 'string' ? event : JSON.stringify(event), CONTEXT);
  if (outcome.ok) throw new Error('accepted');
  return outcome.refusal;
}

/** Measures as an accountant would list them: `net 100.00 USD`, `taxOwn US-NY 8.25 USD`; zero ones left out. */
export function measuresOf(event: BusinessEvent): string[] {
  return event.measures
    .filter(({ amount }) => !amount.isZero())
    .map(({ name, member, amount, currency }) =>
      [name, member, amount.toFixed(2), currency].filter((part) => part !== '').join(' '),
    );
}
