// tieout.yaml: everything of the contract is read, and each mistake has its exact message.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { isoDate } from '../../src/accounting/dates.ts';
import { ERP_KEYS } from '../../src/config/erpKeys.ts';
import { loadConfig } from '../../src/config/load.ts';
import { eventContext, isAuthoritative } from '../../src/config/eventContext.ts';
import { postingCompanies } from '../../src/config/postingCompanies.ts';
import { UserError } from '../../src/errors.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'tieout-config-'));
afterAll(() => rmSync(folder, { recursive: true }));
const FILE = path.join(folder, 'tieout.yaml');

/** As the contract shows it, and with everything that it says may be narrower. */
const WHOLE = `dataDir: .tieout
rulebook: rulebook
startDate: 2026-10-01
companies:
  US01:
    currency: USD
    timeZone: America/Chicago
    fiscalCalendar: { pattern: 4-5-4, yearStarts: 2026-02-01 }
    inventoryMethod: retail
    taxAssessed: { since: 2026-10-01, clearing: taxClearing }
    rollout: { default: observe, where: [{ location: S001, mode: post }] }
    limits: { journal: 1000.00, accountPerDay: 5000.00, accountPerPeriod: 50000.00 }
    closedPeriods: { default: refuse, where: [{ accounts: [revenue], policy: nextOpen }] }
    journals: summary
    erp: drop
  DE01: { currency: EUR, timeZone: Europe/Berlin }
locations:
  S001: { timeZone: America/New_York, dayEnds: "04:00" }
sources:
  /oms/US01: { owner: commerce, types: [retail.shipment.confirmed.v1], authoritative: true }
  /pos: { owner: stores, authoritative: [{ locations: [S001], from: 2026-10-05, to: 2026-10-06 }] }
  /batch: { owner: it }
rates: rates.csv
calendars: { us-banking: calendars/us.csv }
erps:
  drop: { adapter: file-drop, outbox: outbox, archive: archive }
  books: { adapter: tryton, url: "http://127.0.0.1:8000", database: books, user: tieout, password: "\${BOOKS_PASSWORD}" }
schedules:
  nightly: { jobs: [ingest, reconcile, post, report], at: "02:30", timeZone: America/Chicago, catchUp: all }
inboxes: { events: inbox/events, ledger: { folder: inbox/ledger, requireControl: true, settled: 30s }, decisions: inbox/decisions }
reports: reports
evidence: { keyFile: keys/evidence.pem }
log: { level: info }
project: retail-us
`;
const RATES = `date,from,to,rate,type
2026-10-05,EUR,USD,1.0900,spot
2026-10-01,EUR,USD,1.0800,spot
2026-10-01,EUR,USD,1.1000,average
`;
const CALENDAR = 'date,name\n2026-11-26,Thanksgiving\n';
const ENV = { BOOKS_PASSWORD: 'quiet', DATABASE_URL: 'postgres://there' };

function load(text = WHOLE, files: Record<string, string> = {}, env: Record<string, string> = ENV) {
  mkdirSync(path.join(folder, 'calendars'), { recursive: true });
  const all = { 'tieout.yaml': text, 'rates.csv': RATES, 'calendars/us.csv': CALENDAR, ...files };
  for (const [name, content] of Object.entries(all)) writeFileSync(path.join(folder, name), content);
  return loadConfig(FILE, env);
}

function messageOf(act: () => unknown): string {
  try {
    act();
    return 'no error';
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    return error.message.replaceAll(FILE, 'tieout.yaml');
  }
}

describe('tieout.yaml', () => {
  it('is read whole, with absolute paths', () => {
    const config = load();
    expect(config).toMatchObject({
      file: FILE,
      folder,
      project: 'retail-us',
      dataDir: path.join(folder, '.tieout'),
      rulebook: path.join(folder, 'rulebook'),
      databaseUrl: 'postgres://there',
      startDate: '2026-10-01',
      inboxes: {
        events: { folder: path.join(folder, 'inbox/events'), requireControl: false },
        ledger: { folder: path.join(folder, 'inbox/ledger'), requireControl: true, settledMs: 30_000 },
        decisions: path.join(folder, 'inbox/decisions'),
      },
      reports: path.join(folder, 'reports'),
      evidence: { keyFile: expect.stringMatching(/keys\/evidence\.pem$/) as string },
      log: { level: 'info' },
    });
    const company = config.companies.get('US01');
    expect(company).toMatchObject({
      code: 'US01',
      currency: 'USD',
      fiscalCalendar: { pattern: '4-5-4', yearStarts: '2026-02-01' },
      inventoryMethod: 'retail',
      taxAssessed: { since: '2026-10-01', clearing: 'taxClearing' },
      rollout: { default: 'observe', where: [{ location: 'S001', mode: 'post' }] },
      closedPeriods: { default: 'refuse', where: [{ accounts: ['revenue'], policy: 'nextOpen' }] },
      journals: 'summary',
      erp: 'drop',
    });
    expect(company?.limits.accountPerPeriod?.toFixed(2)).toBe('50000.00');
    expect(config.schedules.get('nightly')).toEqual({
      name: 'nightly',
      jobs: ['ingest', 'reconcile', 'post', 'report'],
      at: '02:30',
      timeZone: 'America/Chicago',
      catchUp: 'all',
    });
    expect(config.erps.get('drop')?.folders).toEqual({
      outbox: path.join(folder, 'outbox'),
      archive: path.join(folder, 'archive'),
    });
    expect(config.erps.get('books')?.settings['password']).toBe('quiet');
    expect(config.calendars.get('us-banking')?.holidays.has(isoDate('2026-11-26'))).toBe(true);
  });

  it('has careful defaults: nothing leaves, closed periods refuse, calendar months', () => {
    const config = load(
      'startDate: 2026-10-01\ncompanies: { DE01: { currency: EUR, timeZone: Europe/Berlin } }\n',
      {},
      {},
    );
    expect(config.companies.get('DE01')).toEqual({
      code: 'DE01',
      currency: 'EUR',
      timeZone: 'Europe/Berlin',
      fiscalCalendar: 'monthly',
      inventoryMethod: 'cost',
      costOfSales: 'events',
      rollout: { default: 'observe', where: [] },
      limits: {},
      closedPeriods: { default: 'refuse', where: [] },
      brakes: { changedLines: 1, missing: 5, least: 20 },
      journals: 'detail',
    });
    expect(config.databaseUrl).toBeUndefined();
    expect(config.inboxes.events).toEqual({
      folder: path.join(folder, 'inbox/events'),
      requireControl: false,
    });
    expect(config.rates.rate('EUR', 'USD', isoDate('2026-10-01'))).toBeUndefined();
  });

  it('is frozen', () => {
    const company = load().companies.get('US01');
    expect(Object.isFrozen(company)).toBe(true);
    expect(Object.isFrozen(company?.rollout.where[0])).toBe(true);
  });
});

describe('a mistake in tieout.yaml', () => {
  it.each([
    [
      '/batch: { owner: it }',
      '/batch: { owner: it, holdAtMost: 3 }',
      'tieout.yaml:22: store-days are expected or held, and nothing says when one is complete\n  expected: complete: dayClose',
    ],
    [
      '/batch: { owner: it }',
      '/batch: { owner: it, complete: dayClose, expect: { every: day, by: "06:00" } }',
      'tieout.yaml:22: store-days are expected of no store\n  expected: locations: [S001, ...]',
    ],
    [
      '/batch: { owner: it }',
      '/batch: { owner: it, locations: [S001], complete: dayClose, expect: { every: day, by: "06:00", calendar: us-shops } }',
      'tieout.yaml:22: source /batch names a calendar that is not configured\n  expected: a name under calendars\n  found:    us-shops; calendars holds us-banking',
    ],
    [
      'dataDir:',
      'dataDirr:',
      'tieout.yaml:1: unknown key dataDirr in the file\n  to do:    did you mean dataDir?',
    ],
    [
      'inventoryMethod: retail',
      'inventorMethod: retail',
      'tieout.yaml:9: unknown key inventorMethod in US01\n  to do:    did you mean inventoryMethod?',
    ],
    [
      'startDate: 2026-10-01\n',
      '',
      'tieout.yaml:1: the file has no startDate\n  expected: startDate: first accounting date that is reconciled, YYYY-MM-DD',
    ],
    [
      'startDate: 2026-10-01',
      'startDate: 2026-13-01',
      'tieout.yaml:3: startDate has a wrong value\n  expected: a day that exists, YYYY-MM-DD, from 1900 to 2199\n  found:    2026-13-01',
    ],
    [
      'currency: USD',
      'currency: USX',
      'tieout.yaml:6: unknown currency\n  expected: ISO 4217 code such as USD\n  found:    USX\n  to do:    write the three capital letters of the currency',
    ],
    [
      'timeZone: America/Chicago\n    fiscal',
      'timeZone: America/Chcago\n    fiscal',
      'tieout.yaml:7: timeZone has a wrong value\n  expected: a time zone such as America/Chicago\n  found:    America/Chcago',
    ],
    [
      'pattern: 4-5-4',
      'pattern: 4-4-4',
      'tieout.yaml:8: pattern has a wrong value\n  expected: one of 4-4-5, 4-5-4, 5-4-4\n  found:    4-4-4\n  to do:    did you mean 4-4-5?',
    ],
    [
      'default: observe',
      'default: watch',
      'tieout.yaml:11: default has a wrong value\n  expected: one of observe, propose, post\n  found:    watch',
    ],
    [
      '{ location: S001, mode: post }',
      '{ mode: post }',
      'tieout.yaml:11: a narrower rollout narrows nothing\n  to do:    name one of region, brand, location, accounts, or change `default`',
    ],
    [
      'journal: 1000.00',
      'journal: -1',
      'tieout.yaml:12: limit journal is negative\n  expected: zero or more\n  found:    -1',
    ],
    [
      'journal: 1000.00',
      'journal: 1,000.00',
      'tieout.yaml:12: unknown key 000.00 in limits\n  to do:    use one of journal, accountPerDay, accountPerPeriod',
    ],
    [
      'policy: nextOpen',
      'policy: open',
      'tieout.yaml:13: policy has a wrong value\n  expected: one of refuse, nextOpen, accrue\n  found:    open',
    ],
    [
      'erp: drop',
      'erp: dorp',
      'tieout.yaml:15: company US01 names an ERP that is not configured\n  expected: a name under erps\n  found:    dorp; erps holds drop, books',
    ],
    [
      'dayEnds: "04:00"',
      'dayEnds: 4am',
      'tieout.yaml:18: dayEnds has a wrong value\n  expected: a local time, "HH:MM"\n  found:    4am',
    ],
    [
      'owner: commerce, ',
      '',
      'tieout.yaml:20: /oms/US01 has no owner\n  expected: owner: who answers for it',
    ],
    [
      'authoritative: true',
      'authoritative: yes',
      'tieout.yaml:20: authoritative has a wrong value\n  expected: true or false\n  found:    yes',
    ],
    [
      'adapter: file-drop',
      'adapter: filedrop',
      `tieout.yaml:26: adapter has a wrong value\n  expected: one of ${Object.keys(ERP_KEYS).join(', ')}\n  found:    filedrop\n  to do:    did you mean file-drop?`,
    ],
    [
      'archive: archive',
      'archiv: archive',
      'tieout.yaml:26: drop has no archive\n  expected: archive: a folder\ntieout.yaml:26: unknown key archiv in drop\n  to do:    did you mean archive?',
    ],
    [
      '${BOOKS_PASSWORD}',
      '${BOOK_PASSWORD}',
      'tieout.yaml:27: the environment has no variable BOOK_PASSWORD\n  to do:    set BOOK_PASSWORD before you start tieout',
    ],
    [
      'jobs: [ingest',
      'jobs: [injest',
      'tieout.yaml:29: an item of jobs has a wrong value\n  expected: one of ingest, reconcile, post, report\n  found:    injest\n  to do:    did you mean ingest?',
    ],
    [
      'settled: 30s',
      'settled: 30',
      'tieout.yaml:30: settled is no time\n  expected: a time such as 30s, 5m or 1h\n  found:    30',
    ],
    [
      'events: inbox/events',
      'events: { folder: inbox/events, requireControl: true }',
      'tieout.yaml:30: unknown key requireControl in events\n  to do:    use one of folder, settled',
    ],
    [
      'level: info',
      'level: chatty',
      'tieout.yaml:33: level has a wrong value\n  expected: one of trace, debug, info, warn, error, fatal, silent\n  found:    chatty',
    ],
    [
      'rates: rates.csv',
      'rates: rate.csv',
      'rate.csv: the file cannot be read\n  found:    no such file\n  to do:    create it, or take it out of tieout.yaml',
    ],
    [
      'reports: reports',
      'reports: [',
      'tieout.yaml:32: Flow sequence in block collection must be sufficiently indented and end with a ]\n  to do:    correct the YAML; indentation and quotes are the usual causes',
    ],
  ])('%s -> %s', (old, by, message) => {
    expect(WHOLE).toContain(old);
    expect(messageOf(() => load(WHOLE.replace(old, () => by)))).toBe(message);
  });

  it('in a rate or a calendar names the line of that file', () => {
    expect(messageOf(() => load(WHOLE, { 'rates.csv': `${RATES}2026-1-1,EUR,USX,zero,\n` }))).toBe(
      [
        'rates.csv:5: date cannot be read\n  expected: YYYY-MM-DD, from 1900 to 2199\n  found:    "2026-1-1"',
        'rates.csv:5: to cannot be read\n  expected: ISO 4217 code such as USD\n  found:    "USX"',
        'rates.csv:5: rate cannot be read\n  expected: a decimal number above zero\n  found:    "zero"',
      ].join('\n'),
    );
    expect(messageOf(() => load(WHOLE, { 'rates.csv': 'day,from,to,rate\n' }))).toBe(
      'rates.csv:1: no column date\n  expected: a first line with date,from,to,rate\n  found:    day,from,to,rate',
    );
    expect(messageOf(() => load(WHOLE, { 'calendars/us.csv': 'date\n26 November\n' }))).toBe(
      'calendars/us.csv:2: date cannot be read\n  expected: YYYY-MM-DD, from 1900 to 2199\n  found:    "26 November"',
    );
  });

  it('is a missing file, which `tieout init` writes', () => {
    expect(messageOf(() => loadConfig('nowhere/tieout.yaml', {}))).toBe(
      [
        'nowhere/tieout.yaml: there is no configuration',
        '  expected: a file tieout.yaml, here or where --config says',
        '  found:    no such file',
        '  to do:    run `tieout init DIR` to write one to start from, or give --config FILE',
      ].join('\n'),
    );
  });
});

describe('what others ask the configuration', () => {
  it('is the latest rate on or before the day, of a type where one is named', () => {
    const { rates } = load();
    expect(rates.rate('EUR', 'USD', isoDate('2026-10-06'), 'spot')).toBe('1.09');
    expect(rates.rate('EUR', 'USD', isoDate('2026-10-04'), 'spot')).toBe('1.08');
    expect(rates.rate('EUR', 'USD', isoDate('2026-10-04'), 'average')).toBe('1.1');
    expect(rates.rate('EUR', 'USD', isoDate('2026-09-30'), 'spot')).toBeUndefined();
    expect(rates.rate('USD', 'EUR', isoDate('2026-10-06'))).toBeUndefined();
  });

  it('is companies, locations and rates for reading an event', () => {
    const context = eventContext(load());
    expect(context.company('US01')).toMatchObject({ currency: 'USD', timeZone: 'America/Chicago' });
    expect(context.company('XX')).toBeUndefined();
    expect(context.location('S001')).toEqual({ timeZone: 'America/New_York', dayEnds: '04:00' });
    expect(context.rate('EUR', 'EUR', isoDate('2020-01-01'))).toBe('1');
  });

  it('is whether a source is authoritative for a type, place and day', () => {
    const config = load();
    const shipment = 'retail.shipment.confirmed.v1';
    const ask = (source: string, type: string, location: string, day: string) =>
      isAuthoritative(config, source, type, location, isoDate(day));
    expect(ask('/oms/US01', shipment, 'S001', '2026-10-01')).toBe(true);
    expect(ask('/oms/US01', 'retail.refund.issued.v1', 'S001', '2026-10-01')).toBe(false);
    expect(ask('/pos', shipment, 'S001', '2026-10-05')).toBe(true);
    expect(ask('/pos', shipment, 'S001', '2026-10-07')).toBe(false);
    expect(ask('/pos', shipment, 'S002', '2026-10-05')).toBe(false);
    expect(ask('/batch', shipment, 'S001', '2026-10-05')).toBe(false);
    expect(ask('/unknown', shipment, 'S001', '2026-10-05')).toBe(false);
  });

  it('is what a source may send; undefined of one that nobody named', () => {
    const { source } = eventContext(load());
    expect(source?.('/oms/US01')).toMatchObject({ types: ['retail.shipment.confirmed.v1'], locations: [] });
    expect(source?.('/unknown')).toBeUndefined();
  });

  it('is the fiscal period of a day, by the company calendar', () => {
    const companyOf = postingCompanies(load(), []);
    expect(companyOf('DE01')?.period(isoDate('2026-10-31'))).toMatchObject({
      fiscalYear: '2026',
      period: '2026-10',
    });
    expect(companyOf('US01')?.period(isoDate('2026-02-01'))).toMatchObject({
      fiscalYear: '2026',
      period: '2026-01',
    });
    expect(companyOf('US01')?.taxAssessedSince).toBe('2026-10-01');
    expect(companyOf('XX')).toBeUndefined();
  });
});
