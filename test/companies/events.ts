// Business events of the random companies, and the entry that an accountant would book for each, written down here once more:
// the rulebook is not asked.
import { dayText, type Day, type Entry, type Fact } from './world.ts';

export const SOURCE = '/oms';

/** Cents as a decimal text. */
export function money(cents: number): string {
  const size = Math.abs(cents);
  return `${cents < 0 ? '-' : ''}${Math.floor(size / 100)}.${String(size % 100).padStart(2, '0')}`;
}

export interface Goods {
  net: number;
  cost: number;
  tax: number;
  jurisdiction: string;
}

export interface Place {
  day: Day;
  /** Minutes after noon: two sales of one minute would look alike. */
  minute: number;
  location: string;
  channel: string;
  assessed: boolean;
}

type Amount = [account: string, location: string, dimension: string, cents: number];

function fact(
  head: { id: string; reference: string; kind: string; type: string; day: Day; minute: number },
  data: object,
  amounts: Amount[],
): Fact {
  const { id, reference, kind, type, day, minute } = head;
  const hour = String(12 + Math.floor(minute / 60)).padStart(2, '0');
  const event = {
    specversion: '1.0',
    id,
    source: SOURCE,
    type,
    time: `${dayText(day)}T${hour}:${String(minute % 60).padStart(2, '0')}:00-05:00`,
    data: { company: 'US01', currency: 'USD', ...data },
  };
  const made: Fact = { id, reference, kind, day, arrives: day, event, entries: [] };
  made.entries = amounts
    .filter(([, , , cents]) => cents !== 0)
    .map(([account, location, dimension, cents]): Entry => ({
      fact: made,
      account,
      location,
      dimension,
      cents,
    }));
  return made;
}

function line(goods: Goods, more: object = {}): object {
  const { net, cost, tax, jurisdiction } = goods;
  const taxes = tax === 0 ? {} : { taxes: [{ jurisdiction, amount: money(tax) }] };
  return { lineId: '1', sku: 'CUP', quantity: 1, net: money(net), cost: money(cost), ...taxes, ...more };
}

const taxAccount = (assessed: boolean): string => (assessed ? '2210' : '2200');

/** @param more session, payout, exchangeId; `exchanged`: the part that goods brought back pay */
export function sale(
  reference: string,
  { day, minute, location, channel, assessed }: Place,
  goods: Goods,
  {
    exchanged = 0,
    ...more
  }: { session?: string; payout?: string; exchangeId?: string; exchanged?: number } = {},
): Fact {
  const { net, cost, tax, jurisdiction } = goods;
  const total = net + tax;
  const tenders =
    exchanged === 0
      ? {}
      : {
          tenders: [
            { type: 'exchange', amount: money(exchanged) },
            ...(total === exchanged ? [] : [{ type: 'card', amount: money(total - exchanged) }]),
          ],
        };
  return fact(
    { id: `ev-${reference}`, reference, kind: 'shipment', type: 'retail.shipment.confirmed.v1', day, minute },
    {
      shipmentId: reference,
      orderId: `O-${reference}`,
      channel,
      location,
      lines: [line(goods)],
      ...tenders,
      ...more,
      total: money(total),
    },
    [
      ['1200', location, '', total - exchanged],
      ['2130', location, '', exchanged],
      ['4000', location, '', -net],
      [taxAccount(assessed), location, jurisdiction, -tax],
      ['5000', location, '', cost],
      ['1400', location, '', -cost],
    ],
  );
}

/** Money back for all of a sale, the goods on stock again. */
export function refund(
  reference: string,
  { day, minute, location, channel, assessed }: Place,
  goods: Goods,
  { of, exchangeId, session }: { of?: Fact; exchangeId?: string; session?: string },
): Fact {
  const { net, cost, tax, jurisdiction } = goods;
  const total = net + tax;
  const original =
    of === undefined ? { noReceipt: true } : { shipmentId: of.reference, orderId: `O-${of.reference}` };
  const exchange =
    exchangeId === undefined ? {} : { exchangeId, tenders: [{ type: 'exchange', amount: money(total) }] };
  return fact(
    { id: `ev-${reference}`, reference, kind: 'refund', type: 'retail.refund.issued.v1', day, minute },
    {
      refundId: reference,
      channel,
      location,
      lines: [line(goods, { restocked: true, ...(of === undefined ? {} : { originalLineId: '1' }) })],
      ...original,
      ...exchange,
      ...(session === undefined ? {} : { session }),
      total: money(total),
    },
    [
      ['4200', location, '', net],
      [taxAccount(assessed), location, jurisdiction, tax],
      [exchangeId === undefined ? '1200' : '2130', location, '', -total],
      ['1400', location, '', cost],
      ['5000', location, '', -cost],
    ],
  );
}

/** The tax engine's word about a sale: it bears the sale's reference. */
export function assessment(of: Fact, jurisdiction: string, tax: number, day: Day, minute: number): Fact {
  return fact(
    {
      id: `ta-${of.reference}`,
      reference: of.reference,
      kind: 'tax assessed',
      type: 'retail.tax.assessed.v1',
      day,
      minute,
    },
    {
      assessmentId: `TA-${of.reference}`,
      revision: 1,
      documentType: of.kind,
      documentId: of.reference,
      taxes: [{ jurisdiction, taxable: '1.00', amount: money(tax) }],
      total: money(tax),
    },
    [
      ['2210', '', jurisdiction, of.kind === 'refund' ? -tax : tax],
      ['2200', '', jurisdiction, of.kind === 'refund' ? tax : -tax],
    ],
  );
}

/** Goods leave one place and arrive at the other; both bear the transfer's number. */
export function transfer(
  reference: string,
  {
    from,
    to,
    cost,
    left,
    arrived,
    minute,
  }: { from: string; to: string; cost: number; left: Day; arrived: Day; minute: number },
): [shipped: Fact, received: Fact] {
  const data = {
    transferId: reference,
    fromLocation: from,
    toLocation: to,
    lines: [{ sku: 'CUP', quantity: 1, cost: money(cost) }],
    total: money(cost),
  };
  return [
    fact(
      {
        id: `ts-${reference}`,
        reference,
        kind: 'transfer shipped',
        type: 'retail.transfer.shipped.v1',
        day: left,
        minute,
      },
      data,
      [
        ['1450', to, '', cost],
        ['1400', from, '', -cost],
      ],
    ),
    fact(
      {
        id: `tr-${reference}`,
        reference,
        kind: 'transfer received',
        type: 'retail.transfer.received.v1',
        day: arrived,
        minute,
      },
      { ...data, receiptId: `RC-${reference}`, final: true },
      [
        ['1400', to, '', cost],
        ['1450', to, '', -cost],
      ],
    ),
  ];
}

/** Takes a sale back, or puts another in its place: the exact negation of its lines, dated its own day, and the new ones. */
export function correction(of: Fact, day: Day, minute: number, instead?: Fact): Fact {
  const corrects = { corrects: { source: SOURCE, id: of.id } };
  const data =
    instead === undefined
      ? { shipmentId: of.reference, correction: 'void', ...corrects }
      : { ...(instead.event as { data: object }).data, correction: 'replace', ...corrects };
  const made = fact(
    {
      id: `${of.id}-c`,
      reference: of.reference,
      kind: of.kind,
      type: 'retail.shipment.confirmed.v1',
      day,
      minute,
    },
    data,
    [],
  );
  made.entries = [
    ...of.entries.map((entry) => ({ ...entry, fact: made, cents: -entry.cents, negates: entry })),
    ...(instead?.entries ?? []).map((entry) => ({ ...entry, fact: made })),
  ];
  return made;
}
