// Scenarios as aligned text that an accountant can read: lines of both sides go in, every line's home comes out. Expected
// lines are written as the posting rules would have derived them, so that a scenario is about matching alone.
import { mkdtempSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { accept } from '../../jobs/decisions/accept.ts';
import { reconcile } from '../../jobs/run/reconcile.ts';
import type { ExplainedStatement } from '../../jobs/reports/statement.ts';
import { isoDate } from '../../src/accounting/dates.ts';
import { loadConfig } from '../../src/config/load.ts';
import { loadRulebook } from '../../src/config/rulebookFiles.ts';
import type { Config } from '../../src/config/model.ts';
import type { Database } from '../../src/db/connection.ts';
import type { Rulebook } from '../../src/rulebook/model.ts';

const ACCOUNTS = `receivable: { number: "1200", side: debit }
revenue: { number: "4000", side: credit }
salesTax: { number: "2200", side: credit, dimension: jurisdiction }
rounding: { number: "6900", side: debit }
`;

const RECONCILIATIONS = `- name: receivable
  accounts: [receivable]
  unit: [company, ledger, location]
  graceDays: 5
  passes:
    - { name: document, type: one-to-one, keys: [reference], window: { days: [-1, 5] } }
    - { name: cents, type: one-to-one, keys: [reference], tolerance: { amount: [-0.05, 0.05], account: rounding, budget: { perRun: 50.00 } } }
- name: revenue
  accounts: [revenue]
  unit: [company, ledger, location]
  graceDays: 5
  passes:
    - { name: day-summary, type: many-to-one, keys: [businessDate], where: { ledger: { reference: '^POS-' } } }
- name: tax
  accounts: [salesTax]
  unit: [company, ledger, dimension]
  graceDays: 5
  passes:
    - { name: document, type: one-to-one, keys: [reference] }
- name: rest
  accounts: [rounding]
  unit: [company, ledger]
  graceDays: 5
  passes:
    - { name: document, type: one-to-one, keys: [reference] }
`;

/** A small company (and its sister US02) whose rulebook the scenarios share; remove it with `remove`. */
export function scenarioProject(
  reconciliations = RECONCILIATIONS,
  accounts = ACCOUNTS,
): {
  config: Config;
  rulebook: Rulebook;
  remove(): void;
} {
  const dir = mkdtempSync(join(tmpdir(), 'tieout-scenario-'));
  mkdirSync(join(dir, 'rulebook', 'postings'), { recursive: true });
  const company =
    '{ currency: USD, timeZone: America/Chicago, fiscalCalendar: monthly, inventoryMethod: cost }';
  writeFileSync(
    join(dir, 'tieout.yaml'),
    `dataDir: .tieout\nrulebook: rulebook\nstartDate: 2026-03-01\ncompanies:\n  US01: ${company}\n  US02: ${company}\n`,
  );
  writeFileSync(join(dir, 'rulebook', 'accounts.yaml'), accounts);
  writeFileSync(join(dir, 'rulebook', 'reconciliations.yaml'), reconciliations);
  const config = loadConfig(join(dir, 'tieout.yaml'), {});
  return { config, rulebook: loadRulebook(config), remove: () => rmSync(dir, { recursive: true }) };
}

interface ScenarioLine {
  name: string;
  side: 'E' | 'L';
  opening: boolean;
  company: string;
  location: string;
  account: string;
  currency: string;
  amount: string;
  date: string;
  reference: string;
  /** The document that the ERP says this one takes back. */
  reverses: string;
  /** Journal source of a ledger line; '' for none. */
  source: string;
}

export interface Scenario {
  asOf: string;
  reach: string | null;
  lines: ScenarioLine[];
  accepted: string[];
  expected: string[];
}

/** Reads the text: one statement a line, `#` starts a comment. */
export function readScenario(text: string): Scenario {
  const scenario: Scenario = { asOf: '2026-03-31', reach: null, lines: [], accepted: [], expected: [] };
  let account = '1200';
  let company = 'US01';
  let source = '';
  for (const raw of text.split('\n')) {
    const words = raw.replace(/#.*/, '').trim().split(/\s+/);
    const [verb = '', ...rest] = words;
    if (verb === '') continue;
    else if (verb === 'as-of') scenario.asOf = rest[0] ?? '';
    else if (verb === 'complete') scenario.reach = rest[0] ?? '';
    else if (verb === 'account') account = rest[0] ?? '';
    else if (verb === 'company') company = rest[0] ?? '';
    else if (verb === 'source') source = rest[0] ?? '';
    else if (verb === 'accept') scenario.accepted.push(...rest);
    else if (verb === 'expect') scenario.expected.push(rest.join(' '));
    else if (verb === 'event' || verb === 'ledger' || verb === 'opening') {
      const [name = '', location = '', currency = '', amount = '', ...further] = rest;
      const [date = '2026-03-01', reference = '', reverses = ''] = further;
      scenario.lines.push({
        name,
        side: name.startsWith('E') ? 'E' : 'L',
        opening: verb === 'opening',
        company,
        location,
        account,
        currency,
        amount,
        date,
        reference: reference === '-' ? '' : reference,
        reverses,
        source,
      });
    } else throw new Error(`not a scenario statement: ${raw}`);
  }
  return scenario;
}

/**
 * Stores the lines as one batch, after those of earlier calls; names map to line ids. `L1.2` is line 2 of document L1, as L1 named
 * a second time is.
 */
export async function storeScenario(db: Database, scenario: Scenario, rulebook: Rulebook): Promise<void> {
  const batch = await db.pool.query<{ batch_id: string }>(
    `insert into tieout.batch (batch_id, kind, feed, path, sha256, received, accepted, duplicates, skipped, quarantined, mode, complete, date_from, date_to, extracted_at)
     values (nextval('tieout.batch_id'), 'ledger', 'scenario', 'scenario', md5(random()::text), $1, $1, 0, 0, 0, 'delta', $2::date is not null, '2026-03-01', $2::date, $2::date + 7)
     returning batch_id`,
    [scenario.lines.length, scenario.reach],
  );
  const numbers = new Map<string, number>();
  for (const line of scenario.lines) {
    const number = (numbers.get(line.name) ?? 0) + 1;
    numbers.set(line.name, number);
    const reconciliation = rulebook.reconciliations.find((one) =>
      one.accounts.some((name) => rulebook.accounts.get(name)?.number === line.account),
    );
    if (reconciliation === undefined) throw new Error(`account ${line.account} is in no reconciliation`);
    const where = {
      location: reconciliation.unit.includes('location') ? line.location : '',
      dimension: reconciliation.unit.includes('dimension') ? line.location : '',
    };
    const sister = line.company === 'US01' ? '' : `${line.company}/`;
    const text = `${reconciliation.name}/${sister}${where.location}${where.dimension}`;
    await db.pool.query(
      `insert into tieout.unit (unit, reconciliation, company, ledger, location, dimension, text)
       values (hashtextextended($1, 0) & 9223372036854775807, $2, $5, 'GL', $3, $4, $1) on conflict do nothing`,
      [text, reconciliation.name, where.location, where.dimension, line.company],
    );
    await db.pool.query(
      `insert into tieout.line (unit, line_id, side, origin, scope, company, ledger, account, location, dimension, currency, amount, company_currency, company_amount,
         business_date, accounting_date, fiscal_year, period, reference, event_source, event_id, ordinal, document, line, rulebook_hash, batch_id, reversal_of, journal_source)
       values (hashtextextended($1, 0) & 9223372036854775807, nextval('tieout.line_id'), $2::text::"char", $3, 'in', $13, 'GL', $4, $5, $6, $7, $8, 'USD', $8, $9, $9, '2026', to_char($9::date, 'YYYY-MM'),
         $10::text, case $2 when 'E' then '/s' end, case $2 when 'E' then $11::text end, case $2 when 'E' then 1 end,
         case $2 when 'L' then split_part($11::text, '.', 1) end, case $2 when 'L' then coalesce(nullif(split_part($11::text, '.', 2), ''), $14::text) end, '', $12, $15, case $2 when 'L' then nullif($16::text, '') end)`,
      [
        text,
        line.side,
        line.opening ? 'opening' : line.side === 'E' ? 'event' : 'ledger',
        line.account,
        where.location,
        where.dimension,
        line.currency,
        line.amount,
        line.date,
        line.reference,
        line.name,
        batch.rows[0]?.batch_id,
        line.company,
        String(number),
        line.reverses,
        line.source,
      ],
    );
  }
}

/** Where every line stands, as `match E1 L1`, `TIMING E3`, `accepted TIMING E7`, sorted. */
export async function homes(db: Database): Promise<string[]> {
  const found = await db.pool.query<{ home: string }>(
    `select 'match ' || string_agg(coalesce(l.event_id, l.document), ' ' order by l.side, coalesce(l.event_id, l.document)) as home
     from tieout.match_member m join tieout.line l on l.unit = m.unit and l.line_id = m.line_id where m.released_run is null group by m.unit, m.match_id
     union all
     select case s.status when 'accepted' then 'accepted ' else '' end || s.reason || ' ' || string_agg(coalesce(l.event_id, l.document), ' ' order by l.side, coalesce(l.event_id, l.document))
     from tieout.exception_leg g join tieout.line l on l.unit = g.unit and l.line_id = g.line_id
     join lateral (select * from tieout.exception_state s where s.exception_id = g.exception_id order by run_id desc limit 1) s on true
     where g.ended_run is null group by g.exception_id, s.reason, s.status`,
  );
  return found.rows.map((row) => row.home).sort();
}

/** Runs a whole scenario on an empty database and returns the homes and the tie-out. */
export async function runScenario(
  db: Database,
  project: { config: Config; rulebook: Rulebook },
  text: string,
  workers = 2,
): Promise<{ homes: string[]; expected: string[]; statement: ExplainedStatement }> {
  const scenario = readScenario(text);
  await storeScenario(db, scenario, project.rulebook);
  const run = (): Promise<ExplainedStatement> =>
    reconcile({
      db,
      ...project,
      maker: 'test',
      clock: () => Date.parse('2026-04-20T12:00:00Z'),
      asOf: isoDate(scenario.asOf),
      workers,
    });
  let statement = await run();
  if (scenario.accepted.length > 0) {
    const ids = await db.pool.query<{ exception_id: string }>(
      `select distinct g.exception_id from tieout.exception_leg g join tieout.line l on l.unit = g.unit and l.line_id = g.line_id
       where g.ended_run is null and coalesce(l.event_id, l.document) = any($1)`,
      [scenario.accepted],
    );
    await accept(
      {
        db,
        by: { name: 'anna', role: 'reviewer' as const, keyId: '', osUser: 'test' },
        why: 'known',
        clock: () => Date.parse('2026-04-20T13:00:00Z'),
        companies: project.config.companies,
      },
      ids.rows.map((row) => row.exception_id),
    );
    statement = await run();
  }
  return { homes: await homes(db), expected: scenario.expected.toSorted(), statement };
}
