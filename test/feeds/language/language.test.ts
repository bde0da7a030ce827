// The language of feeds, word by word: what each type, function and rule makes of a file that retailers really have.
import { describe, expect, test } from 'vitest';

import { guessFeed } from '../../../src/feeds/language/guess.ts';
import { readFeed } from '../../../src/feeds/language/readFeed.ts';
import { feedFrom, read, valueFeed } from './reading.ts';

/** What the value `v` comes to for one row. */
async function value(columns: string, v: string, csv: string, more = ''): Promise<string> {
  const { records, refused } = await read(valueFeed(columns, v, more), csv);
  return refused.length > 0 ? refused.join('; ') : ((records[0]?.['tax_code'] ?? '') as string);
}

describe('numbers', () => {
  const number = (form: string, text: string): Promise<string> =>
    value(`n: { type: decimal, ${form} }`, '  v: { sum: [n] }', `n\n"${text}"\n`);
  test.each([
    ['group: ","', '1,068,550.00', '1068550.00'],
    ['group: ","', '      60,000.00', '60000.00'],
    ['decimal: ",", group: "."', '4.710,30', '4710.30'],
    ['decimal: ","', '-000000000001437,12', '-1437.12'],
    ['negative: [trailing]', '12.50-', '-12.50'],
    ['negative: [parentheses], group: ","', '(1,234.50)', '-1234.50'],
    ['group: [",", indian]', '12,34,567.00', '1234567.00'],
    ['decimal: "."', '-0.00', '0.00'],
    ['empty: ["-"]', '-', ''],
  ])('%s reads %s', async (form, text, expected) => {
    expect(await number(form, text)).toBe(expected);
  });
  test.each([
    ['group: ","', '1,5'],
    ['group: ","', '12,34,567.00'],
    ['decimal: ","', '4.710,30'],
    ['decimal: "."', '12.50-'],
    ['decimal: "."', '1E+3'],
    ['decimal: "."', '9'.repeat(60)],
  ])('%s refuses %s', async (form, text) => {
    expect(await number(form, text)).toContain('BAD_NUMBER n');
  });
  test('SAP stores two decimals in any currency', async () => {
    const columns = 'n: { type: decimal, stored: two, currency: c, decimals: { USDN: 5 } }, c: {}';
    for (const [text, currency, expected] of [
      ['10.00', 'JPY', '1000'],
      ['10.00', 'USD', '10.00'],
      ['10.00', 'KWD', '1.000'],
      ['10.00', 'USDN', '0.01000'],
    ])
      expect(await value(columns, '  v: { sum: [n] }', `n,c\n${text},${currency}\n`)).toBe(expected);
  });
  test('stored: minor is cents', async () => {
    const columns = 'n: { type: decimal, stored: minor, currency: c }, c: {}';
    expect(await value(columns, '  v: { sum: [n] }', 'n,c\n1999,EUR\n')).toBe('19.99');
  });
});

describe('keys, dates and times', () => {
  test.each([
    ['k: { type: key }', '1500000001.0', 'BAD_KEY k: "1500000001.0"'],
    ['k: { type: key }', '4.9E+13', 'BAD_KEY k: "4.9E+13"'],
    ['k: { type: key, floats: empty }', '4.9E+13', ''],
    ['k: { type: key, floats: repair }', '1500000001.0', '1500000001'],
    ['k: { type: key, floats: repair }', '1.5E+10', 'BAD_KEY k: "1.5E+10"'],
    ['k: { type: key, pad: 10 }', '90000003', '0090000003'],
    ['k: { type: key, zeros: strip }', '0090000003', '90000003'],
    ['k: { type: key, upper: true }', ' ab  c ', 'AB C'],
  ])('%s reads %s', async (columns, text, expected) => {
    expect(await value(columns, '  v: { text: "{k?}" }', `k\n${text}\n`)).toBe(expected);
  });
  test.each([
    ['form: M/D/YYYY', '10/5/2026', '2026-10-05'],
    ['form: [DD.MM.YYYY, YYYYMMDD]', '20261005', '2026-10-05'],
    ['form: M/D/YY, century: 1970', '4/1/69', '2069-04-01'],
    ['form: M/D/YY, century: 1970', '4/1/70', '1970-04-01'],
    ['form: D MMM YYYY', '5 Oct 2026', '2026-10-05'],
    ['form: "YYYY-MM-DD HH:mm:ss"', '2026-10-05 23:59:59', '2026-10-05'],
    ['empty: ["00/00/0000"]', '00/00/0000', ''],
  ])('a date with %s reads %s', async (form, text, expected) => {
    expect(await value(`d: { type: date, ${form} }`, '  v: { text: "{d?}" }', `d\n${text}\n`)).toBe(expected);
  });
  test.each(['02/30/2026', '13/01/2026', '2026-10-05', '0'])('M/D/YYYY refuses %s', async (text) => {
    expect(
      await value('d: { type: date, form: M/D/YYYY }', '  v: { text: "{d}" }', `d\n${text}\n`),
    ).toContain('BAD_DATE d');
  });
  test('DDMM takes its year from another date, and a lost zero back', async () => {
    const columns = 'd: { type: date, form: DDMM, yearFrom: y }, y: { type: date }';
    for (const [text, from, expected] of [
      ['3112', '2026-01-01', '2026-12-31'],
      ['502', '2026-01-01', '2026-02-05'],
      ['3003', '2026-04-01', '2027-03-30'],
    ])
      expect(await value(columns, '  v: { text: "{d}" }', `d,y\n${text},${from}\n`)).toBe(expected);
  });
  test('a local time becomes an instant by its zone; an hour that comes twice is refused', async () => {
    const columns = 't: { type: time, form: "YYYY-MM-DD HH:mm:ss" }, z: {}';
    const at = (text: string, more = ''): Promise<string> =>
      value(columns, `  v: { at: t, zone: Europe/Amsterdam${more} }`, `t,z\n${text},x\n`);
    expect(await at('2026-10-05 12:00:00')).toBe('2026-10-05T12:00:00+02:00');
    expect(await at('2026-12-05 12:00:00')).toBe('2026-12-05T12:00:00+01:00');
    expect(await at('2026-10-25 02:30:00')).toContain('BAD_TIME');
    expect(await at('2026-03-29 02:30:00')).toContain('BAD_TIME');
    expect(await at('2026-10-25 02:30:00', ', hour: second')).toBe('2026-10-25T02:30:00+01:00');
    expect(
      await value(
        columns,
        '  v: { at: t, zone: z, zones: { PST: "-08:00" } }',
        't,z\n2026-10-05 12:00:00,PST\n',
      ),
    ).toBe('2026-10-05T12:00:00-08:00');
  });
});

describe('functions', () => {
  const COLUMNS = 'a: {}, b: {}, n: { type: decimal }, m: { type: decimal }, currency: {}';
  const CSV = 'a,b,n,m,currency\nx/y/z,,10.00,0.19,EUR\n';
  test.each([
    ['{ text: "{a}-{b}" }', ''],
    ['{ text: "{a}-{b?}" }', 'x/y/z-'],
    ['{ either: [b, a] }', 'x/y/z'],
    ['{ part: a, by: "/", at: -1 }', 'z'],
    ['{ part: a, by: "/", at: 2 }', 'y'],
    ['{ match: a, pattern: "^([a-z])/" }', 'x'],
    ['{ map: a, to: { x/y/z: known } }', 'known'],
    ['{ map: a, to: { q: known }, else: keep }', 'x/y/z'],
    ['{ map: a, to: { q: known } }', 'NOT_MAPPED a: "x/y/z"'],
    ['{ choose: [{ when: { n: "<0" }, take: b }, { when: { n: ">0" }, take: a }], else: none }', 'x/y/z'],
    ['{ minus: [n, m] }', '9.81'],
    ['{ negate: n }', '-10.00'],
    ['{ percent: n }', '0.1000'],
    ['{ times: [n, m] }', '1.90'],
    ['{ netOf: n, rate: m }', '8.40'],
    ['{ taxOf: n, rate: m }', '1.60'],
    ['{ sum: [a] }', 'BAD_NUMBER sum: "x/y/z"'],
  ])('%s', async (v, expected) => {
    expect(await value(COLUMNS, `  v: ${v}`, CSV)).toBe(expected);
  });
  test('an indicator and a sign are never both applied', async () => {
    const columns = 'n: { type: decimal }, s: {}';
    const signed = (n: string, s: string, more = ''): Promise<string> =>
      value(columns, `  v: { signed: n, by: s, debit: S, credit: H${more} }`, `n,s\n${n},${s}\n`);
    expect(await signed('5.00', 'H')).toBe('-5.00');
    expect(await signed('-5.00', 'H')).toContain('BAD_SIGN n');
    expect(await signed('-5.00', 'H', ', negative: turns')).toBe('5.00');
    expect(await signed('-5.00', 'H', ', negative: agrees')).toBe('-5.00');
    expect(await signed('5.00', 'H', ', negative: agrees')).toContain('BAD_SIGN n');
    expect(await signed('5.00', 'X')).toContain('BAD_SIGN s');
  });
  test('a lookup folds case, has dates, and refuses what it does not have', async () => {
    const more =
      'lookups: { l: { rows: [[Cash, "1000", 2026-01-01, 2026-06-30], [cash, "1010", 2026-07-01, ""]], key: [k], take: [n], from: f, until: u } }';
    const columns = 'a: {}, d: { type: date }';
    const look = (a: string, d: string): Promise<string> =>
      value(columns, '  v: { lookup: l, key: a, on: d }', `a,d\n${a},${d}\n`, more);
    expect(await look('CASH', '2026-05-01')).toBe('1000');
    expect(await look('cash', '2026-10-05')).toBe('1010');
    expect(await look('Bank', '2026-10-05')).toContain('NOT_IN_LOOKUP a: "Bank"');
  });
  test('a fault that no record asks for refuses nothing', async () => {
    const { records } = await read(
      valueFeed('n: { type: decimal }, a: {}', '  bad: { sum: [n] }\n  v: { text: "{a}" }'),
      'n,a\nx,y\n',
    );
    expect(records).toHaveLength(1);
  });
});

const LEDGER = (more: string): string =>
  `emit: [{ ledger: { company: { is: C }, document: doc, line: { is: "1" }, posting_date: { is: 2026-10-05 }, account: account, currency: { is: USD }, amount: amount }${more} }]`;
const TABLE = `file:
  header: { within: 3 }
  columns: { doc: { from: Doc, type: key }, account: [Account, "Account name"], amount: { from: Amount, type: decimal, group: "," } }
`;

describe('rows of a table', () => {
  test('title, section, total, skipped, fill: each row ends as one of them', async () => {
    const yaml = `${TABLE}  totals: [{ when: { doc: "Total*" }, of: section, sums: { amount: amount } }]
  sections: [{ when: { doc: "Area*", amount: "" }, set: { area: doc } }]
  skip: [{ name: draft, when: { account: draft }, amount: amount }]
  fill: [doc]
${LEDGER('')}
`;
    const csv =
      'My report\nDoc,Account,Amount\nArea 1,,\n7,1000,10.00\n,4000,-4.00\n9,draft,3.00\nTotal,,6.00\n';
    const { records, skipped, totals } = await read(yaml, csv);
    expect(records.map(({ document, amount }) => [document, amount])).toEqual([
      ['7', '10.00'],
      ['7', '-4.00'],
    ]);
    expect(skipped).toEqual(['draft']);
    const { rows, used, title, section, total, refused } = totals;
    expect({ rows, used, title, section, total, refused, skipped: totals.skipped }).toEqual({
      rows: 6,
      used: 2,
      title: 1,
      section: 1,
      total: 1,
      refused: 0,
      skipped: 1,
    });
  });
  test('a total that is not the sum refuses the file', async () => {
    const yaml = `${TABLE}  totals: [{ when: { doc: "Total*" }, of: file, sums: { amount: amount } }]\n${LEDGER('')}\n`;
    await expect(read(yaml, 'Doc,Account,Amount\n7,1000,10.00\nTotal,,11.00\n')).rejects.toThrow(
      'BATCH_INCOMPLETE',
    );
  });
  test('a header that lacks a column is refused once, with what is missing', async () => {
    await expect(read(`${TABLE}${LEDGER('')}\n`, 'Doc,Konto,Amount\n7,1000,1\n')).rejects.toThrow(
      /NOT_THIS_FEED: the header lacks Account/,
    );
  });
  test('a short row and a row with a delimiter too many are refused, not shifted', async () => {
    const { refused, records } = await read(
      `${TABLE}${LEDGER('')}\n`,
      'Doc,Account,Amount\n7,1000\n8,10,00,5.00\n9,1000,1.00\n',
    );
    expect(refused).toEqual(['MISSING_COLUMN : 2 fields', 'MISSING_COLUMN : 4 fields']);
    expect(records).toHaveLength(1);
  });
  test('more skipped than allowed refuses the file', async () => {
    const yaml = `${TABLE}  skip: [{ name: zero, when: { amount: "=0" }, most: 10% }]\n${LEDGER('')}\n`;
    await expect(read(yaml, 'Doc,Account,Amount\n7,1000,0\n8,1000,1\n')).rejects.toThrow('at most 10%');
  });
  test('windows-1252 with a euro sign; bytes that are no UTF-8 refuse the file', async () => {
    const bytes = Buffer.concat([
      Buffer.from('Doc,Account,Amount\n7,'),
      Buffer.from([0x80]),
      Buffer.from(',1\n'),
    ]);
    const { records } = await read(`${TABLE}  encoding: windows-1252\n${LEDGER('')}\n`, bytes);
    expect(records[0]?.['account']).toBe('€');
    await expect(read(`${TABLE}${LEDGER('')}\n`, bytes)).rejects.toThrow('UTF-8');
  });
  test('fixed width', async () => {
    const yaml = `file: { format: fixed, columns: { doc: { from: 1-3 }, account: { from: 4-7 }, amount: { from: 8-14, type: decimal } } }\n${LEDGER('')}\n`;
    expect((await read(yaml, '0071000  10.00\n')).records[0]).toMatchObject({
      document: '007',
      account: '1000',
      amount: '10.00',
    });
  });
});

test('what is dropped stands in no record and in no kept row', async () => {
  const yaml = `drop: [memo, "Mail*"]\nfile: { columns: { doc: { type: key }, memo: { from: Note, optional: true }, amount: { type: decimal } } }\nemit: [{ ledger: { company: { is: C }, document: doc, line: { is: "1" }, posting_date: { is: 2026-10-05 }, account: { is: A }, currency: { is: USD }, amount: amount, text: memo } }]\n`;
  const { records, raws } = await read(
    yaml,
    'doc,Note,Mail of buyer,amount\n7,private,a@b.c,1.00\n8,private,a@b.c,x\n',
  );
  expect(JSON.stringify(records)).not.toContain('private');
  expect(raws.map(String).join()).toContain('"doc":"8"');
  expect(raws.map(String).join()).not.toMatch(/private|a@b/);
});

describe('a pseudonym', () => {
  const EMIT =
    'emit: [{ ledger: { company: { is: C }, document: doc, line: { is: "1" }, posting_date: { is: 2026-10-05 }, account: { is: A }, currency: { is: USD }, amount: amount, text: buyer, reference: mail } }]\n';
  const TABLE = `pseudonym: { buyer: BUYERS, "Mail*": BUYERS }\nfile: { columns: { doc: { type: key }, buyer: { from: Customer }, mail: { from: Mail, optional: true }, amount: { type: decimal } } }\n${EMIT}`;
  const CSV = 'doc,Customer,Mail,amount\n7,Ana,a@b.c,1.00\n8, Ana ,,2.00\n9,Ben,b@b.c,x\n';
  const secret = (name: string): string | undefined => (name === 'BUYERS' ? 'a long secret' : undefined);

  test('is one for one text, and neither records nor kept rows have the text', async () => {
    const { records, raws } = await read(TABLE, CSV, {}, secret);
    expect(records[0]?.['text']).toMatch(/^[a-z2-7]{20}$/);
    expect(records[1]?.['text']).toBe(records[0]?.['text']);
    expect(records[1]?.['reference'] ?? '').toBe('');
    expect(JSON.stringify(records) + raws.map(String).join()).not.toMatch(/Ana|Ben|@/);
    const other = await read(TABLE, CSV, {}, () => 'another secret');
    expect(other.records[0]?.['text']).not.toBe(records[0]?.['text']);
  });
  test('of a tree', async () => {
    const yaml = `pseudonym: { ../buyer/id: BUYERS }\nfile: { format: json, rows: { line: { at: lines, columns: { doc: { from: doc, type: key }, buyer: ../buyer/id, mail: { from: mail, optional: true }, amount: { from: amount, type: decimal } } } } }\n${EMIT}`;
    const { records } = await read(
      yaml,
      '{"buyer":{"id":"Ana"},"lines":[{"doc":"7","amount":"1"}]}',
      {},
      secret,
    );
    expect(records[0]?.['text']).toBe((await read(TABLE, CSV, {}, secret)).records[0]?.['text']);
  });
  test('without its secret nothing of the file is taken; what is dropped too is dropped', async () => {
    await expect(read(TABLE, CSV)).rejects.toThrow('BUYERS');
    const { records } = await read(`drop: [buyer]\n${TABLE}`, CSV, {}, secret);
    expect(records[0]?.['text'] ?? '').toBe('');
  });
  test('names a variable, not a secret', () => {
    expect(feedFrom(TABLE.replace('BUYERS', '"hunter 2"'))).toContain('names no secret');
    expect(feedFrom(TABLE.replace('BUYERS', '"hunter 2"'))).not.toContain('hunter');
  });
});

describe('joins and groups', () => {
  const JOIN = (missing: string): string => `files:
  H: { columns: { k: { type: key }, day: { type: date }, status: {} } }
  L: { columns: { k: { type: key }, account: {}, amount: { type: decimal } } }
join: { rows: L, with: H, on: { k: k }${missing} }
emit: [{ ledger: { company: { is: C }, document: k, line: { is: "1" }, posting_date: H.day, account: account, currency: { is: USD }, amount: amount } }]
`;
  const FILES = {
    'h.csv': 'k,day,status\n1,2026-10-05,\n3,2026-10-05,\n',
    'l.csv': 'k,account,amount\n1,A,5\n2,B,6\n',
  };
  test('a row without partner is refused, a partner without rows is skipped by name', async () => {
    const { records, refused, totals } = await read(JOIN(''), FILES);
    expect(records).toHaveLength(1);
    expect(refused).toEqual(['NO_PARTNER k: none for 2']);
    expect([...totals.skippedBy.keys()]).toEqual(['H without L']);
  });
  test('two partners refuse; missing: skip and empty', async () => {
    const two = { ...FILES, 'h.csv': 'k,day,status\n1,2026-10-05,\n1,2026-10-06,\n' };
    expect((await read(JOIN(''), two)).refused[0]).toBe('NO_PARTNER k: two for 1');
    expect((await read(JOIN(', missing: skip'), FILES)).skipped).toEqual(['L without H']);
  });
  const GROUP = `file: { columns: { o: { type: key }, sku: {}, full: { type: decimal }, off: { type: decimal }, currency: {} } }
groups:
  order: { by: o, rowValues: { part: { share: off, in: order, by: full }, net: { minus: [full, part] } }, values: { sum: { total: net }, n: { count: rows } } }
emit:
  - event: retail.order.created.v1
    per: order
    id: o
    source: /shop
    time: { is: 2026-10-05T00:00:00Z }
    data: { company: { is: C }, orderId: o, sum: sum, n: n, lines: { list: rows, fields: { sku: sku, net: net } } }
`;
  test('an event of a group: shares sum exactly, a refused row takes its group and no other', async () => {
    const csv =
      'o,sku,full,off,currency\n1,a,10,10.00,USD\n1,b,10,10.00,USD\n2,a,x,0,USD\n2,b,5,0,USD\n1,c,10,10.00,USD\n';
    const { records, refused } = await read(GROUP, csv);
    expect(records.map((one) => one['data'])).toEqual([
      {
        company: 'C',
        orderId: '1',
        sum: '20.00',
        n: '3',
        lines: [
          { sku: 'a', net: '6.66' },
          { sku: 'b', net: '6.67' },
          { sku: 'c', net: '6.67' },
        ],
      },
    ]);
    expect(refused).toEqual(['BAD_NUMBER full: "x"']);
  });
  test('two values where the group has one are refused', async () => {
    const { refused } = await read(
      GROUP.replace('orderId: o', 'orderId: o, channel: sku'),
      'o,sku,full,off,currency\n1,a,1,0,USD\n1,b,1,0,USD\n',
    );
    expect(refused[0]).toContain('DIFFERS_IN_GROUP sku');
  });
  test('what must be zero and is not refuses the group with the difference', async () => {
    const { records, refused } = await read(
      `${GROUP}must: [{ zero: sum, per: order }]\n`,
      'o,sku,full,off,currency\n1,a,1,1,USD\n2,a,1,0,USD\n',
    );
    expect(records).toHaveLength(1);
    expect(refused).toEqual(['DOES_NOT_ADD_UP sum: 1.00']);
  });
});

describe('trees', () => {
  const LINES = (at: string, format: string): string => `file:
  format: ${format}
  rows: { line: { at: ${at}, columns: { doc: { from: ../id, type: key }, account: sku, amount: { from: price, type: decimal } } } }
${LEDGER('')}
`;
  test('a JSON number is its text; what stands behind the rows counts too', async () => {
    const json =
      '{"orders":[{"lines":[{"sku":"a","price":1.10},{"sku":"b","price":9007199254740993.00}],"id":7}]}';
    const { records } = await read(LINES('orders/lines', 'json'), json);
    expect(records.map(({ document, amount }) => [document, amount])).toEqual([
      ['7', '1.10'],
      ['7', '9007199254740993.00'],
    ]);
  });
  test('a list at the top, NDJSON and XML give the same rows', async () => {
    const order = '{"id":7,"lines":[{"sku":"a","price":1.10}]}';
    for (const [format, at, text] of [
      ['json', 'lines', `[${order},${order}]`],
      ['ndjson', 'lines', `${order}\n${order}\n`],
      [
        'xml',
        'orders/order/lines',
        '<x:orders xmlns:x="u"><order><id>7</id><lines><sku>a</sku><price>1.10</price></lines></order><order><lines><sku>a</sku><price>1.10</price></lines><id>7</id></order></x:orders>',
      ],
    ] as const) {
      const { records } = await read(LINES(at, format), text);
      expect(
        records.map(({ document, amount }) => [document, amount]),
        format,
      ).toEqual([
        ['7', '1.10'],
        ['7', '1.10'],
      ]);
    }
  });
  test.each([
    ['json', '{"a":1', 'NOT_READABLE'],
    ['json', '{"id":1,"id":2}', 'twice'],
    ['json', `${'['.repeat(100)}`, 'nested too deep'],
    ['json', `{"a":${'{"a":'.repeat(100)}`, 'nested too deep'],
    ['json', `{"orders":"${'x'.repeat(70_000)}"}`, 'TOO_LARGE'],
    ['xml', '<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>', 'DOCTYPE'],
    ['xml', '<a><b></a>', 'NOT_READABLE'],
    ['xml', '<a>'.repeat(100), 'nested too deep'],
    ['json', '{"something":"else"}', 'NOT_THIS_FEED'],
  ])('%s that is refused: %s', async (format, text, message) => {
    await expect(read(LINES('orders/lines', format), text)).rejects.toThrow(message);
  });
  test('X12: separators from ISA, loops, counts', async () => {
    const isa =
      'ISA*00*          *00*          *ZZ*A              *ZZ*B              *261005*1200*U*00401*000000001*0*P*>~';
    const text = `${isa}GS*IN*A*B*20261005*1200*1*X*004010~ST*810*0001~BIG*20261005*77~IT1*1*2*EA*9.50*****~SAC*C*D240***150~TDS*2050~SE*6*0001~GE*1*1~IEA*1*000000001~`;
    const yaml = `file:
  format: x12
  loops: { IT1: { until: [TDS] } }
  rows: { line: { at: ST-loop/IT1-loop, columns: { doc: { from: ../BIG/02, type: key }, account: IT1/01, amount: { from: "SAC[01=C]/05", type: decimal } } } }
${LEDGER('')}
`;
    expect((await read(yaml, text)).records[0]).toMatchObject({ document: '77', amount: '150' });
    await expect(read(yaml, text.replace('SE*6', 'SE*7'))).rejects.toThrow('BATCH_INCOMPLETE');
  });
});

describe('a feed that is wrong says where', () => {
  test.each([
    ['file: { columns: { a: {} } }\nemit: [{ ledgr: {} }]', 'it does not say what record it gives'],
    ['file: { colums: { a: {} } }\nemit: []', 'did you mean columns?'],
    ['file: { columns: { amount: {} } }\nvalues: { v: { sum: [amout] } }\nemit: []', 'did you mean amount?'],
    ['file: { columns: { a: {} } }\nvalues: { v: { looup: x } }\nemit: []', 'did you mean lookup?'],
    ['file: { columns: { a: &x {} , b: *x } }\nemit: []', 'aliases'],
    [
      'file: { columns: { a: {} } }\nemit: [{ event: retail.shipment.confirmed.v2, id: a, source: /x, time: a, data: {} }]',
      'did you mean retail.shipment.confirmed.v1?',
    ],
  ])('%s', (yaml, message) => {
    expect(feedFrom(`${yaml}\n`)).toContain(message);
  });
  test('the hash is of the meaning: titles, comments and examples change nothing', () => {
    const feed = (more: string): string => {
      const made = feedFrom(`${TABLE}${LEDGER('')}\n${more}`);
      if (typeof made === 'string') throw new Error(made);
      return made.hash;
    };
    expect(feed('title: other # words\n')).toBe(feed(''));
    expect(feed('set: [x]\n')).not.toBe(feed(''));
  });
});

describe('a draft', () => {
  const draft = (csv: string): Promise<string> =>
    guessFeed({ path: 'x.csv', bytes: () => [Buffer.from(csv)] }, 'x');
  test('says what the rows leave open, and fails its check until that is decided', async () => {
    const text = await draft(
      'Report\nDate,Account No.,Amount\n03/04/2026,1200,"1,250.00"\n05/06/2026,1300,"-7.50"\n',
    );
    expect(text).toContain('header: { within: 2 }');
    expect(text).toContain('# unsure: 03/04/2026 fits D/M/YYYY and M/D/YYYY');
    expect(text).toContain('amount: { from: Amount, type: decimal, decimal: ".", group: "," }');
    expect(text).toContain('account: accountNo');
    expect(readFeed('x.yaml', text, 'x').ok).toBe(false);
  });
  test('takes a date that fits one form only, a delimiter, a comma for decimals', async () => {
    const text = await draft('Tag;Betrag\n28.02.2026;1.250,00\n');
    expect(text).toContain('delimiter: ";"');
    expect(text).toContain('tag: { from: Tag, type: date, form: DD.MM.YYYY }');
    expect(text).toContain('decimal: ",", group: "."');
  });
});
