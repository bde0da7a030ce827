// October 2026 in Tryton: sales and returns of two stores as the shops' interface would have booked them, with the mistakes
// that such interfaces make, written by plain calls; and the shops' own events, which are right.
const DAYS = 22;
const STORES = ['S001', 'S002'];

/** @returns events as the shops sent them, what is wrong in the books, and a way to count documents */
export async function makeMonth(login) {
  const erp = await connect(login);
  const entries = businessOf();
  const booked = withMistakes(entries);
  for (let from = 0; from < booked.length; from += 20) await erp.book(booked.slice(from, from + 20));
  return {
    events: entries.map((entry) => entry.event),
    documents: booked.length,
    missing: 3,
    mistakes: [
      'SHP-7, SHP-23 and RF-2 never reached it',
      'SHP-11 is there twice',
      'SHP-15 with 10.00 too little',
      'SHP-19 at the wrong store',
      'and a clerk’s entry of 25.00 that no shop knows',
    ],
    countByNumber: (numbers) => erp.count(numbers),
  };
}

/** Cents as text; the month has no amount that a double could not hold. */
const text = (cents) => `${Math.trunc(cents / 100)}.${String(cents % 100).padStart(2, '0')}`;

function businessOf() {
  const entries = [];
  for (let n = 1; n <= 2 * DAYS; n += 1) entries.push(sale(n));
  for (let n = 1; n <= 4; n += 1) entries.push(refund(n));
  return entries;
}

function sale(n) {
  const day = `2026-10-${String(Math.ceil(n / 2)).padStart(2, '0')}`;
  const location = STORES[n % 2];
  const net = 2000 + 137 * n;
  const tax = Math.floor((net * 8) / 100);
  const reference = `SHP-${n}`;
  return {
    reference,
    day,
    location,
    lines: [
      { account: '1200', cents: net + tax },
      { account: '4000', cents: -net },
      { account: '2200', cents: -tax, dimension: 'US-IL' },
    ],
    event: event(`s${n}`, 'retail.shipment.confirmed.v1', day, {
      location,
      shipmentId: reference,
      orderId: `SO-${n}`,
      lines: [
        {
          lineId: '1',
          sku: 'LAMP',
          quantity: '1',
          net: text(net),
          cost: '0.00',
          taxes: [{ jurisdiction: 'US-IL', amount: text(tax) }],
        },
      ],
      total: text(net + tax),
    }),
  };
}

function refund(n) {
  const day = `2026-10-${String(10 + n).padStart(2, '0')}`;
  const location = STORES[(3 * n) % 2];
  const [net, tax] = [500 + 100 * n, 40 + 8 * n];
  const reference = `RF-${n}`;
  return {
    reference,
    day,
    location,
    lines: [
      { account: '4100', cents: net },
      { account: '2200', cents: tax, dimension: 'US-IL' },
      { account: '1200', cents: -(net + tax) },
    ],
    event: event(`r${n}`, 'retail.refund.issued.v1', day, {
      location,
      refundId: reference,
      shipmentId: `SHP-${3 * n}`,
      lines: [
        {
          lineId: '1',
          sku: 'LAMP',
          quantity: '1',
          net: text(net),
          cost: '0.00',
          restocked: true,
          taxes: [{ jurisdiction: 'US-IL', amount: text(tax) }],
        },
      ],
      total: text(net + tax),
    }),
  };
}

function event(id, type, day, data) {
  return {
    specversion: '1.0',
    id,
    source: '/pos/US01',
    type,
    time: `${day}T14:00:00-05:00`,
    data: { company: 'US01', currency: 'USD', channel: 'store', ...data },
  };
}

function withMistakes(entries) {
  const lost = new Set(['SHP-7', 'SHP-23', 'RF-2']);
  const booked = entries.filter(({ reference }) => !lost.has(reference)).map((entry) => ({ ...entry }));
  const find = (reference) => booked.find((entry) => entry.reference === reference);
  booked.push({ ...find('SHP-11') });
  const short = find('SHP-15');
  short.lines = short.lines.map((line) =>
    line.account === '1200'
      ? { ...line, cents: line.cents - 1000 }
      : line.account === '4000'
        ? { ...line, cents: line.cents + 1000 }
        : line,
  );
  const moved = find('SHP-19');
  moved.location = STORES.find((store) => store !== moved.location);
  booked.push({
    reference: 'MAN-1',
    day: '2026-10-20',
    location: 'S001',
    lines: [
      { account: '1200', cents: 2500 },
      { account: '4000', cents: -2500 },
    ],
  });
  return booked;
}

/** Calls of a user who is logged in, in company 1. */
async function logIn({ url, database, user, password }) {
  let id = 0;
  const send = async (method, params, headers = {}) => {
    const answer = await fetch(`${url}/${database}/`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify({ id: (id += 1), method, params }),
    });
    const { result, error } = await answer.json();
    if (error !== undefined) throw new Error(`${method}: ${JSON.stringify(error).slice(0, 300)}`);
    return result;
  };
  const [number, session] = await send('common.db.login', [user, { password }, 'en']);
  const ticket = Buffer.from(`${user}:${number}:${session}`).toString('base64');
  const headers = { authorization: `Session ${ticket}` };
  const preferences = await send('model.res.user.get_preferences', [true, {}], headers);
  return (method, ...params) => send(method, [...params, { ...preferences, company: 1 }], headers);
}

const amount = (cents) => ({ __class__: 'Decimal', decimal: text(Math.max(0, cents)) });
const date = (day) => ({
  __class__: 'date',
  year: Number(day.slice(0, 4)),
  month: Number(day.slice(5, 7)),
  day: Number(day.slice(8)),
});

async function connect(login) {
  const call = await logIn(login);
  const search = (model, domain, fields) => call(`model.${model}.search_read`, domain, 0, null, null, fields);
  const idsOf = async (model, domain, field = 'code') =>
    new Map((await search(model, domain, [field])).map((row) => [row[field], row.id]));
  const mine = ['company', '=', 1];
  const accounts = await idsOf('account.account', [mine, ['code', '!=', null]]);
  const centres = await idsOf('analytic_account.account', [mine, ['type', '=', 'normal']]);
  const journal = (await idsOf('account.journal', [['code', '=', 'REV']])).get('REV');
  const period = (await idsOf('account.period', [['fiscalyear.company', '=', 1]], 'name')).get('2026-10');
  const lineOf = (entry, { account, cents, dimension }) => {
    const sides = { debit: amount(cents), credit: amount(-cents) };
    const at = [entry.location, ...(dimension === undefined ? [] : [dimension])];
    const shares = at.map((centre) => ({ account: centres.get(centre), ...sides, date: date(entry.day) }));
    const description = `${entry.reference} | till`;
    return { account: accounts.get(account), ...sides, description, analytic_lines: [['create', shares]] };
  };
  return {
    book: async (entries) => {
      const moves = entries.map((entry) => ({
        company: 1,
        period,
        journal,
        date: date(entry.day),
        number: entry.reference,
        lines: [['create', entry.lines.map((line) => lineOf(entry, line))]],
      }));
      await call('model.account.move.post', await call('model.account.move.create', moves));
    },
    count: async (numbers) => {
      const domain = [
        ['number', 'in', numbers],
        ['state', '=', 'posted'],
      ];
      return (await search('account.move', domain, ['number'])).length;
    },
  };
}
