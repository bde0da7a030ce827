// Law 7 by counting rows, not seconds: a next day over one month of history and over four reads as many rows for each new
// line and open item. What else a run reads of the past are single rows, by index, from keys of the residue.
import { writeFileSync } from 'node:fs';

import pg from 'pg';
import { afterAll, expect, inject, test } from 'vitest';

import { databaseUrl } from '../support/server.ts';
import { Books, type Company, simulatedCompany } from './books.ts';

const LINES = 900;
const MONTHS = ['2026-07', '2026-08', '2026-09', '2026-10'] as const;
/** Tables that hold a row for each line, match, leg or event ever, and what each run added to the totals. */
const HISTORY = [
  'balance',
  'balance_proof',
  'erp_balance',
  'match_total',
  'event',
  'exception_leg',
  'exception_state',
  'ledger_identity',
  'line',
  'line_end',
  'match',
  'match_member',
];

const companies = MONTHS.map((month) => simulatedCompany(LINES, 11, month));
const [first] = companies as [Company, ...Company[]];
afterAll(() => companies.forEach((company) => company.remove()));

type Rows = ReadonlyMap<string, number>;

/** Rows read so far, by table. Every connection of the books has ended by then and handed in its counts. */
async function rowsRead(books: Books): Promise<Rows> {
  await books.db.close();
  const client = new pg.Client({ connectionString: databaseUrl(inject('serverUrl'), books.name) });
  await client.connect();
  const found = await client.query<{ name: string; rows: string }>(
    `select relname as name, seq_tup_read + coalesce(idx_tup_fetch, 0) as rows from pg_stat_user_tables where schemaname = 'tieout'`,
  );
  await client.end();
  await books.renew();
  return new Map(found.rows.map(({ name, rows }) => [name, Number(rows)]));
}

async function month(books: Books, company: Company): Promise<void> {
  const { made, at } = company;
  expect((await books.ingest('events', [at(made.events)])).files[0]).toMatchObject({ quarantined: 0 });
  const { files } = await books.ingest('ledger', [at(made.ledger)]);
  expect(files[0]).toMatchObject({ quarantined: 0, duplicates: 0 });
  await takeBalances(books, company);
  await books.reconcile(made.lastDay);
}

/**
 * The ERP's balances of the company's month, read right after its last extract: what the stored lines come to, and on one
 * account a cent more.
 */
async function takeBalances(books: Books, { made, at }: Company): Promise<void> {
  const period = made.lastDay.slice(0, 7);
  const found = await books.db.pool.query<{ text: string }>(
    `select concat_ws(',', company, ledger, account, currency, period, '0.00', debit + more, credit, debit + more - credit,
              to_char((select max(extracted_at) from tieout.batch) at time zone 'UTC' + interval '1 minute', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')) as text
       from (select l.company, l.ledger, l.account, l.currency, l.period, coalesce(sum(l.amount) filter (where l.amount > 0), 0) as debit,
                    -coalesce(sum(l.amount) filter (where l.amount < 0), 0) as credit, case row_number() over (order by l.account, l.company) when 1 then 0.01 else 0 end as more
               from tieout.line l where l.side = 'L' and l.scope <> 'void' and l.period = $1 group by l.company, l.ledger, l.account, l.currency, l.period) b`,
    [period],
  );
  const head = 'company,ledger,account,currency,period,opening,debit,credit,closing,extracted_at';
  const path = at(`balances-${(taken += 1)}.csv`);
  writeFileSync(path, [head, ...found.rows.map(({ text }) => text), ''].join('\n'));
  expect((await books.ingest('balances', [path])).files[0]).toMatchObject({ quarantined: 0 });
}

let taken = 0;

/** Runs the day after a month; rows that it reads by table, for each line that is new or open; of exceptions, open. */
async function nextDay(books: Books, company: Company): Promise<Rows> {
  const { made, at } = company;
  await books.ingest('events', [at(made.nextDay.events)]);
  await books.ingest('ledger', [at(made.nextDay.ledger)]);
  await takeBalances(books, company);
  await books.db.pool.query('analyze');
  const open = Number(await books.one('select count(*) from tieout.open_item'));
  const fresh = Number(
    await books.one(
      'select count(*) from tieout.line where batch_id > (select max(horizon) from tieout.run)',
    ),
  );
  const before = await rowsRead(books);
  await books.reconcile(made.nextDayDate);
  const after = await rowsRead(books);
  return new Map(
    [...after].map(([table, rows]) => [
      table,
      (rows - (before.get(table) ?? 0)) / (table.startsWith('exception_') ? open : open + fresh),
    ]),
  );
}

test(
  'a next day reads as many rows for each line after four months as after one',
  { timeout: 120_000 },
  async () => {
    const books = await Books.empty(first);
    // Tables of this size fit on a few pages, and reading them whole is cheapest: so that counts say what the statements ask
    // for, the planner goes by index wherever one fits.
    await books.db.pool.query(`alter database ${books.name} set enable_seqscan = off`);
    await books.renew();
    const days: Rows[] = [];
    for (const company of companies) {
      await month(books, company);
      if (company === first || company === companies.at(-1)) days.push(await nextDay(books, company));
    }
    const [one, four] = days as [Rows, Rows];
    const grown = HISTORY.map((table) => ({ table, one: one.get(table) ?? 0, four: four.get(table) ?? 0 }));
    expect(await books.broken()).toEqual([]);
    await books.drop();
    expect(grown.filter(({ one: few, four: many }) => many > 1.1 * few + 0.5)).toEqual([]);
    // Counted at all: a run that read nothing would pass as well.
    expect(one.get('line')).toBeGreaterThan(1);
    // Members are looked up one by one, where another posting of the same reference could stand in a match.
    expect(four.get('match_member')).toBeLessThan(2);
  },
);
