// Reads the lines that have something in common, page by page, with the notes that passes left about them.
import type pg from 'pg';
import type { PassNote, ResidueLine } from '../../exceptions/model.ts';
import type { Reconciliation } from '../../rulebook/model.ts';
import { fetched } from '../cursor.ts';
import type { RunNames } from './names.ts';
import { graceOverSql, labelSql } from './openLines.ts';
import { repeatedBy } from './repeats.ts';
import { type Evidence, passesOf, suggestedLines, undecidedOf } from './relatedLines.ts';
import type { RunPins } from './startRun.ts';

/** Lines that may explain each other, with what passes said of them. */
export interface SocialPage {
  lines: ResidueLine[];
  notes: PassNote[];
}

/**
 * Pages of lines with the notes of passes about them. Lines that a later pass took are no longer in a note.
 * @param settlement journal sources that pay what was sold
 */
export async function* readRelated(
  client: pg.ClientBase,
  names: RunNames,
  parts: readonly Reconciliation[],
  { asOf }: Pick<RunPins, 'asOf'>,
  taxAccounts: readonly string[],
  evidence: Evidence,
  settlement: readonly string[] = [],
): AsyncGenerator<SocialPage> {
  if (parts.length === 0) return;
  await countByReference(client, names, taxAccounts);
  const notes = inPages(
    fetched<NoteRow>(client, 'related_note', notesSql(names, parts, evidence), []),
    (row) => row,
  );
  let note = await notes.next();
  const lines = fetched<LineRow>(client, 'related_line', linesSql(names, parts), [
    asOf,
    taxAccounts,
    settlement,
  ]);
  for await (const { page, rows: read } of inPages(lines, (row) => lineOf(row, parts))) {
    const known = new Map(read.map((line) => [`${line.unit}/${line.lineId}`, line]));
    let said: PassNote[] = [];
    if (note.done !== true && note.value.page === page) {
      said = notesOf(note.value.rows, known, parts);
      note = await notes.next();
    }
    yield { lines: read, notes: said };
  }
}

/**
 * Open lines that bear a reference, tax apart. Counted, not looked for: lines that all bear one would each be held against
 * all. With an index, because the number of lines that several conditions leave is a guess, and a low one joins in a loop.
 */
async function countByReference(
  client: pg.ClientBase,
  { open }: RunNames,
  taxAccounts: readonly string[],
): Promise<void> {
  await client.query(`drop table if exists related_reference;
    create temporary table related_reference (reference_hash bigint primary key, lines bigint not null) on commit drop`);
  await client.query(
    `insert into related_reference select reference_hash, count(*) from ${open}
      where reference_hash <> 0 and not account = any($1) group by reference_hash`,
    [taxAccounts],
  );
  await client.query('analyze related_reference');
}

/** Rows that come in the order of their pages, page by page; each is made what is kept of it as it comes. */
async function* inPages<R extends { page: number }, T>(
  chunks: AsyncIterable<R[]>,
  keep: (row: R) => T,
): AsyncGenerator<{ page: number; rows: T[] }> {
  let page: { page: number; rows: T[] } | undefined;
  for await (const chunk of chunks) {
    for (const row of chunk) {
      if (page !== undefined && page.page !== row.page) {
        yield page;
        page = undefined;
      }
      page ??= { page: row.page, rows: [] };
      page.rows.push(keep(row));
    }
  }
  if (page !== undefined) yield page;
}

type LineRow = Record<
  | 'unit'
  | 'line_id'
  | 'ext'
  | 'account'
  | 'currency'
  | 'ticks'
  | 'business_date'
  | 'accounting_date'
  | 'company'
  | 'ledger'
  | 'location'
  | 'dimension'
  | 'reference'
  | 'period'
  | 'label'
  | 'duplicate_of',
  string
> & {
  page: number;
  part: number;
  side: 'E' | 'L';
  company_ticks: string | null;
  keys: (string | null)[];
  grace_over: boolean;
  others_matched: boolean;
  settles: boolean;
};

/** `$1` day of the run, `$2` tax accounts, `$3` journal sources that pay. */
function linesSql(names: RunNames, parts: readonly Reconciliation[]): string {
  const selects = parts.map((part, index) => {
    const keys = part.passes.map((_, p) => `w.t${p}`).join(', ');
    return `select s.page, ${index} as part, o.unit, o.line_id, o.side, o.account, o.currency, o.ticks, w.company_ticks, o.business_date, o.accounting_date, o.ext,
            array[${keys}]::text[] as keys, o.company, o.ledger, o.location, o.dimension, o.reference, o.period, ${labelSql('o')} as label,
            coalesce(d.label, '') as duplicate_of, ${graceOverSql('$1::date')} as grace_over,
            coalesce(b.lines, 0) = case when o.account = any($2) or b.lines is null then 0 else 1 end as others_matched,
            o.side = 'L' and cardinality($3::text[]) > 0 and exists (select from tieout.line j where j.unit = o.unit and j.line_id = o.line_id and j.journal_source = any($3)) as settles
     from ${names.related} s join ${names.part(index).work} w on w.unit = s.unit and w.line_id = s.line_id
     join ${names.open} o on o.unit = s.unit and o.line_id = s.line_id
     left join ${names.grace} g on g.part = ${index} and g.business_date = o.business_date
     left join ${names.reach} r on r.company = o.company and r.ledger = o.ledger and r.account = o.account
     ${repeatedBy(names)}
     left join related_reference b on b.reference_hash = o.reference_hash`;
  });
  return `${selects.join(' union all ')} order by page`;
}

function lineOf(row: LineRow, parts: readonly Reconciliation[]): ResidueLine {
  return {
    unit: row.unit,
    lineId: row.line_id,
    side: row.side,
    ext: row.ext,
    reconciliation: parts[row.part]?.name ?? '',
    company: row.company,
    ledger: row.ledger,
    account: row.account,
    location: row.location,
    dimension: row.dimension,
    currency: row.currency,
    amount: BigInt(row.ticks),
    companyAmount: row.company_ticks === null ? null : BigInt(row.company_ticks),
    businessDate: row.business_date,
    accountingDate: row.accounting_date,
    period: row.period,
    reference: row.reference,
    label: row.label,
    columns: {},
    keys: row.keys,
    duplicateOf: row.duplicate_of,
    graceOver: row.grace_over,
    othersMatched: row.others_matched,
    settles: row.settles,
  };
}

interface NoteRow {
  page: number;
  part: number;
  kind: PassNote['kind'];
  pass_no: number;
  at: string;
  because: string | null;
  unit: string;
  line_id: string;
}

/** Lines of notes, those of one note one after the other. */
function notesSql(names: RunNames, parts: readonly Reconciliation[], evidence: Evidence): string {
  const selects = parts.flatMap((part, index) => {
    const { undecided, work, found, member } = names.part(index);
    const asked = passesOf(part, evidence).map(([p]) => p);
    if (asked.length === 0) return [];
    return [
      ...asked.map(
        (p) => `select s.page, ${index} as part, 0 as suggested, x.kind, x.pass_no,
           x.unit::text || ':' || x.k || ':' || coalesce(x.e_ticks::text || '@' || x.e_day || '/' || x.l_ticks || '@' || x.l_day, '') as at,
           null as because, w.unit, w.line_id, w.ext
         from ${undecidedOf(undecided, work, p)} join ${names.related} s on s.unit = w.unit and s.line_id = w.line_id`,
      ),
      // A line that a later pass took is on no page; the others say where the note belongs.
      `select min(s.page) over (partition by t.match_id), ${index}, 1, 'suggested', t.pass_no, t.anchor || E'\\x1e' || t.match_id,
         t.because, t.unit, t.line_id, '' collate "C"
       from ${suggestedLines(found, member)} t left join ${names.related} s on s.unit = t.unit and s.line_id = t.line_id
       where t.pass_no in (${asked.join(', ')})`,
    ];
  });
  if (selects.length === 0)
    selects.push(
      `select 0 as page, 0 as part, 0 as suggested, '' as kind, 0 as pass_no, '' as at, null as because, null::bigint as unit, null::bigint as line_id, '' collate "C" as ext where false`,
    );
  return `select page, part, kind, pass_no, at, because, unit, line_id from (${selects.join(' union all ')}) n
    where page is not null order by page, part, suggested, pass_no, at collate "C", ext`;
}

/** Consecutive rows with the same `at` make one note; one with lines on one side only says nothing and is left out. */
function notesOf(
  rows: readonly NoteRow[],
  lines: ReadonlyMap<string, ResidueLine>,
  parts: readonly Reconciliation[],
): PassNote[] {
  const notes: PassNote[] = [];
  for (let i = 0; i < rows.length;) {
    const first = rows[i] as NoteRow;
    const members = new Set<ResidueLine>();
    let whole = true;
    for (; i < rows.length && isOfNote(rows[i], first); i += 1) {
      const line = lines.get(`${rows[i]?.unit}/${rows[i]?.line_id}`);
      if (line === undefined) whole = false;
      else members.add(line);
    }
    const part = parts[first.part];
    const note: PassNote = {
      reconciliation: part?.name ?? '',
      pass: part?.passes[first.pass_no]?.name ?? '',
      kind: first.kind,
      lines: [...members],
      ...(first.because === null ? {} : { because: first.because }),
    };
    const sides = new Set(note.lines.map((line) => line.side));
    if (first.kind === 'suggested' ? whole && members.size > 1 : sides.size === 2) notes.push(note);
  }
  return notes;
}

const isOfNote = (row: NoteRow | undefined, { part, kind, pass_no, at }: NoteRow): boolean =>
  row?.part === part &&
  row.pass_no === pass_no &&
  row.at === at &&
  (row.kind === 'suggested') === (kind === 'suggested');
