// Facts for tests of proposing and posting, written as a run would have left them: events with their expected lines, the
// ledger's lines, exceptions, periods and people. Units are given by account, so a test reads by account alone.
import type pg from 'pg';

import { isoDate } from '../../src/accounting/dates.ts';
import type { Company } from '../../src/config/model.ts';
import { transaction } from '../../src/db/connection.ts';
import type { Database } from '../../src/db/connection.ts';
import { decimal } from '../../src/money/decimal.ts';
import { BRAKES } from '../../src/posting/brakes.ts';
import { noCrash } from '../../src/posting/crashPoints.ts';
import type { CrashPoint } from '../../src/posting/crashPoints.ts';
import type { Rulebook } from '../../src/rulebook/model.ts';
import type { Actor } from '../../jobs/administration/userKeys.ts';
import type { Role } from '../../entities/appUser.ts';
import { propose } from '../../jobs/run/propose.ts';
import type { ProposeSummary } from '../../jobs/run/propose.ts';

export const RULES = 'rules-1';

export function company(changes: Partial<Company> = {}): Company {
  return {
    code: 'US01',
    currency: 'USD',
    timeZone: 'America/Chicago',
    fiscalCalendar: 'monthly',
    inventoryMethod: 'cost',
    rollout: { default: 'propose', where: [] },
    limits: { journal: decimal('1000.00') },
    closedPeriods: { default: 'refuse', where: [] },
    journals: 'detail',
    brakes: BRAKES,
    erp: 'drop',
    ...changes,
  };
}

export const RULEBOOK = {
  hash: RULES,
  accounts: new Map([
    [
      'receivable',
      { name: 'receivable', number: '1200', companies: new Map(), normalSide: 'debit', dimension: '' },
    ],
    [
      'revenue',
      { name: 'revenue', number: '4000', companies: new Map(), normalSide: 'credit', dimension: '' },
    ],
  ]),
  postings: [],
  reconciliations: [],
  controls: [],
  exceptions: new Map(),
  canonical: '',
} as unknown as Rulebook;

const UNITS: Readonly<Record<string, string>> = {
  '1200': '101',
  '4000': '102',
  '2200': '103',
  '6900': '104',
};

/** A shipment of two lines: debit receivable, credit revenue. */
export interface Shipment {
  id: string;
  amount: string;
  day?: string;
  location?: string;
  /** Accounts whose line has no exception of reason MISSING_IN_LEDGER. */
  notMissing?: string[];
  region?: string;
  /** Business reference; the id unless told. */
  reference?: string;
}

export class Books {
  readonly db: Database;
  #batch = 0;
  #run = 0;
  #line = 0;
  constructor(db: Database) {
    this.db = db;
  }

  get pool(): pg.Pool {
    return this.db.pool;
  }

  async open(): Promise<this> {
    await this.pool.query('create sequence books_batch');
    await this.pool.query(
      `insert into rulebook_version (hash, canonical, first_seen_by) values ($1, '{}', 'root')`,
      [RULES],
    );
    for (const [account, unit] of Object.entries(UNITS)) {
      await this.pool.query(
        `insert into unit (unit, reconciliation, company, ledger, text) values ($1, $2, 'US01', 'GL', $2)`,
        [unit, account],
      );
    }
    // Enough completed runs that roll-out mode `post` counts.
    await this.pool.query(
      `insert into run (run_id, kind, state, as_of, horizon, rulebook_hash, maker, started_at)
       select -n, 'reconcile', 'completed', '2026-09-30', 0, $1, 'root', now() from generate_series(1, 5) n`,
      [RULES],
    );
    await this.pool.query(
      `insert into run_reconciliation (run_id, reconciliation, horizon_from, horizon_to, as_of)
       select -n, '1200', 0, 0, '2026-09-30' from generate_series(1, 5) n`,
    );
    await this.period('2026-09', '2026-09-01', '2026-09-30', 'closed');
    await this.period('2026-10', '2026-10-01', '2026-10-31', 'open');
    await this.period('2026-11', '2026-11-01', '2026-11-30', 'open');
    return this;
  }

  /** Goes on with books that another process opened. */
  async resume(): Promise<this> {
    const last = await this.pool.query<{ batch: number; run: number; line: number }>(
      `select coalesce((select max(batch_id) from batch), 0)::int as batch, coalesce((select max(run_id) from run), 0)::int as run,
              coalesce((select max(line_id) from line), 0)::int as line`,
    );
    ({ batch: this.#batch, run: this.#run, line: this.#line } = last.rows[0]!);
    return this;
  }

  async period(period: string, from: string, to: string, status: string): Promise<void> {
    await this.pool.query(
      `insert into fiscal_period (company, ledger, fiscal_year, period, date_from, date_to, status, read_at, batch_id)
       values ('US01', 'GL', '2026', $1, $2, $3, $4, clock_timestamp(), 0)`,
      [period, from, to, status],
    );
  }

  async user(name: string, role: Role): Promise<Actor> {
    await this.pool.query('insert into app_user (name, role) values ($1, $2)', [name, role]);
    return { name, role, keyId: 'k', osUser: 'os' };
  }

  async run(maker = 'root'): Promise<string> {
    this.#run += 1;
    await this.pool.query(
      `insert into run (run_id, kind, state, as_of, horizon, rulebook_hash, maker, started_at) values ($1, 'reconcile', 'completed', '2026-11-01', $2, $3, $4, now())`,
      [this.#run, this.#batch, RULES, maker],
    );
    return String(this.#run);
  }

  async batch(complete: boolean, extractedAt: Date = new Date()): Promise<string> {
    // Several may write into the same books at once, other processes too: the number is drawn there.
    const drawn = await this.pool.query<{ next: number }>("select nextval('books_batch')::int as next");
    this.#batch = drawn.rows[0]!.next;
    await this.pool.query(
      `insert into batch (batch_id, kind, feed, path, sha256, received, accepted, duplicates, skipped, quarantined, mode, complete, extracted_at)
       values ($1, 'ledger', 'l', $2, $2, 0, 0, 0, 0, 0, 'delta', $3, $4)`,
      [this.#batch, `extract-${this.#batch}.csv`, complete, extractedAt.toISOString()],
    );
    return String(this.#batch);
  }

  /** An event with its lines; each is the leg of an exception of its own. */
  async shipment({
    id,
    amount,
    day = '2026-10-15',
    location = 'S001',
    notMissing = [],
    region = '',
    reference = id,
  }: Shipment): Promise<void> {
    const batch = await this.batch(false);
    const run = this.#run === 0 ? await this.run() : String(this.#run);
    await this.pool.query(
      `insert into event (source, id, type, company, business_key, content_hash, time, business_date, accounting_date, standing, payload, batch_id)
       values ('/oms', $1, 'retail.shipment.confirmed.v1', 'US01', $1, '', now(), $2, $2, 'derived', $3, $4)`,
      [id, day, JSON.stringify({ data: { region } }), batch],
    );
    for (const [account, signed] of [
      ['1200', amount],
      ['4000', `-${amount}`],
    ] as const) {
      const line = await this.line({
        side: 'E',
        account,
        amount: signed,
        day,
        location,
        reference,
        event: id,
        batch,
      });
      const reason = notMissing.includes(account) ? 'AMOUNT_VARIANCE' : 'MISSING_IN_LEDGER';
      const exception = `x-${id}-${account}`;
      await this.pool.query(
        `insert into exception_item (exception_id, class, anchor, unit, company, opened_run, opened_on) values ($1, 'difference', $1, $2, 'US01', $3, '2026-11-01')`,
        [exception, UNITS[account], run],
      );
      await this.pool.query(
        `insert into exception_state (exception_id, run_id, reason, status, why) values ($1, $2, $3, 'open', 'w')`,
        [exception, run, reason],
      );
      await this.pool.query(`insert into open_exception (exception_id, class) values ($1, 'difference')`, [
        exception,
      ]);
      await this.pool.query(
        `insert into exception_leg (exception_id, unit, line_id, run_id) values ($1, $2, $3, $4)`,
        [exception, UNITS[account], line, run],
      );
    }
  }

  async line(line: {
    side: 'E' | 'L';
    account: string;
    amount: string;
    day: string;
    batch: string;
    location?: string;
    reference?: string;
    event?: string;
    document?: string;
    postingReference?: string;
    currency?: string;
    open?: boolean;
  }): Promise<string> {
    this.#line += 1;
    const unit = UNITS[line.account];
    await this.pool.query(
      `insert into line (unit, line_id, side, origin, scope, company, ledger, account, location, currency, amount, company_currency, company_amount,
         business_date, accounting_date, fiscal_year, period, reference, event_source, event_id, ordinal, rule, document, line, posting_reference, rulebook_hash, batch_id)
       values ($1, $2::bigint, $3, $4, 'in', 'US01', 'GL', $5, $6, $16, $7, 'USD', $7, $8::date, $8::date, '2026', to_char($8::date, 'YYYY-MM'), $9::text,
         $10, $11, case when $11::text is null then null else 1 end, 'shipment', $12, $2::bigint::text, $13, $14, $15)`,
      [
        unit,
        this.#line,
        line.side,
        line.event === undefined ? 'ledger' : 'event',
        line.account,
        line.location ?? 'S001',
        line.amount,
        line.day,
        line.reference ?? '',
        line.event === undefined ? null : '/oms',
        line.event ?? null,
        line.document ?? null,
        line.postingReference ?? null,
        RULES,
        line.batch,
        line.currency ?? 'USD',
      ],
    );
    if (line.open === true)
      await this.pool.query('insert into open_item (unit, line_id, since_run, side) values ($1, $2, 1, $3)', [
        unit,
        this.#line,
        line.side,
      ]);
    return String(this.#line);
  }

  /** A document of two open ledger lines. */
  async document(
    document: string,
    amount: string,
    reference: string,
    changes: { day?: string; postingReference?: string; batch?: string; currency?: string } = {},
  ): Promise<void> {
    const batch = changes.batch ?? (await this.batch(false));
    const day = changes.day ?? '2026-10-15';
    const common = {
      side: 'L',
      day,
      batch,
      reference,
      document,
      open: true,
      currency: changes.currency ?? 'USD',
      ...(changes.postingReference === undefined ? {} : { postingReference: changes.postingReference }),
    } as const;
    await this.line({ ...common, account: '1200', amount });
    await this.line({ ...common, account: '4000', amount: decimal(amount).negated().toFixed() });
  }

  async propose(
    policy: Company = company(),
    maker = 'root',
    rulebook: Rulebook = RULEBOOK,
    crashPoint: CrashPoint = noCrash,
  ): Promise<ProposeSummary> {
    // The ledger was read since the events came, and is complete: else nothing would be proposed.
    await this.batch(true, new Date('2026-11-02T06:00:00Z'));
    const runId = await this.run(maker);
    return transaction(this.db, (client) =>
      propose(client, {
        runId,
        asOf: isoDate('2026-11-01'),
        rulebook,
        companies: new Map([['US01', policy]]),
        crashPoint,
      }),
    );
  }

  async states(): Promise<string[]> {
    const found = await this.pool.query<{ state: string }>('select state from posting order by journal_id');
    return found.rows.map((row) => row.state);
  }

  async references(): Promise<string[]> {
    const found = await this.pool.query<{ r: string }>(
      'select posting_reference as r from posting order by journal_id',
    );
    return found.rows.map((row) => row.r);
  }

  async verdicts(): Promise<Record<string, string>> {
    const found = await this.pool.query<{ event_id: string; verdict: string }>(
      'select distinct on (event_id) event_id, verdict from proposal order by event_id, run_id desc',
    );
    return Object.fromEntries(found.rows.map((row) => [row.event_id, row.verdict]));
  }
}
