// Stories of journals as text that an accountant can read: sales happen, the ledger holds them or does not, journals are
// approved, sent, taken in or lost. Everything in them is real: files, intake, runs, PostgreSQL, the file drop. After each
// run the whole database is verified.
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

import {
  approveJournals,
  rejectJournals,
  resolve,
  type WordOutcome,
} from '../../jobs/decisions/approveJournals.ts';
import type { Decide } from '../../jobs/decisions/decisionRun.ts';
import { unmatch } from '../../jobs/decisions/matchByHand.ts';
import { undoRun } from '../../jobs/decisions/undo.ts';
import { proposeReclasses, proposeWriteOffs } from '../../jobs/decisions/closing.ts';
import { ingestFiles, type IngestKind } from '../../jobs/intake/ingest.ts';
import { post } from '../../jobs/posting/post.ts';
import { approveWaiting } from '../../jobs/decisions/secondWord.ts';
import { type Reconciled, reconcile } from '../../jobs/run/reconcile.ts';
import type { Actor } from '../../jobs/administration/userKeys.ts';
import { verify } from '../../jobs/administration/verify.ts';
import type { Role } from '../../entities/appUser.ts';
import { isoDate } from '../../src/accounting/dates.ts';
import { loadConfig } from '../../src/config/load.ts';
import { loadRulebook } from '../../src/config/rulebookFiles.ts';
import type { Config } from '../../src/config/model.ts';
import { appendAudit } from '../../src/db/audit.ts';
import { type Database, transaction } from '../../src/db/connection.ts';
import type { Rulebook } from '../../src/rulebook/model.ts';
import { UserError } from '../../src/errors.ts';
import { setUpFolder } from '../../src/erp/dropMarker.ts';
import { erpOf } from '../../src/erp/registry.ts';
import { homes } from '../scenarios/scenario.ts';
import { readCsv } from '../../simulate/csv.ts';

const CONFIG = `dataDir: .tieout
rulebook: rulebook
startDate: 2026-10-01
companies:
  JN01:
    currency: USD
    timeZone: America/Chicago
    fiscalCalendar: monthly
    erp: drop
    POLICY
erps:
  drop: { adapter: file-drop, outbox: out, archive: archive }
sources:
  /pos: { owner: stores, types: [retail.shipment.confirmed.v1], authoritative: true }
`;
const FILES: Readonly<Record<string, string>> = {
  'rulebook/accounts.yaml': `receivable: { number: "1200", side: debit }
revenue: { number: "4000", side: credit }
`,
  // The filter takes out whatever is not the tills' own: also what our own journals would be, were they not ours.
  'rulebook/reconciliations.yaml': `- name: receivable
  accounts: [receivable]
  unit: [company, ledger, location]
  scope: { where: { documentTypes: [RV] } }
  graceDays: 2
  passes:
    - { name: document, type: one-to-one, keys: [reference], window: { days: [-1, 2] } }
- name: revenue
  accounts: [revenue]
  unit: [company, ledger]
  graceDays: 2
  passes:
    - { name: document, type: one-to-one, keys: [reference], window: { days: [-1, 2] } }
`,
  'rulebook/postings/shipment.yaml': `title: Sale
event: retail.shipment.confirmed.v1
effective: 2026-01-01
reference: shipmentId
lines:
  - { side: debit, account: receivable, amount: net, at: location }
  - { side: credit, account: revenue, amount: net, at: location }
examples:
  - title: a sale
    given:
      { company: JN01, currency: USD, channel: store, location: S1, shipmentId: SO-1, orderId: SO-1, lines: [{ lineId: "1", sku: LAMP, quantity: 1, net: 10.00, cost: 5.00, taxes: [] }], total: 10.00 }
    expect:
      - { debit: receivable, amount: 10.00, location: S1 }
      - { credit: revenue, amount: 10.00, location: S1 }
`,
};
const LEDGER =
  'company,document,line,posting_date,account,location,currency,amount,reference,document_type,posting_reference,reversal_of';
const HOUR_MS = 3_600_000;
// The machine's clock dates what is sent; an extract is taken before or after that.
const LATER_MS = Date.now() + 24 * HOUR_MS;
const EARLIER_MS = Date.now() - 24 * HOUR_MS;

/** One company and its ERP in a folder of their own. */
export class Story {
  readonly db: Database;
  readonly folder = mkdtempSync(join(tmpdir(), 'tieout-story-'));
  readonly runs: Reconciled[] = [];
  #asOf = '2026-10-20';
  #files = 0;
  #documents = 0;
  #sent = false;
  #ledger: string[] = [];
  readonly #actors = new Map<string, Actor>();

  /** @param policy lines of tieout.yaml about the company's journals */
  constructor(db: Database, policy = 'rollout: propose') {
    this.db = db;
    for (const folder of ['rulebook/postings', 'out', 'archive', 'in'])
      mkdirSync(join(this.folder, folder), { recursive: true });
    for (const folder of ['out', 'archive']) setUpFolder(join(this.folder, folder));
    for (const [name, text] of Object.entries(FILES)) writeFileSync(join(this.folder, name), text);
    this.policy(policy);
  }

  /** Goes on where another story stands, on a copy of its database. */
  follow(other: Story): this {
    rmSync(this.folder, { recursive: true });
    cpSync(other.folder, this.folder, { recursive: true });
    this.runs.push(...other.runs);
    for (const [name, actor] of other.#actors) this.#actors.set(name, actor);
    this.#files = other.#files;
    return this;
  }

  /** Another policy from now on. */
  policy(policy: string, erp = 'erp: drop'): void {
    writeFileSync(
      join(this.folder, 'tieout.yaml'),
      CONFIG.replace('POLICY', policy).replace('erp: drop\n', `${erp}\n`),
    );
  }

  /** Another file of the rulebook from now on. */
  rule(name: string, text: string): void {
    writeFileSync(join(this.folder, 'rulebook', name), text);
  }

  remove(): void {
    rmSync(this.folder, { recursive: true });
  }

  async user(name: string, role: Role, companies: readonly string[] = []): Promise<Actor> {
    await transaction(this.db, async (client) => {
      const row = [name, role, companies];
      await client.query('insert into tieout.app_user (name, role, companies) values ($1, $2, $3)', row);
      await appendAudit(client, 'decisions', { user: name }, { app_user: [name] });
    });
    const actor = { name, role, keyId: 'k', osUser: 'os' };
    this.#actors.set(name, actor);
    return actor;
  }

  /**
   * Tells a story, a statement a line; `#` starts a comment. Returns what `expect` lines said that is not so.
   *
   *     periods 2026-10=open           as-of 2026-10-25
   *     sale SO-1 10.00 2026-10-05     void SO-1 2026-10-06
   *     booked 4711 SO-1 10.00 2026-10-05 [POSTING-OF]
   *     line 4711 SO-1 2026-10-05 1200 S1 9.97      a line of a document of its own
   *     write-off SO-1 ana             reclass SO-1 ana        of whatever of that sale can be
   *     balances 2026-10 1200=10.00    the ERP's, of a period that began at nothing
   *     extract                        reconcile
   *     approve SO-1 bob               reject SO-1 bob         resolve SO-1 bob EVIDENCE
   *     post                           erp takes [AMOUNT]      erp loses
   *     expect journal SO-1 POSTED     expect home ...
   */
  async tell(text: string): Promise<string[]> {
    const untrue: string[] = [];
    for (const line of text.split('\n')) {
      const words = line.replace(/#.*/, '').trim().split(/\s+/);
      const [verb = '', ...rest] = words;
      if (verb === '') continue;
      const wrong = await this.#statement(verb, rest);
      if (wrong !== undefined) untrue.push(`${line.trim()}: ${wrong}`);
    }
    return untrue;
  }

  async #statement(verb: string, rest: string[]): Promise<string | undefined> {
    const [a = '', b = '', c = ''] = rest;
    switch (verb) {
      case 'as-of':
        this.#asOf = a;
        return undefined;
      case 'periods':
        return this.#periods(rest);
      case 'sale':
        return this.#sale(a, b, c);
      case 'void':
        return this.#void(a, b);
      case 'booked':
        return this.#booked(rest);
      case 'line':
        return this.#line(rest);
      case 'write-off':
      case 'reclass':
        return this.#close(verb, a, b);
      case 'balances':
        return this.#balances(a, rest.slice(1));
      case 'extract':
        return this.#extract();
      case 'reconcile':
        return this.#reconcile();
      case 'approve':
        return refusal(await approveJournals(this.#word(b), [await this.reference(a)]));
      case 'reject':
        return refusal(await rejectJournals(this.#word(b), [await this.reference(a)]));
      case 'resolve':
        return refusal([await resolve(this.#word(b), await this.reference(a), rest.slice(2).join(' '))]);
      case 'post':
        return this.#post();
      case 'erp':
        return a === 'loses' ? this.#erpLoses() : this.#erpTakes(b);
      case 'expect':
        return this.#expect(a, rest.slice(1));
      default:
        throw new Error(`not a statement: ${verb}`);
    }
  }

  #word(name: string): Decide & { by: Actor } {
    return { db: this.db, by: this.#actors.get(name)!, why: 'the story says so', clock: () => LATER_MS };
  }

  get config(): Config {
    return this.#job().config;
  }

  get rulebook(): Rulebook {
    return this.#job().rulebook;
  }

  #job(): Pick<Parameters<typeof reconcile>[0], 'db' | 'config' | 'rulebook' | 'clock'> {
    const config = loadConfig(join(this.folder, 'tieout.yaml'), {});
    return { db: this.db, config, rulebook: loadRulebook(config), clock: () => LATER_MS };
  }

  async #ingest(kind: IngestKind, name: string, text: string, control?: object): Promise<undefined> {
    const file = join(this.folder, 'in', `${(this.#files += 1)}-${name}`);
    writeFileSync(file, text);
    if (control !== undefined) writeFileSync(file.replace(/csv$/, 'control.json'), JSON.stringify(control));
    const { config, rulebook, clock } = this.#job();
    const report = await ingestFiles(this.db, config, rulebook, kind, [file], { clock });
    const [taken] = report.files;
    if (taken?.quarantined !== 0 || taken.control?.ok === false)
      throw new Error(`${name} was refused: ${JSON.stringify(taken)}\n${text}`);
    return undefined;
  }

  #periods(words: readonly string[]): Promise<undefined> {
    const readAt = new Date(LATER_MS + this.#files * 1000).toISOString();
    const rows = words.map((word) => {
      const [period = '', status = ''] = word.split('=');
      const [year = '', month = ''] = period.split('-');
      const last = new Date(Date.UTC(Number(year), Number(month), 0)).toISOString().slice(0, 10);
      return `JN01,${year},${period},${period}-01,${last},${status},${readAt}`;
    });
    const header = 'company,fiscal_year,period,from,to,status,read_at';
    return this.#ingest('periods', 'periods.csv', `${[header, ...rows].join('\n')}\n`);
  }

  /** The ERP's closing balances of a period that all began at nothing: `balances 2026-10 1200=17.50 4000=-17.50`. */
  #balances(period: string, words: readonly string[]): Promise<undefined> {
    const at = new Date(LATER_MS + this.#files * 1000).toISOString();
    const rows = words.map((word) => {
      const [account = '', closing = ''] = word.split('=');
      const sides = closing.startsWith('-') ? `0.00,${closing.slice(1)}` : `${closing},0.00`;
      return `JN01,${account},USD,${period},0.00,${sides},${closing},${at}`;
    });
    const header = 'company,account,currency,period,opening,debit,credit,closing,extracted_at';
    return this.#ingest('balances', 'balances.csv', `${[header, ...rows].join('\n')}\n`);
  }

  #sale(id: string, amount: string, day: string): Promise<undefined> {
    const line = `{"lineId":"1","sku":"LAMP","quantity":"1","net":"${amount}","cost":"1.00","taxes":[]}`;
    return this.#event(
      id,
      day,
      `"currency":"USD","channel":"store","location":"S1","shipmentId":"${id}","orderId":"${id}","lines":[${line}],"total":"${amount}"`,
    );
  }

  #void(id: string, day: string): Promise<undefined> {
    const corrects = `"corrects":{"source":"/pos","id":"${id}"},"correction":"void"`;
    return this.#event(`${id}-void`, day, `"shipmentId":"${id}",${corrects}`);
  }

  #event(id: string, day: string, data: string): Promise<undefined> {
    return this.#ingest(
      'events',
      'events.ndjson',
      `{"specversion":"1.0","id":"${id}","source":"/pos","type":"retail.shipment.confirmed.v1","time":"${day}T14:00:00-05:00","data":{"company":"JN01",${data}}}\n`,
    );
  }

  /** A document of the ERP's own; with a fourth word, one that carries the posting reference of that sale's journal. */
  async #booked([document = '', id = '', amount = '', day = '', ours]: string[]): Promise<undefined> {
    const reference = ours === undefined ? '' : await this.reference(ours);
    this.#ledger.push(
      `JN01,${document},1,${day},1200,S1,USD,${amount},${id},RV,${reference},`,
      `JN01,${document},2,${day},4000,S1,USD,${negated(amount)},${id},RV,${reference},`,
    );
    return undefined;
  }

  #line([document, id, day, account, location, amount]: string[]): Promise<undefined> {
    const line = this.#ledger.length + 1;
    this.#ledger.push(`JN01,${document},${line},${day},${account},${location},USD,${amount},${id},RV,,`);
    return Promise.resolve(undefined);
  }

  /** Returns what refused it. */
  async #close(kind: 'write-off' | 'reclass', id: string, name: string): Promise<string | undefined> {
    const { db, config, rulebook } = this.#job();
    const job = { db, companies: config.companies, rulebook, by: this.#actors.get(name)!, why: 'agreed' };
    try {
      if (kind === 'write-off') await proposeWriteOffs(job, await this.#variances(id));
      else await proposeReclasses(job, await this.exceptions(id));
      return undefined;
    } catch (error) {
      if (error instanceof UserError) return error.message;
      throw error;
    }
  }

  /** Live matches of a sale that leave a variance; all of them where none does. */
  async #variances(id: string): Promise<string[]> {
    const found = await this.db.pool.query<{ id: string; variance: string }>(
      `select distinct x.match_id as id, x.variance from tieout.match x join tieout.match_member m on m.unit = x.unit and m.match_id = x.match_id
         join tieout.line l on l.unit = m.unit and l.line_id = m.line_id
        where m.released_run is null and coalesce(l.event_id, l.document) = $1 order by 1`,
      [id],
    );
    const differing = found.rows.filter((row) => Number(row.variance) !== 0);
    return (differing.length > 0 ? differing : found.rows).map((row) => row.id);
  }

  /** Exceptions that hold a line of a sale or a document. */
  async exceptions(id: string): Promise<string[]> {
    const found = await this.db.pool.query<{ id: string }>(
      `select distinct g.exception_id as id from tieout.exception_leg g join tieout.line l on l.unit = g.unit and l.line_id = g.line_id
        where g.ended_run is null and coalesce(l.event_id, l.document) = $1 order by 1`,
      [id],
    );
    return found.rows.map((row) => row.id);
  }

  /** Lines that the next extract brings, as they are. */
  delivers(rows: string): void {
    this.#ledger.push(...rows.split('\n'));
  }

  /** What the ledger has got since the last one, complete to the end of 2026. */
  async #extract(): Promise<undefined> {
    const lines = this.#ledger.splice(0);
    const amounts = lines.map((line) => cents(line.split(',')[7] ?? ''));
    const sum = (of: number[]): string => (of.reduce((all, amount) => all + amount, 0) / 100).toFixed(2);
    return this.#ingest('ledger', 'ledger.csv', `${[LEDGER, ...lines].join('\n')}\n`, {
      mode: 'delta',
      complete: true,
      companies: ['JN01'],
      from: '2026-10-01',
      to: '2026-12-31',
      extractedAt: new Date((this.#sent ? LATER_MS : EARLIER_MS) + this.#files * 1000).toISOString(),
      wholeDocuments: true,
      rows: lines.length,
      debit: sum(amounts.filter((amount) => amount > 0)),
      credit: sum(amounts.filter((amount) => amount < 0).map((amount) => -amount)),
    });
  }

  async #reconcile(): Promise<string | undefined> {
    this.runs.push(await reconcile({ ...this.#job(), maker: 'root', asOf: isoDate(this.#asOf) }));
    const broken = (await verify(this.db)).checks.filter((check) => !check.ok);
    return broken.length === 0 ? undefined : JSON.stringify(broken);
  }

  async #post(): Promise<undefined> {
    const erps = new Map(
      [...this.#job().config.erps].map(([name, setting]) => [name, erpOf(setting)] as const),
    );
    this.#sent = true;
    // The story's own day, not the machine's: what is dated later waits for its day.
    const { companies } = this.#job().config;
    const days = new Map([...companies.keys()].map((code) => [code, isoDate(this.#asOf)]));
    const clock = (): number => performance.now();
    await post({ db: this.db, erps, worker: 'w', clock, random: () => 0, days: () => days });
    return undefined;
  }

  #outbox(): string[] {
    return readdirSync(join(this.folder, 'out'))
      .filter((name) => name.endsWith('.csv'))
      .sort();
  }

  #archive(name: string): void {
    for (const file of [name, name.replace(/csv$/, 'control.json')])
      renameSync(join(this.folder, 'out', file), join(this.folder, 'archive', file));
  }

  /** The ERP books every file; with an amount, it books that instead. */
  #erpTakes(amount: string): Promise<undefined> {
    for (const name of this.#outbox()) {
      const document = String(9001 + this.#documents++);
      for (const row of readCsv(readFileSync(join(this.folder, 'out', name), 'utf8'))) {
        const booked = amount === '' ? row['debit'] || row['credit'] : amount;
        this.#ledger.push(
          `JN01,${document},${row['journal_line']},${row['posting_date']},${row['account']},${row['location']},USD,${row['debit'] === '' ? negated(booked ?? '') : booked},${row['reference']},SA,${row['posting_reference']},`,
        );
      }
      this.#archive(name);
    }
    return Promise.resolve(undefined);
  }

  #erpLoses(): Promise<undefined> {
    for (const name of this.#outbox()) this.#archive(name);
    return Promise.resolve(undefined);
  }

  async #expect(what: string, rest: string[]): Promise<string | undefined> {
    const wanted = rest.join(' ');
    if (what === 'journal') {
      const found = (await this.journals(rest[0] ?? '')).map(({ state }) => state).join(' ');
      return found === rest.slice(1).join(' ') ? undefined : `found ${found || 'none'}`;
    }
    if (what === 'control') {
      const found = await this.controls();
      return found.join(' ') === wanted ? undefined : `found ${found.join(' ') || 'none'}`;
    }
    const found = await homes(this.db);
    return found.includes(wanted) ? undefined : `found ${found.join('; ')}`;
  }

  /** Journals that book a sale, or reverse one that does, oldest first. */
  async journals(id: string): Promise<{ reference: string; state: string; kind: string }[]> {
    const found = await this.db.pool.query<{ reference: string; state: string; kind: string }>(
      `with booked as (
         select distinct s.journal_id from tieout.journal_source s
           left join tieout.match_member m on m.unit = s.unit and m.match_id = s.match_id
           join tieout.line l on l.unit = s.unit and l.line_id = coalesce(s.line_id, m.line_id) where l.event_id = $1)
       select p.posting_reference as reference, p.state, j.kind from tieout.journal j join tieout.posting p on p.journal_id = j.journal_id
        where j.journal_id in (select journal_id from booked) or j.reverses in (select journal_id from booked) order by j.journal_id`,
      [id],
    );
    return found.rows;
  }

  /** The newest journal of a sale. */
  async reference(id: string): Promise<string> {
    return (await this.journals(id)).at(-1)?.reference ?? id;
  }

  /** Open control items by reason. */
  async controls(): Promise<string[]> {
    const found = await this.db.pool.query<{ reason: string }>(
      `select s.reason from tieout.open_exception o
         join lateral (select s.reason from tieout.exception_state s where s.exception_id = o.exception_id order by s.run_id desc limit 1) s on true
        where o.class = 'control' order by 1`,
    );
    return found.rows.map((row) => row.reason);
  }

  /** Live matches that hold a sale's expected lines, or a document's. */
  async matchOf(name: string): Promise<string> {
    const found = await this.db.pool.query<{ id: string }>(
      `select m.match_id as id from tieout.match_member m join tieout.line l on l.unit = m.unit and l.line_id = m.line_id
        where m.released_run is null and coalesce(l.event_id, l.document) = $1 order by 1 limit 1`,
      [name],
    );
    return found.rows[0]?.id ?? '';
  }

  undo(run: string, by = 'bob', withLater = false): ReturnType<typeof undoRun> {
    return undoRun(this.#word(by), run, withLater);
  }

  agree(id: string | undefined, by: string): Promise<string> {
    return approveWaiting({ ...this.#job(), ...this.#word(by) }, id ?? '');
  }

  unmatch(match: string, by = 'bob'): ReturnType<typeof unmatch> {
    return unmatch(this.#word(by), match);
  }

  /** Everything that a command may have changed, in one line. */
  async fingerprint(): Promise<string> {
    const found = await this.db.pool.query<{ all: string }>(
      `select json_build_array((select count(*) from tieout.journal), (select count(*) from tieout.posting_step), (select count(*) from tieout.attempt),
         (select count(*) from tieout.line), (select count(*) from tieout.line_end), (select count(*) from tieout.match_member where released_run is null),
         (select count(*) from tieout.exception_state), (select count(*) from tieout.exception_leg where ended_run is null), (select count(*) from tieout.proposal),
         (select json_agg(p.state order by p.journal_id) from tieout.posting p))::text as all`,
    );
    return `${found.rows[0]?.all ?? ''} ${(await homes(this.db)).join('; ')} ${this.#outbox().join(' ')}`;
  }
}

function refusal(outcomes: readonly WordOutcome[]): string | undefined {
  const refused = outcomes.find((outcome) => !outcome.ok);
  return refused === undefined || refused.ok ? undefined : `${refused.reason} ${refused.why}`;
}

function negated(amount: string): string {
  return amount.startsWith('-') ? amount.slice(1) : `-${amount}`;
}

function cents(amount: string): number {
  return Math.round(Number(amount) * 100);
}
