// Extracts and balances as text that an accountant can read: what the ERP delivered and when it was read, the runs, and
// what each balance then is. Everything goes through the real intake.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { undoRun } from '../../jobs/decisions/undo.ts';
import { ingestFiles } from '../../jobs/intake/ingest.ts';
import { approveRederivation, proposeRederivation } from '../../jobs/run/rederive.ts';
import { reconcile, type Reconciled } from '../../jobs/run/reconcile.ts';
import { statementAt } from '../../jobs/reports/statementAt.ts';
import { verify } from '../../jobs/administration/verify.ts';
import { isoDate } from '../../src/accounting/dates.ts';
import { loadRulebook } from '../../src/config/rulebookFiles.ts';
import type { Database } from '../../src/db/connection.ts';
import { proofs } from '../../src/db/run/proof.ts';
import { reviewer } from '../jobs/firstTieout.ts';
import type { controlCompany } from './controlCompany.ts';

const LINES = 'company,document,line,posting_date,period,account,location,currency,amount,reference\n';
const BALANCES =
  'company,ledger,account,location,currency,period,opening,debit,credit,closing,extracted_at\n';

/** A delivery that can be told as text. */
export class BalanceScenario {
  readonly db: Database;
  readonly company: ReturnType<typeof controlCompany>;
  readonly clock = (): number => Date.parse('2026-06-20T12:00:00Z') + this.#files * 1000;
  #files = 0;
  #delivered = '';
  /** The last run and what it printed. */
  last: Reconciled | undefined;

  constructor(db: Database, company: ReturnType<typeof controlCompany>) {
    this.db = db;
    this.company = company;
  }

  /** One statement a line, `#` starts a comment. Returns what every `expect` found, beside what it expected. */
  async play(text: string): Promise<{ found: string[]; expected: string[] }> {
    const found: string[] = [];
    const expected: string[] = [];
    for (const raw of text.split('\n')) {
      const words = raw.replace(/#.*/, '').trim().split(/\s+/);
      const [verb = '', ...rest] = words;
      if (verb === '') continue;
      if (verb === 'expect') {
        const [account = '', period = '', ...said] = rest;
        found.push(`${account} ${period} ${await this.said(account, period)}`);
        expected.push(`${account} ${period} ${said.join(' ')}`);
      } else await this.step(verb, rest);
    }
    return { found, expected };
  }

  async step(verb: string, words: readonly string[]): Promise<void> {
    const [first = '', ...rest] = words;
    if (verb === 'extract') await this.extract(first, rest);
    else if (verb === 'balance') await this.balance(first, rest);
    else if (verb === 'run') await this.run(first, rest[0]);
    else if (verb === 'undo') await this.undo();
    else if (verb === 'rules') this.rules(words);
    else if (verb === 'rederive' && (await this.rederive()) === 0) throw new Error('no line moved');
    else if (verb === 'rederive') return;
    else throw new Error(`not a scenario statement: ${verb}`);
  }

  /** `extract 03-31T06 D1/4000@S1=-10.00 ... [full]`; `never` where nobody said when. The day is 5 March. */
  async extract(moment: string, words: readonly string[]): Promise<void> {
    const rows = words.filter((word) => word !== 'full');
    const path = this.#path('ledger.csv');
    const lines = rows.map((word) => {
      const [, document, account, location, amount] = /^(\w+)\/(\d+)@(\w+)=(-?[\d.]+)$/.exec(word) ?? [];
      if (document === undefined) throw new Error(`not a line: ${word}`);
      return `US01,${document},1,2026-03-05,2026-03,${account},${location},USD,${amount},${document}\n`;
    });
    writeFileSync(path, LINES + lines.join(''));
    const control = {
      mode: words.includes('full') ? 'full' : 'delta',
      ...(words.includes('full') ? { from: '2026-03-01', to: '2026-03-31' } : {}),
      extractedAt: instant(moment),
    };
    if (moment !== 'never') writeFileSync(path.replace('.csv', '.control.json'), JSON.stringify(control));
    await this.#ingest('ledger', path);
  }

  /** `balance 03-31T07 4000 2026-03 -10.00`, or `4000@S1`; it opens at zero. */
  async balance(moment: string, [place = '', period = '', closing = '']: readonly string[]): Promise<void> {
    const path = this.#path('balances.csv');
    const [account = '', location = ''] = place.split('@');
    const amount = closing.replace('-', '');
    const moved = closing.startsWith('-') ? `0.00,${amount}` : `${amount},0.00`;
    const row = `US01,GL,${account},${location},USD,${period},0.00,${moved},${closing},${instant(moment)}\n`;
    writeFileSync(path, BALANCES + row);
    await this.#ingest('balances', path);
  }

  /** `rules OLD -> NEW ; OLD -> NEW`: changed texts of the reconciliations. */
  rules(words: readonly string[]): void {
    const path = join(this.company.dir, 'rulebook', 'reconciliations.yaml');
    let text = readFileSync(path, 'utf8');
    for (const change of words.join(' ').split(' ; ')) {
      const [old = '', by = ''] = change.split(' -> ');
      if (!text.includes(old)) throw new Error(`no ${old} in the rulebook`);
      text = text.replace(old, by);
    }
    writeFileSync(path, text);
    this.company.rulebook = loadRulebook(this.company.config);
  }

  /** Stored lines follow the rules; returns how many lines moved. */
  async rederive(): Promise<number> {
    const { config, rulebook } = this.company;
    const job = { db: this.db, config, rulebook, clock: this.clock };
    const { id, plan } = await proposeRederivation({ ...job, by: await reviewer(this.db, 'anna') });
    const approver = await reviewer(this.db, 'bob');
    await approveRederivation({ ...job, by: approver, why: 'agreed' }, id ?? '');
    return plan.moved;
  }

  async run(day: string, only?: string): Promise<void> {
    const { config, rulebook } = this.company;
    const job = { db: this.db, config, rulebook, maker: 'test', clock: this.clock };
    this.#files += 1;
    const asOf = isoDate(`2026-${day}`);
    this.last = await reconcile({ ...job, asOf, ...(only === undefined ? {} : { only }) });
  }

  async undo(): Promise<void> {
    this.#files += 1;
    const found = await this.db.pool.query<{ run_id: string }>(
      `select run_id from tieout.run where kind = 'reconcile' and state = 'completed' and undone_by is null order by run_id desc limit 1`,
    );
    const by = { name: 'anna', role: 'reviewer' as const, keyId: '', osUser: 'test' };
    await undoRun({ db: this.db, by, why: 'a trial', clock: this.clock }, found.rows[0]?.run_id ?? '', false);
    this.last = undefined;
  }

  /** `proven`, `differs -10.00`, or `nothing`, from scratch at the last run; kept and printed must say the same. */
  async said(place: string, period: string): Promise<string> {
    const [account = '', location = ''] = place.split('@');
    const client = await this.db.pool.connect();
    try {
      const run = await client.query<{ run_id: string }>(
        `select max(run_id) as run_id from tieout.run where state = 'completed'`,
      );
      const mine = (await proofs(client, run.rows[0]?.run_id ?? '0')).find(
        (proof) => proof.account === account && proof.location === location && proof.period === period,
      );
      if (mine === undefined) return 'nothing';
      const difference = Number(mine.difference);
      return difference === 0 ? 'proven' : `differs ${difference.toFixed(2)}`;
    } finally {
      client.release();
    }
  }

  /** What breaks an invariant, and rows that the last run printed otherwise than a statement of its cut says. */
  async broken(): Promise<unknown[]> {
    const checks = (await verify(this.db)).checks.filter(({ name }) => !name.startsWith('11h')); // people are stored by the test
    const printed = this.last?.reconciliations ?? [];
    const again = await statementAt(this.db, this.last === undefined ? {} : { asOf: this.last.asOf });
    const rows = printed.filter(
      (row) =>
        !again.reconciliations.some(
          (other) =>
            other.name === row.name &&
            other.account === row.account &&
            other.balance === row.balance &&
            other.proven === row.proven,
        ),
    );
    return [...checks.filter(({ ok }) => !ok), ...rows];
  }

  /** The last extract once more, byte for byte; what became of its rows. */
  async again(): Promise<unknown> {
    const { config, rulebook } = this.company;
    const { files } = await ingestFiles(this.db, config, rulebook, 'ledger', [this.#delivered], {
      clock: this.clock,
    });
    return files[0];
  }

  #path(name: string): string {
    this.#files += 1;
    return join(this.company.dir, `${this.#files}-${name}`);
  }

  async #ingest(kind: 'ledger' | 'balances', path: string): Promise<void> {
    const { config, rulebook } = this.company;
    if (kind === 'ledger') this.#delivered = path;
    const { files } = await ingestFiles(this.db, config, rulebook, kind, [path], { clock: this.clock });
    const refused = files.filter((file) => file.quarantined > 0);
    if (refused.length > 0) throw new Error(`refused: ${JSON.stringify(refused)}`);
  }
}

const instant = (moment: string): string => `2026-${moment}${moment.includes(':') ? '' : ':00'}:00Z`;
