// Measures of each type against figures worked out by hand, and the refunds, transfers and markdowns that look unusual.
import { describe, expect, test } from 'vitest';
import { isoDate } from '../../src/accounting/dates.ts';
import { onBusinessDate } from '../../src/events/rates.ts';
import { CONTEXT, eventOf, measuresOf, read, refusal } from './context.ts';

const tax = (jurisdiction: string, amount: string, remittedBy?: string): object => ({
  jurisdiction,
  amount,
  ...(remittedBy !== undefined && { remittedBy }),
});

describe('shipment', () => {
  test('a sale with shipping, tax in two jurisdictions, a vendor coupon and a gift card in payment', () => {
    const event = read(
      eventOf('retail.shipment.confirmed.v1', {
        sellingLocation: 'WEB',
        exchangeId: 'X-1',
        lines: [
          {
            lineId: '1',
            sku: 'A',
            quantity: '2',
            net: '80.00', // 90.00 less 10.00 of our own; the vendor's 5.00 is still in it
            cost: '41.10',
            discounts: [
              { code: 'OWN', amount: '10.00', funder: 'self' },
              { code: 'VEN', amount: '5.00', funder: 'vendor' },
            ],
            taxes: [tax('NY', '3.20'), tax('NYC', '3.60')],
          },
          { lineId: '2', sku: 'S', kind: 'service', quantity: 1, net: '20.00' },
          { lineId: '3', sku: 'G', kind: 'giftCard', quantity: '1', net: '50.00' },
          { lineId: '4', sku: 'D', kind: 'deposit', quantity: '1', net: '7.00' },
        ],
        shipping: { net: '5.00', taxes: [tax('NY', '0.20')] },
        tenders: [
          { type: 'card', amount: '124.00' },
          { type: 'giftCard', amount: '40.00' },
        ],
        total: '169.00', // 157.00 lines + 5.00 shipping + 7.00 tax
      }),
    );
    expect(measuresOf(event)).toEqual([
      'total 169.00 USD',
      'net goods 80.00 USD',
      'net service 20.00 USD',
      'giftCards 50.00 USD',
      'deposits 7.00 USD',
      'shippingNet 5.00 USD',
      'taxOwn NY 3.40 USD',
      'taxOwn NYC 3.60 USD',
      'discount self 10.00 USD',
      'discount vendor 5.00 USD',
      'tender card 124.00 USD',
      'tender giftCard 40.00 USD',
      'receivableOwn 124.00 USD', // 169 - 5 vendor - 40 gift card
      'cost 41.10 USD',
    ]);
    expect(event).toMatchObject({
      places: { location: 'W100', sellingLocation: 'WEB' },
      reference: 'SHP-1',
      businessKey: 'SHP-1',
      further: { shipmentId: 'SHP-1', orderId: 'SO-1', exchangeId: 'X-1' },
      rates: { USD: '1' },
    });
  });

  test('tax that the marketplace remits is never ours: not in taxOwn, not in the receivable', () => {
    const event = read(
      eventOf('retail.shipment.confirmed.v1', {
        channel: 'marketplace:amazon',
        lines: [
          {
            lineId: '1',
            sku: 'A',
            quantity: '1',
            net: '100.00',
            cost: '60.00',
            discounts: [{ code: 'M', amount: '10.00', funder: 'marketplace' }],
            taxes: [tax('NY', '8.00', 'marketplace'), tax('CO-RDF', '0.28', 'seller')],
          },
        ],
        tenders: [{ type: 'marketplace', amount: '98.28' }],
        total: '108.28',
      }),
    );
    expect(measuresOf(event)).toEqual([
      'total 108.28 USD',
      'net goods 100.00 USD',
      'taxOwn CO-RDF 0.28 USD',
      'taxMarketplace NY 8.00 USD',
      'discount marketplace 10.00 USD',
      'tender marketplace 98.28 USD',
      'receivableOwn 90.28 USD', // 108.28 - 8.00 - 10.00
      'cost 60.00 USD',
    ]);
  });

  test('store credit, deposits and exchanges in payment leave nothing to receive', () => {
    const event = read(
      eventOf('retail.shipment.confirmed.v1', {
        tenders: [
          { type: 'storeCredit', amount: '30.00' },
          { type: 'deposit', amount: '30.00' },
          { type: 'exchange', amount: '40.00' },
        ],
      }),
    );
    expect(event.measures.find(({ name }) => name === 'receivableOwn')?.amount.toFixed(2)).toBe('0.00');
  });
});

describe('refund', () => {
  test('one line restocked, one not, a restocking fee with tax kept back', () => {
    const event = read(
      eventOf('retail.refund.issued.v1', {
        shipmentId: 'SHP-1',
        returnId: 'RET-1',
        lines: [
          {
            lineId: '1',
            sku: 'A',
            quantity: '1',
            net: '20.00',
            cost: '12.00',
            restocked: true,
            taxes: [tax('NY', '1.60')],
          },
          {
            lineId: '2',
            sku: 'B',
            quantity: '1',
            net: '10.00',
            cost: '6.00',
            restocked: false,
            taxes: [tax('NY', '0.80')],
          },
          { lineId: '3', sku: 'C', quantity: '1', net: '5.00', restocked: false },
        ],
        shipping: { net: '4.00' },
        fees: [{ code: 'restocking', net: '2.00', taxes: [tax('NY', '0.16')] }],
        tenders: [{ type: 'storeCredit', amount: '15.00' }],
        total: '39.24', // 35.00 + 4.00 + 2.40 - 2.00 - 0.16
      }),
    );
    expect(measuresOf(event)).toEqual([
      'total 39.24 USD',
      'net goods 35.00 USD',
      'shippingNet 4.00 USD',
      'fees 2.00 USD',
      'taxOwn NY 2.24 USD',
      'tender storeCredit 15.00 USD',
      'receivableOwn 24.24 USD',
      'cost 18.00 USD',
      'costRestocked 12.00 USD',
      'costNotRestocked 6.00 USD',
    ]);
    expect(event.places).toEqual({ location: 'S001', sellingLocation: 'S001' });
    expect(event.further).toEqual({ refundId: 'R-1', shipmentId: 'SHP-1', returnId: 'RET-1' });
  });

  test('only shipping given back: no lines', () => {
    const event = read(
      eventOf('retail.refund.issued.v1', { lines: [], shipping: { net: '4.00' }, total: '4.00' }),
    );
    expect(measuresOf(event)).toEqual(['total 4.00 USD', 'shippingNet 4.00 USD', 'receivableOwn 4.00 USD']);
  });
});

test.each([
  ['shipment', ['tax US-NY 8.25 USD', 'total 8.25 USD']],
  ['refund', ['tax US-NY -8.25 USD', 'total -8.25 USD']],
])(
  'tax assessed for a %s: full figures of the revision, sides turned for a refund',
  (documentType, measures) => {
    const event = read(eventOf('retail.tax.assessed.v1', { documentType, revision: 2 }));
    expect(measuresOf(event)).toEqual(measures);
    expect(event).toMatchObject({ businessKey: 'T-1\u001f2', reference: 'SHP-1', data: { revision: 2 } });
  },
);

test('tax assessed: an assessment of nothing due is a fact', () => {
  expect(measuresOf(read(eventOf('retail.tax.assessed.v1', { taxes: [], total: '0' })))).toEqual([]);
});

test('transfer inside a company: cost only', () => {
  const event = read(eventOf('retail.transfer.shipped.v1'));
  expect(event.measures.map(({ name }) => name)).toEqual(['cost']);
  expect(measuresOf(event)).toEqual(['cost 60.00 USD']);
  expect(event.places).toEqual({ fromLocation: 'W100', toLocation: 'S001' });
});

test('transfer between companies: transfer price and margin', () => {
  const shipped = read(eventOf('retail.transfer.shipped.v1', { toCompany: 'DE01', transferPrice: '55.00' }));
  expect(measuresOf(shipped)).toEqual(['cost 60.00 USD', 'transferPrice 55.00 USD', 'margin -5.00 USD']);
  const received = read(
    eventOf('retail.transfer.received.v1', {
      company: 'DE01',
      fromCompany: 'US01',
      transferPrice: '70.00',
      fx: { rate: '0.92', rateDate: '2026-10-14' },
    }),
  );
  expect(measuresOf(received)).toEqual(['cost 54.00 USD', 'transferPrice 70.00 USD', 'margin 16.00 USD']);
  expect(received).toMatchObject({
    businessKey: 'TR-1\u001fRC-1',
    reference: 'TR-1',
    rates: { EUR: '1', USD: '0.92' },
  });
});

test('a count moves both ways: increase and decrease each count for themselves', () => {
  const event = read(
    eventOf('retail.inventory.adjusted.v1', {
      reason: 'count',
      lines: [
        { sku: 'A', quantity: '3', cost: '18.00' },
        { sku: 'B', quantity: '-1', cost: '-7.50' },
        { sku: 'C', quantity: '-1', cost: '-0.50' },
      ],
      total: '10.00',
    }),
  );
  expect(measuresOf(event)).toEqual(['increase 18.00 USD', 'decrease 8.00 USD']);
});

test('shrink decreases', () => {
  expect(measuresOf(read(eventOf('retail.inventory.adjusted.v1')))).toEqual(['decrease 12.00 USD']);
});

test('markdown: retail in the currency, cost in the cost currency', () => {
  const data = {
    company: 'DE01',
    currency: 'EUR',
    lines: [{ sku: 'A', quantity: '5', retailAmount: '25.00', costAmount: '10.00' }],
  };
  expect(measuresOf(read(eventOf('retail.price.markdown.v1', data)))).toEqual([
    'retail 25.00 EUR',
    'cost 10.00 EUR',
  ]);
  const cancelled = {
    ...data,
    kind: 'cancel',
    lines: [{ sku: 'A', quantity: '-5', retailAmount: '-25', costAmount: '-10' }],
    total: '-25',
  };
  expect(measuresOf(read(eventOf('retail.price.markdown.v1', cancelled)))).toEqual([
    'retail -25.00 EUR',
    'cost -10.00 EUR',
  ]);
});

test('vendor return: claim and difference', () => {
  const event = read(
    eventOf('retail.vendor.returned.v1', {
      taxes: [tax('DE-19', '4.18')],
      fees: [{ code: 'handling', net: '1.50' }],
    }),
  );
  expect(measuresOf(event)).toEqual([
    'cost 24.00 USD',
    'tax 4.18 USD',
    'fees 1.50 USD',
    'claim 24.68 USD', // 22.00 + 4.18 - 1.50
    'difference -3.50 USD', // 22.00 - 1.50 - 24.00
  ]);
});

test('a lifecycle event has a key and no measures', () => {
  const event = read(
    eventOf('retail.order.created.v1', { orderId: 'SO-1', total: 'not looked at', channel: 'web' }),
  );
  expect(event).toMatchObject({ measures: [], rates: {}, currency: '', businessKey: 'SO-1', channel: 'web' });
});

test('two assignments of one order are two facts where they have ids', () => {
  const key = (fulfillmentId?: string): string =>
    read(eventOf('retail.fulfillment.assigned.v1', { company: 'US01', orderId: 'SO-1', fulfillmentId }))
      .businessKey;
  expect([key('F-1'), key('F-2'), key()]).toEqual(['SO-1\u001fF-1', 'SO-1\u001fF-2', 'SO-1']);
});

describe('rates', () => {
  test('on the date of its original a replacement takes the rate of that day; its own fx stays', () => {
    const day = isoDate('2026-09-30');
    const context = {
      ...CONTEXT,
      rate: (_from: string, _to: string, on: string) => (on === day ? '0.7' : undefined),
    };
    const event = read(eventOf('retail.shipment.confirmed.v1', { currency: 'CAD' }));
    expect(onBusinessDate(event, day, context)).toMatchObject({
      event: { businessDate: day, rates: { CAD: '0.7', USD: '1' } },
    });
    expect(onBusinessDate(event, isoDate('2026-09-29'), context)).toMatchObject({
      refusal: {
        reason: 'NO_RATE',
        message:
          'data.fx: expected a rate from CAD to USD for 2026-09-29, here or in the rate table, found none',
      },
    });
    const fx = { rate: '0.75', rateDate: '2026-10-13' };
    const own = read(eventOf('retail.shipment.confirmed.v1', { currency: 'CAD', fx }));
    expect(onBusinessDate(own, day, context)).toMatchObject({ event: { rates: { CAD: '0.75' } } });
  });

  test('of the event before those of the table; of the cost currency too', () => {
    const cad = eventOf('retail.shipment.confirmed.v1', { currency: 'CAD' });
    expect(read(cad).rates).toEqual({ USD: '1', CAD: '0.732500' });
    const own = eventOf('retail.shipment.confirmed.v1', {
      currency: 'CAD',
      fx: { rate: '0.75', rateDate: '2026-10-13' },
    });
    expect(read(own).rates).toEqual({ USD: '1', CAD: '0.75' });
    expect(read(eventOf('retail.shipment.confirmed.v1', { costCurrency: 'CAD' })).rates).toEqual({
      USD: '1',
      CAD: '0.732500',
    });
  });

  test('the rate of an event is of its currency only', () => {
    const event = eventOf('retail.shipment.confirmed.v1', {
      currency: 'CHF',
      costCurrency: 'GBP',
      fx: { rate: '1.10', rateDate: '2026-10-14' },
    });
    expect(refusal(event).reason).toBe('NO_RATE');
  });
});
