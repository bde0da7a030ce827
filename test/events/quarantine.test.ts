// For each reason the smallest bad input and its exact message. The table is the documentation of what people will see.
import { describe, expect, test } from 'vitest';
import { MAX_EVENT_BYTES } from '../../src/events/read.ts';
import { SHIPMENT, eventOf, refusal } from './context.ts';

const REFUND = 'retail.refund.issued.v1';
const TAX = 'retail.tax.assessed.v1';
const SHIPPED = 'retail.transfer.shipped.v1';
const RECEIVED = 'retail.transfer.received.v1';
const ADJUSTED = 'retail.inventory.adjusted.v1';
const MARKDOWN = 'retail.price.markdown.v1';
const VENDOR = 'retail.vendor.returned.v1';

const LINE = { lineId: '1', sku: 'A', quantity: '1', net: '100.00', cost: '60.00' };
const shipment = (data: object): unknown => eventOf(SHIPMENT, { ...data });
const line = (change: object): unknown => shipment({ lines: [{ ...LINE, ...change }] });
const raw = (from: string, to: string): string => JSON.stringify(eventOf(SHIPMENT)).replace(from, to);
const correction = { corrects: { source: '/oms/us', id: 'e0' }, correction: 'void' };
const voidOf = (data: object): unknown => ({
  ...eventOf(SHIPMENT),
  data: { company: 'US01', shipmentId: 'SHP-1', ...correction, ...data },
});

type Case = [reason: string, event: unknown, message: string];

const TEXT: Case[] = [
  ['NOT_JSON', '', 'expected one JSON object, found nothing'],
  ['NOT_JSON', '{"id":', 'expected one JSON object, found "{\\"id\\":"'],
  ['NOT_JSON', `x${'y'.repeat(60)}`, `expected one JSON object, found "x${'y'.repeat(39)}..."`],
  ['TOO_LARGE', `"${'a'.repeat(MAX_EVENT_BYTES)}"`, 'expected at most 1048576 bytes, found 1048578 bytes'],
  ['SCHEMA', '[]', 'expected one JSON object, found a list'],
  ['SCHEMA', '19.99', 'expected one JSON object, found the number 19.99 without quotes'],
  ['SCHEMA', `${'['.repeat(65)}${']'.repeat(65)}`, 'expected at most 64 levels of nesting, found 65'],
  [
    'SCHEMA',
    raw('"net"', '"net":"1","net"'),
    'data.lines.net: expected each key once, found the same key twice',
  ],
  ['SCHEMA', raw('"id":"e1"', '"id":"e1","id":"e2"'), 'id: expected each key once, found the same key twice'],
  [
    'SCHEMA',
    raw('"id":"e1"', '"id":"e1","trace":12345678901234567890'),
    'trace: expected an integer below 2^53, or the digits in quotes, found a larger number',
  ],
  [
    'SCHEMA',
    raw('"id":"e1"', '"id":"e1","note":"\\u0000"'),
    'note: expected text without U+0000 and half surrogates, found one of them',
  ],
  [
    'SCHEMA',
    raw('"id":"e1"', '"id":"e1","note":"\\ud83d"'),
    'note: expected text without U+0000 and half surrogates, found one of them',
  ],
];

const ENVELOPE: Case[] = [
  ['SCHEMA', {}, 'specversion: expected 1.0, found nothing'],
  ['SCHEMA', eventOf(SHIPMENT, {}, { specversion: '0.3' }), 'specversion: expected 1.0, found "0.3"'],
  ['SCHEMA', eventOf(SHIPMENT, {}, { id: '' }), 'id: expected text of 1 to 200 characters, found ""'],
  [
    'SCHEMA',
    eventOf(SHIPMENT, {}, { id: 7 }),
    'id: expected text of 1 to 200 characters, found the number 7',
  ],
  [
    'BAD_KEY',
    eventOf(SHIPMENT, {}, { source: 'a\u001fb' }),
    'source: expected a key without invisible characters, found U+001F as character 2',
  ],
  [
    'BAD_KEY',
    eventOf(SHIPMENT, {}, { id: 'e\u00a01' }),
    'id: expected a key without invisible characters, found U+00A0 as character 2',
  ],
  [
    'BAD_KEY',
    eventOf(SHIPMENT, {}, { subject: 'SHP-1\u200b' }),
    'subject: expected a key without invisible characters, found U+200B as character 6',
  ],
  [
    'BAD_KEY',
    shipment({ shipmentId: 'SHP-1 ' }),
    'data.shipmentId: expected a key without blanks at its ends, found "SHP-1 " (U+0020)',
  ],
  ['SCHEMA', eventOf(SHIPMENT, {}, { data: null }), 'data: expected an object, found null'],
  [
    'SCHEMA',
    eventOf(SHIPMENT, {}, { datacontenttype: 'text/xml' }),
    'datacontenttype: expected application/json, found "text/xml"',
  ],
  ['SCHEMA', eventOf(SHIPMENT, {}, { time: null }), 'time: expected text of 1 to 200 characters, found null'],
  ['UNKNOWN_TYPE', eventOf('retail.sale.v9'), 'type: expected a known event type, found "retail.sale.v9"'],
  ...[
    '2026-10-14T12:00:00',
    '2026-02-30T12:00:00Z',
    '0001-01-01T00:00:00Z',
    '2026-10-14',
    '2026-10-14T24:00:00Z',
    '2026-12-31T23:59:60Z',
  ].map((time): Case => [
    'BAD_TIME',
    eventOf(SHIPMENT, {}, { time }),
    `time: expected a time with offset like 2026-10-14T23:52:11-05:00, found "${time}"`,
  ]),
];

const COMMON: Case[] = [
  [
    'SCHEMA',
    shipment({ company: undefined }),
    'data.company: expected text of 1 to 20 characters, found nothing',
  ],
  [
    'UNKNOWN_COMPANY',
    shipment({ company: 'FR01' }),
    'data.company: expected a configured company, found "FR01"',
  ],
  [
    'UNKNOWN_CURRENCY',
    shipment({ currency: 'HRK' }),
    'data.currency: expected a currency in use on 2026-10-14, found "HRK", which ended 2022-12-31',
  ],
  [
    'UNKNOWN_CURRENCY',
    shipment({ currency: 'XXX' }),
    'data.currency: expected an ISO 4217 currency code, found "XXX"',
  ],
  [
    'UNKNOWN_CURRENCY',
    shipment({ currency: 'usd' }),
    'data.currency: expected an ISO 4217 currency code, found "usd"',
  ],
  [
    'UNKNOWN_CURRENCY',
    shipment({ costCurrency: 'BTC' }),
    'data.costCurrency: expected an ISO 4217 currency code, found "BTC"',
  ],
  [
    'SCHEMA',
    shipment({ currency: undefined }),
    'data.currency: expected an ISO 4217 currency code, found nothing',
  ],
  [
    'SCHEMA',
    shipment({ channel: undefined }),
    'data.channel: expected a sales channel like store or web, found nothing',
  ],
  [
    'SCHEMA',
    shipment({ location: null }),
    'data.location: expected a store or warehouse code, found nothing',
  ],
  [
    'SCHEMA',
    shipment({ businessDate: '2026-02-29' }),
    'data.businessDate: expected a date as YYYY-MM-DD, from 1900 to 2199, found "2026-02-29"',
  ],
  [
    'SCHEMA',
    shipment({ fx: { rate: '0', rateDate: '2026-10-14' } }),
    'data.fx.rate: expected a rate above 0, found 0',
  ],
  [
    'NO_RATE',
    shipment({ currency: 'CHF' }),
    'data.fx: expected a rate from CHF to USD for 2026-10-14, here or in the rate table, found none',
  ],
  [
    'NO_RATE',
    shipment({ costCurrency: 'EUR' }),
    'data.fx: expected a rate from EUR to USD for 2026-10-14, here or in the rate table, found none',
  ],
];

const AMOUNTS: Case[] = [
  [
    'SCHEMA',
    raw('"100.00"', '19.99'),
    'data.lines[0].net: expected a decimal string of 0 or more in quotes (a JSON number may have lost a digit), found the number 19.99 without quotes',
  ],
  [
    'SCHEMA',
    raw('"100.00"', '1e2'),
    'data.lines[0].net: expected a decimal string of 0 or more in quotes (a JSON number may have lost a digit), found the number 1e2 without quotes',
  ],
  [
    'SCHEMA',
    raw('"100.00"', '19.00000000000000000001'),
    'data.lines[0].net: expected a decimal string of 0 or more in quotes (a JSON number may have lost a digit), found the number 19.00000000000000000001 without quotes',
  ],
  [
    'SCHEMA',
    raw('"100.00"', '9007199254740993'),
    'data.lines[0].net: expected a decimal string of 0 or more in quotes (a JSON number may have lost a digit), found the number 9007199254740992',
  ],
  ...['1,000.00', '1e2', '+5', ' 5', '05', '5.', '.5', '', '-', 'NaN', '12345678901234', '१'].map(
    (net): Case => [
      'SCHEMA',
      line({ net }),
      `data.lines[0].net: expected a decimal string of 0 or more, at most 13 digits before the point, like "19.99", found ${JSON.stringify(net)}`,
    ],
  ),
  [
    'SCHEMA',
    line({ net: '-0.01' }),
    'data.lines[0].net: expected a decimal string of 0 or more, found "-0.01"',
  ],
  [
    'CURRENCY_SCALE',
    line({ net: '1.005' }),
    'data.lines[0].net: expected at most 2 decimals in USD, found "1.005"',
  ],
  [
    'CURRENCY_SCALE',
    shipment({ currency: 'JPY', total: '100.5', lines: [{ ...LINE, net: '100.00' }] }),
    'data.total: expected at most 0 decimals in JPY, found "100.5"',
  ],
  [
    'CURRENCY_SCALE',
    shipment({ costCurrency: 'JPY', lines: [{ ...LINE, cost: '60.50' }] }),
    'data.lines[0].cost: expected at most 0 decimals in JPY, found "60.50"',
  ],
  [
    'CURRENCY_SCALE',
    line({ unitPrice: '1.0000001' }),
    'data.lines[0].unitPrice: expected at most 6 decimals, found "1.0000001"',
  ],
];

const SALES: Case[] = [
  [
    'SCHEMA',
    shipment({ shipmentId: null }),
    'data.shipmentId: expected text of 1 to 200 characters, found null',
  ],
  [
    'SCHEMA',
    shipment({ lines: [] }),
    'data.lines: expected a list with at least one entry, found an empty list',
  ],
  ['SCHEMA', shipment({ lines: {} }), 'data.lines: expected a list with at least one entry, found an object'],
  ['SCHEMA', shipment({ lines: ['A'] }), 'data.lines[0]: expected an object, found "A"'],
  [
    'SCHEMA',
    line({ kind: 'gift' }),
    'data.lines[0].kind: expected one of goods, service, giftCard, fee, deposit, tip, pass, found "gift"',
  ],
  [
    'SCHEMA',
    line({ cost: undefined }),
    'data.lines[0].cost: expected the extended cost of the goods, found nothing',
  ],
  [
    'SCHEMA',
    shipment({ lines: [LINE, LINE], total: '200.00' }),
    'data.lines[1].lineId: expected an id that no other line has, found "1"',
  ],
  [
    'SCHEMA',
    shipment({
      channel: 'marketplace:amazon',
      lines: [{ ...LINE, taxes: [{ jurisdiction: 'US-NY', amount: '8.25' }] }],
      total: '108.25',
    }),
    'data.lines[0].taxes[0].remittedBy: expected one of seller, marketplace, found nothing',
  ],
  [
    'TOTAL_MISMATCH',
    shipment({ total: '108.25' }),
    'data.total: expected 100.00 = lines net 100.00 + shipping net 0.00 + taxes 0.00, found 108.25, difference 8.25',
  ],
  [
    'TOTAL_MISMATCH',
    shipment({ tenders: [{ type: 'card', amount: '99.99' }] }),
    'data.tenders: expected 100.00 = total 100.00 - discounts funded by others 0.00, found 99.99, difference -0.01',
  ],
  [
    'SCHEMA',
    eventOf(REFUND, { lines: [] }),
    'data.lines: expected a line, or shipping, fees or amount, found an empty list',
  ],
  [
    'SCHEMA',
    eventOf(REFUND, { lines: [{ ...LINE, cost: undefined, restocked: true }] }),
    'data.lines[0].cost: expected the extended cost of the restocked goods, found nothing',
  ],
  [
    'SCHEMA',
    eventOf(REFUND, { lines: [{ ...LINE, restocked: 'yes' }] }),
    'data.lines[0].restocked: expected true or false, found "yes"',
  ],
  [
    'TOTAL_MISMATCH',
    eventOf(REFUND, { fees: [{ code: 'restocking', net: '2.00' }] }),
    'data.total: expected 18.00 = lines net 20.00 + shipping net 0.00 + taxes less those on fees 0.00 - fees 2.00, found 20.00, difference 2.00',
  ],
];

const OTHERS: Case[] = [
  [
    'SCHEMA',
    eventOf(TAX, { revision: 0 }),
    'data.revision: expected a whole number from 1, found the number 0',
  ],
  [
    'TOTAL_MISMATCH',
    eventOf(TAX, { total: '8.24' }),
    'data.total: expected 8.25 = sum of the tax amounts, found 8.24, difference -0.01',
  ],
  [
    'TOTAL_MISMATCH',
    eventOf(SHIPPED, { total: '61' }),
    'data.total: expected 60.00 = sum of the costs of the lines, found 61.00, difference 1.00',
  ],
  [
    'SCHEMA',
    eventOf(SHIPPED, { toCompany: 'DE01' }),
    'data.transferPrice: expected the transfer price between companies, found nothing',
  ],
  [
    'SCHEMA',
    eventOf(SHIPPED, { transferPrice: '70' }),
    'data.toCompany: expected another company, since there is a transfer price, found nothing',
  ],
  [
    'SCHEMA',
    eventOf(RECEIVED, { transferPrice: '70', fromCompany: 'US01' }),
    'data.fromCompany: expected another company, since there is a transfer price, found "US01"',
  ],
  ['SCHEMA', eventOf(RECEIVED, { final: undefined }), 'data.final: expected true or false, found nothing'],
  [
    'SCHEMA',
    eventOf(ADJUSTED, { reason: 'found' }),
    'data.lines[0].quantity: expected 0 or more for found, found -2',
  ],
  [
    'SCHEMA',
    eventOf(ADJUSTED, { lines: [{ sku: 'A', quantity: '0', cost: '1.00' }] }),
    'data.lines[0].cost: expected 0 or less for shrink, found 1',
  ],
  [
    'SCHEMA',
    eventOf(ADJUSTED, { reason: 'count', lines: [{ sku: 'A', quantity: '1', cost: '-12' }] }),
    'data.lines[0].cost: expected a cost with the sign of its quantity, found -12 for a quantity of 1',
  ],
  [
    'TOTAL_MISMATCH',
    eventOf(ADJUSTED, { total: '12.00' }),
    'data.total: expected -12.00 = sum of the costs of the lines, found 12.00, difference 24.00',
  ],
  [
    'SCHEMA',
    eventOf(MARKDOWN, { kind: 'cancel' }),
    'data.lines[0].retailAmount: expected 0 or less for cancel, found 25',
  ],
  [
    'SCHEMA',
    eventOf(MARKDOWN, { company: 'DE01', currency: 'EUR' }),
    'data.lines[0].costAmount: expected the cost amount, which the retail method needs, found nothing',
  ],
  [
    'TOTAL_MISMATCH',
    eventOf(MARKDOWN, { total: '5' }),
    'data.total: expected 25.00 = sum of the retail amounts of the lines, found 5.00, difference -20.00',
  ],
  [
    'SCHEMA',
    eventOf(VENDOR, { creditExpected: undefined }),
    'data.creditExpected: expected a decimal string of 0 or more, found nothing',
  ],
  [
    'SCHEMA',
    eventOf('retail.order.created.v1', { orderId: '' }),
    'data.orderId: expected text of 1 to 200 characters, found ""',
  ],
];

const CORRECTIONS: Case[] = [
  [
    'SCHEMA',
    shipment({ correction: 'replace' }),
    'data.corrects: expected the source and id of the corrected event, found nothing',
  ],
  [
    'SCHEMA',
    shipment({ corrects: correction.corrects }),
    'data.correction: expected one of void, replace, found nothing',
  ],
  [
    'SCHEMA',
    shipment({ ...correction, correction: 'undo' }),
    'data.correction: expected one of void, replace, found "undo"',
  ],
  [
    'SCHEMA',
    shipment({ corrects: { id: 'e0' } }),
    'data.corrects.source: expected text of 1 to 200 characters, found nothing',
  ],
  [
    'BAD_CORRECTION',
    voidOf({ corrects: { source: '/oms/us', id: 'e1' } }),
    'data.corrects: expected another event, found this event itself',
  ],
  [
    'SCHEMA',
    voidOf({ shipmentId: undefined }),
    'data.shipmentId: expected text of 1 to 200 characters, found nothing',
  ],
];

describe.each([
  ['the text', TEXT],
  ['the envelope', ENVELOPE],
  ['common fields', COMMON],
  ['amounts', AMOUNTS],
  ['sales', SALES],
  ['other types', OTHERS],
  ['corrections', CORRECTIONS],
] as const)('%s', (_title, cases) => {
  test.each(cases)('%s: %#', (reason, event, message) => {
    const refused = refusal(event);
    expect([refused.reason, refused.message]).toEqual([reason, message]);
  });
});

test('a refusal tells what of the record could be read', () => {
  expect(refusal(shipment({ total: '108.25' }))).toMatchObject({
    path: 'data.total',
    company: 'US01',
    type: SHIPMENT,
    currency: 'USD',
    amount: '108.25',
  });
});
