// Lives a random company with the real jobs: its files are taken in, its runs made; what they say is read back as a person
// reads it, with the lines behind each sentence.
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

import { ingestFiles, type IngestKind } from '../../jobs/intake/ingest.ts';
import { reconcile } from '../../jobs/run/reconcile.ts';
import { loadConfig } from '../../src/config/load.ts';
import type { Config } from '../../src/config/model.ts';
import { loadRulebook } from '../../src/config/rulebookFiles.ts';
import type { Database } from '../../src/db/connection.ts';
import type { Rulebook } from '../../src/rulebook/model.ts';
import { money } from './events.ts';
import { type Company, dayText, type Document, type Extract, inExtract, type Step } from './world.ts';

const NOW = Date.parse('2026-12-20T12:00:00Z');
const RULES = fileURLToPath(new URL('../../examples/retail/rulebook', import.meta.url));

/** Two companies on the starter's rulebook, with or without a tax engine. Brakes have tests of their own. */
const CONFIG = (assessed: boolean): string => {
  const each = `{ currency: USD, timeZone: America/Chicago, fiscalCalendar: monthly, inventoryMethod: cost, rollout: propose,
    brakes: { least: 10000 }, erp: drop${assessed ? ', taxAssessed: { since: 2026-10-01, clearing: taxClearing }' : ''} }`;
  return `dataDir: .tieout
rulebook: rulebook
startDate: 2026-10-01
companies:
  US01: ${each}
  US02: ${each}
erps: { drop: { adapter: file-drop, outbox: outbox, archive: archive } }
sources: { /oms: { owner: commerce, authoritative: true } }
`;
};

export interface Project {
  folder: string;
  config: Config;
  rulebook: Rulebook;
  remove(): void;
}

export function projectOf(assessed: boolean): Project {
  const folder = mkdtempSync(join(tmpdir(), 'tieout-companies-'));
  cpSync(RULES, join(folder, 'rulebook'), { recursive: true });
  mkdirSync(join(folder, 'in'));
  writeFileSync(join(folder, 'tieout.yaml'), CONFIG(assessed));
  const config = loadConfig(join(folder, 'tieout.yaml'), {});
  const rulebook = loadRulebook(config);
  return { folder, config, rulebook, remove: () => rmSync(folder, { recursive: true }) };
}

/** A line as it is stored, expected or of the ledger. */
export interface Line {
  id: string;
  side: 'E' | 'L';
  label: string;
  unit: string;
  company: string;
  account: string;
  location: string;
  dimension: string;
  currency: string;
  cents: number;
  event: string;
  isNegation: boolean;
  document: string;
  reference: string;
  businessDate: string;
  postingDate: string;
  scope: string;
  journalSource: string;
  channel: string;
  status: string;
  /** Live match and its pass. */
  match: string | null;
  pass: string | null;
}

export interface Item {
  id: string;
  kind: 'difference' | 'control';
  reason: string;
  also: string[];
  why: string;
  lines: Line[];
}

export interface Verdict {
  event: string;
  verdict: string;
  why: string;
  documents: string[];
}

/** What a person finds after a run. */
export interface Outcome {
  asOf: string;
  items: Item[];
  /** All live lines that the run knows. */
  lines: Line[];
  verdicts: Verdict[];
  /** Events that a live journal books. */
  proposed: string[];
  /** Last day up to which a complete extract reaches. */
  reach: string;
}

export class Life {
  readonly #db: Database;
  readonly #project: Project;
  readonly #company: Company;
  #files = 0;
  #delivered = -1;
  #reach = -1;

  constructor(db: Database, project: Project, company: Company) {
    this.#db = db;
    this.#project = project;
    this.#company = company;
  }

  /** Everything that comes in before a run, without the run. */
  async deliver(step: Step): Promise<void> {
    if (this.#files === 0) await this.#ingest('periods', PERIODS);
    const events = this.#company.facts.filter(
      ({ arrives }) => arrives > this.#delivered && arrives <= step.eventsUntil,
    );
    this.#delivered = step.eventsUntil;
    // What a correction takes back comes before it.
    if (events.length > 0)
      await this.#ingest('events', events.map(({ event }) => `${JSON.stringify(event)}\n`).join(''));
    for (const extract of step.extracts) {
      const documents = this.#company.documents.filter((document) => inExtract(document, extract));
      await this.#ingest('ledger', ledgerFile(documents), control(extract, documents));
      this.#reach = Math.max(this.#reach, extract.to);
    }
  }

  async run({ asOf }: Step): Promise<Outcome> {
    const { config, rulebook } = this.#project;
    const run = { db: this.#db, config, rulebook, maker: 'root', clock: () => NOW, workers: 1 };
    await reconcile({ ...run, asOf: dayText(asOf) });
    return this.#outcome(dayText(asOf));
  }

  async #ingest(kind: IngestKind, text: string, controlFile?: object): Promise<void> {
    this.#files += 1;
    const path = join(
      this.#project.folder,
      'in',
      `${process.pid}-${kind}.${kind === 'events' ? 'ndjson' : 'csv'}`,
    );
    writeFileSync(path, text);
    if (controlFile !== undefined)
      writeFileSync(path.replace(/csv$/, 'control.json'), JSON.stringify(controlFile));
    const { config, rulebook } = this.#project;
    const { files } = await ingestFiles(this.#db, config, rulebook, kind, [path], { clock: () => NOW });
    const [taken] = files;
    if (taken?.quarantined !== 0 || taken.control?.ok === false)
      throw new Error(`refused: ${JSON.stringify(taken)}\n${text}`);
  }

  async #outcome(asOf: string): Promise<Outcome> {
    const lines = (await this.#db.pool.query<Line>(LINES)).rows;
    const lineOf = new Map(lines.map((line) => [line.id, line]));
    const items = (await this.#db.pool.query<Omit<Item, 'lines'> & { legs: string[] }>(ITEMS)).rows.map(
      ({ legs, ...item }) => ({ ...item, lines: legs.flatMap((id) => lineOf.get(id) ?? []) }),
    );
    const verdicts = (await this.#db.pool.query<Verdict>(VERDICTS)).rows;
    const proposed = (await this.#db.pool.query<{ event: string }>(PROPOSED)).rows.map(({ event }) => event);
    return { asOf, items, lines, verdicts, proposed, reach: this.#reach < 0 ? '' : dayText(this.#reach) };
  }
}

const PERIODS = `company,fiscal_year,period,from,to,status,read_at
US01,2026,2026-10,2026-10-01,2026-10-31,open,2026-10-01T00:00:00Z
US01,2026,2026-11,2026-11-01,2026-11-30,open,2026-10-01T00:00:00Z
US02,2026,2026-10,2026-10-01,2026-10-31,open,2026-10-01T00:00:00Z
US02,2026,2026-11,2026-11-01,2026-11-30,open,2026-10-01T00:00:00Z
`;

const COLUMNS =
  'company,document,line,posting_date,account,location,dimension,currency,amount,reference,reversal_of,status,journal_source';

function ledgerFile(documents: readonly Document[]): string {
  const rows = documents.flatMap((document) =>
    document.lines.map((line, index) =>
      [
        document.company,
        document.number,
        index + 1,
        dayText(document.posted),
        line.account,
        line.location,
        line.dimension,
        line.currency,
        money(line.cents),
        line.reference,
        document.saysReversal === true ? document.reversalOf?.number : '',
        document.status ?? 'posted',
        document.journalSource ?? '',
      ].join(','),
    ),
  );
  return `${[COLUMNS, ...rows].join('\n')}\n`;
}

function control({ to }: Extract, documents: readonly Document[]): object {
  return {
    mode: 'full',
    complete: true,
    companies: ['US01', 'US02'],
    from: '2026-10-01',
    to: dayText(to),
    extractedAt: `${dayText(to + 1)}T12:00:00Z`,
    wholeDocuments: true,
    rows: documents.reduce((all, { lines }) => all + lines.length, 0),
  };
}

const LINES = `
  select l.unit || '/' || l.line_id as id, l.side::text as side, l.unit::text as unit, l.company, l.account, l.location, l.dimension, l.currency,
         (l.amount * 100)::bigint::int as cents, coalesce(l.event_id, '') as event, l.negates is not null as "isNegation",
         coalesce(l.document, '') as document, l.reference, l.business_date::text as "businessDate", l.accounting_date::text as "postingDate",
         l.scope, coalesce(l.journal_source, '') as "journalSource", coalesce(l.further->>'channel', '') as channel, coalesce(l.status, '') as status,
         m.match_id::text as match, x.pass,
         case l.side when 'L' then l.document || '/' || l.line else l.reference || ' (' || l.rule || ')' end as label
  from tieout.line l
  left join tieout.match_member m on m.unit = l.unit and m.line_id = l.line_id and m.released_run is null
  left join tieout.match x on x.unit = m.unit and x.match_id = m.match_id
  where not exists (select from tieout.line_end d where d.unit = l.unit and d.line_id = l.line_id)
  order by l.unit, l.line_id`;

const ITEMS = `
  select o.exception_id as id, o.class as kind, s.reason, s.also, s.why,
         array(select g.unit || '/' || g.line_id from tieout.exception_leg g where g.exception_id = o.exception_id and g.ended_run is null order by 1) as legs
  from tieout.open_exception o
  cross join lateral (select * from tieout.exception_state s where s.exception_id = o.exception_id order by s.run_id desc limit 1) s
  order by s.reason, o.exception_id`;

const VERDICTS = `
  select distinct on (event_id) event_id as event, verdict, why, documents from tieout.proposal order by event_id, run_id desc`;

const PROPOSED = `
  select distinct s.event_id as event from tieout.journal_source s
  join tieout.posting p on p.journal_id = s.journal_id
  where s.ended is null and s.event_id is not null and p.state not in ('CANCELLED', 'INVALID', 'REJECTED') order by 1`;
