// The work table of a run and reconciliation: open lines with, per pass, the text of its keys, its hash and its day number.
// Columns and normalisers come from closed lists; patterns and holidays are parameters.
//
// Work table, made once per run and reconciliation (see `workSelect`):
//   unit, line_id, side, account, currency, ticks (1/10,000 units), company_ticks, business_date, ext, reference_hash,
//   posting (the posting reference of a ledger line that carries one), negates (line that a correction negates), reverses
//   (its document reverses another), held (a pass found it to fit several others equally well: no later pass may take it)
//   per pass p: t<p> text of its keys (null: one is empty, or held), k<p> hash of that text seeded with the unit, d<p> day number
//   ASKED columns of the line
// At first it has the keys of the first pass only. That one takes nearly all lines; the keys of the others, and what is asked
// of a line to explain it, are looked up for what it leaves (see `restSelect`), which saved half of filling it.
import { type Calendars, dayNumberSql } from './dayNumber.ts';
import {
  type Key,
  KEY_COLUMNS,
  type KeyColumn,
  type Normaliser,
  type Pass,
  type PassFilter,
} from '../rulebook/model.ts';
import { EXPECTED_LISTS, type FilterFacts, LEDGER_LISTS } from '../rulebook/passFilter.ts';

/** SQL of each key column over `tieout.line l`; the same on both sides, '' where a side has none. */
const COLUMN_SQL: Readonly<Record<(typeof KEY_COLUMNS)[number], string>> = {
  reference: 'l.reference',
  businessDate: "to_char(l.business_date, 'YYYY-MM-DD')",
  accountingDate: "to_char(l.accounting_date, 'YYYY-MM-DD')",
  location: 'l.location',
  dimension: 'l.dimension',
  document: "coalesce(l.document, '')",
  assignment: "coalesce(l.assignment, '')",
  text: "coalesce(l.text, '')",
  taxCode: "coalesce(l.tax_code, '')",
  documentType: "coalesce(l.document_type, '')",
  postingReference: "coalesce(l.posting_reference, '')",
  partnerCompany: "coalesce(l.partner_company, '')",
  orderId: "coalesce(l.further->>'orderId', '')",
  shipmentId: "coalesce(l.further->>'shipmentId', '')",
  returnId: "coalesce(l.further->>'returnId', '')",
  exchangeId: "coalesce(l.further->>'exchangeId', '')",
  session: "coalesce(l.further->>'session', '')",
  payout: "coalesce(l.further->>'payout', '')",
  transferId: "coalesce(l.further->>'transferId', '')",
  receiptId: "coalesce(l.further->>'receiptId', '')",
  subject: "coalesce(l.further->>'subject', '')",
  eventId: "coalesce(l.event_id, '')",
};

/** A name under `data.keys` is checked where the rulebook is read: it goes into the text of the statement. */
function columnSql(column: KeyColumn): string {
  const known = (COLUMN_SQL as Readonly<Record<string, string | undefined>>)[column];
  if (known !== undefined) return known;
  if (!/^keys\.[A-Za-z][A-Za-z0-9_-]*$/.test(column)) throw new RangeError(`not a key column: ${column}`);
  return `coalesce(l.further->>'${column}', '')`;
}

/** Key columns of a line as one JSON object, for an alias `l` of `tieout.line`: what passes can compare; default: all. */
export function keyColumnsSql(columns: readonly KeyColumn[] = KEY_COLUMNS): string {
  const pairs = columns.map((column) => `'${column}', ${columnSql(column)}`);
  return `jsonb_build_object(${pairs.join(', ')})`;
}

/** External key of a line in SQL, for an alias of `tieout.line`; `accounting/line.ts` says the same. */
export function externalKeySql(l: string): string {
  return `(case ${l}.side when 'E'
    then concat_ws(E'\\x1f', 'E', coalesce(${l}.event_source, ''), coalesce(${l}.event_id, ''), ${l}.account, ${l}.location, ${l}.dimension, ${l}.currency, coalesce(${l}.ordinal, 0)::text)
    else concat_ws(E'\\x1f', 'L', ${l}.company, ${l}.ledger, ${l}.fiscal_year, coalesce(${l}.document, ''), coalesce(${l}.line, '')) end) collate "C"`;
}

/** What is asked of an open line beside what passes compare: columns of `tieout.line`, with their types. */
export const ASKED: Readonly<Record<string, string>> = {
  company: 'text collate "C"',
  ledger: 'text collate "C"',
  fiscal_year: 'text collate "C"',
  location: 'text collate "C"',
  dimension: 'text collate "C"',
  reference: 'text collate "C"',
  document: 'text collate "C"',
  line: 'text collate "C"',
  event_source: 'text collate "C"',
  event_id: 'text collate "C"',
  rule: 'text collate "C"',
  tax_code: 'text collate "C"',
  assignment: 'text collate "C"',
  origin: 'text collate "C"',
  batch_id: 'bigint',
};

/** Statement text with its parameters, in order. */
export interface Statement {
  text: string;
  values: unknown[];
}

const LOWER = 'abcdefghijklmnopqrstuvwxyz';

function normaliseSql(sql: string, step: Normaliser, values: unknown[]): string {
  switch (step.kind) {
    case 'upper':
      return `translate(${sql}, '${LOWER}', '${LOWER.toUpperCase()}')`;
    case 'alphanumeric':
      return `regexp_replace(${sql}, '[^A-Za-z0-9]+', '', 'g')`;
    case 'stripZeros':
      return `ltrim(${sql}, '0')`;
    case 'extract':
      values.push(step.pattern);
      return `coalesce(substring(${sql} from $${values.length}::text), '')`;
  }
}

function keySql(key: Key, side: 'E' | 'L', values: unknown[]): string {
  const columns = (side === 'E' ? key.expected : key.ledger).map((column) => {
    let sql = columnSql(column);
    for (const step of key.normalise) sql = normaliseSql(sql, step, values);
    return sql;
  });
  return columns.length === 1
    ? (columns[0] as string)
    : `coalesce(${columns.map((sql) => `nullif(${sql}, '')`).join(', ')}, '')`;
}

/** Length-prefixed key texts of a pass on one side: null where one is empty (`null || x` is null). */
function keysSql(pass: Pass, side: 'E' | 'L', values: unknown[]): string {
  const parts = pass.keys.map((key) => {
    const sql = `nullif(${keySql(key, side, values)}, '')`;
    return pass.keys.length === 1 ? sql : `length(${sql})::text || ':' || ${sql}`;
  });
  return parts.join(' || ');
}

/** Expressions that make a pass's columns in the work table out of `tieout.line l`; no keys where `held` holds. */
function passColumns(
  pass: Pass,
  index: number,
  calendars: Calendars,
  values: unknown[],
  held?: string,
): string {
  const expected = keysSql(pass, 'E', values);
  const before = values.length;
  const trial: unknown[] = [...values];
  const ledger = keysSql(pass, 'L', trial);
  const same = sameColumns(pass);
  if (!same) values.push(...trial.slice(before));
  const keys = same ? expected : `case l.side when 'E' then ${expected} else ${ledger} end`;
  const sign =
    pass.type !== 'one-to-one' && pass.sides === 'separate'
      ? `case when l.amount < 0 then 'C' else 'D' end || `
      : '';
  const account = pass.acrossAccounts ? '' : `l.account || E'\\x1f' || `;
  const compared = pass.keys.length === 0 ? '' : ` || (${keys})`;
  const text = `${sign}${account}l.currency || E'\\x1f'${compared}`;
  const day = dayNumberSql(calendars, pass.window?.calendar, 'l.business_date', values);
  const seen = [...(held === undefined ? [] : [`not ${held}`]), ...seenSql(pass.where, values)];
  return `${seen.length === 0 ? text : `case when ${seen.join(' and ')} then ${text} end`} as t${index}, ${day} as d${index}`;
}

const FACT_SQL: Readonly<Record<keyof FilterFacts, string>> = {
  channel: "coalesce(l.further->>'channel', '')",
  eventType:
    "coalesce((select e.type from tieout.event e where e.source = l.event_source and e.id = l.event_id), '')",
  brand: "coalesce(l.further->>'brand', '')",
  documentType: "coalesce(l.document_type, '')",
  journalSource: "coalesce(l.journal_source, '')",
  reference: 'l.reference',
  text: "coalesce(l.text, '')",
};

/** Conditions under which a pass sees `tieout.line l`, by its `where`. */
function seenSql(where: PassFilter, values: unknown[]): string[] {
  const sides: [
    side: 'E' | 'L',
    filter: Filter | undefined,
    lists: Readonly<Record<string, keyof FilterFacts>>,
  ][] = [
    ['E', where.expected, EXPECTED_LISTS],
    ['L', where.ledger, LEDGER_LISTS],
  ];
  return sides.flatMap(([side, filter, lists]) => {
    if (filter === undefined) return [];
    const { not, ...asked } = filter;
    const conditions = [
      ...filterSql(asked, lists, values),
      ...(not === undefined ? [] : [`not (${filterSql(not, lists, values).join(' and ')})`]),
    ];
    return [`(l.side <> '${side}' or (${conditions.join(' and ')}))`];
  });
}

type Filter = NonNullable<PassFilter['expected'] | PassFilter['ledger']>;

/** Lists take a text as it is, `*` any text, `text*` a beginning; a text is a regular expression to be found. */
function filterSql(
  filter: object,
  lists: Readonly<Record<string, keyof FilterFacts>>,
  values: unknown[],
): string[] {
  return Object.entries(filter).flatMap(([name, asked]) => {
    if (typeof asked === 'string') {
      values.push(asked);
      return [`${FACT_SQL[name as keyof FilterFacts]} ~ $${values.length}::text`];
    }
    const fact = lists[name];
    if (!Array.isArray(asked) || fact === undefined) return [];
    const fits = (asked as string[]).map((pattern) => {
      values.push(pattern.endsWith('*') ? pattern.slice(0, -1) : pattern);
      const value = `$${values.length}::text`;
      if (pattern === '*') return `(${FACT_SQL[fact]} <> ${value})`;
      return pattern.endsWith('*')
        ? `starts_with(${FACT_SQL[fact]}, ${value})`
        : `${FACT_SQL[fact]} = ${value}`;
    });
    return [`(${fits.join(' or ')})`];
  });
}

function sameColumns(pass: Pass): boolean {
  return pass.keys.every((key) => JSON.stringify(key.expected) === JSON.stringify(key.ledger));
}

/**
 * The select that fills the work table of a reconciliation from `from` (which must expose `tieout.line` as `l`).
 * @param from text after FROM, without user data; `values` are the parameters it already uses
 */
export function workSelect(
  passes: readonly Pass[],
  calendars: Calendars,
  from: string,
  values: unknown[],
): Statement {
  const all = [...values];
  const [first] = passes;
  const keys = first === undefined ? '' : `,\n         ${passColumns(first, 0, calendars, all)}`;
  return {
    text: `select w.*${first === undefined ? '' : `, ${hashSql(0)}`} from (
  select l.unit, l.line_id, l.side, l.account, l.currency, (l.amount * 10000)::bigint as ticks,
         (l.company_amount * 10000)::bigint as company_ticks, l.business_date, l.accounting_date, l.period,
         l.reference_hash, l.negates, l.reversal_of <> '' as reverses, case l.side when 'L' then nullif(l.posting_reference, '') end as posting,
         false as held, ${externalKeySql('l')} as ext${keys}
  from ${from}) w`,
    values: all,
  };
}

/**
 * The work table `work` again, with the keys of all passes after the first (a held line has none) and the ASKED columns: one
 * look at each line for both. Looked up by each statement that asks, 125,000 open lines cost a second every time.
 */
export function restSelect(passes: readonly Pass[], calendars: Calendars, work: string): Statement {
  const values: unknown[] = [];
  const asked = Object.keys(ASKED).map((name) => `l.${name}`);
  const columns = passes.slice(1).map((pass, i) => passColumns(pass, i + 1, calendars, values, 'w.held'));
  const hashes = passes.slice(1).map((_, i) => hashSql(i + 1));
  return {
    text: `select ${['w.*', ...hashes].join(', ')} from (
  select ${['w.*', ...asked, ...columns].join(',\n         ')}
  from ${work} w join tieout.line l on l.unit = w.unit and l.line_id = w.line_id) w`,
    values,
  };
}

const hashSql = (p: number): string => `hashtextextended(t${p}, unit) as k${p}`;
