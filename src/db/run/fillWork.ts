// The working set of one reconciliation: lines that arrived since its last run, its open items, and lines whose match has
// to be released. Work grows with these three, never with the matched history (law 7).
import type pg from 'pg';
import type { Calendars } from '../../matching/dayNumber.ts';
import { restSelect, workSelect } from '../../matching/workTable.ts';
import type { Reconciliation } from '../../rulebook/model.ts';
import { without } from '../without.ts';
import { CORRECTED } from './reversals.ts';
import { analyzeWork, replaceWork } from './workTables.ts';
import type { PartNames } from './names.ts';
import type { Fresh } from './survey.ts';

export interface WorkingSet {
  reconciliation: Pick<Reconciliation, 'name' | 'passes'>;
  /** Business calendars that its windows name. */
  calendars: Calendars;
  names: PartNames;
  asOf: string;
  /** Batches after `from` up to `to` are new. */
  from: string;
  to: string;
  /** What those batches hold of it. */
  fresh: Fresh;
}

/** Drops what a killed run of the same number left, and makes the tables empty. */
export async function makeTables(client: pg.ClientBase, { names }: WorkingSet): Promise<void> {
  await client.query(
    `drop table if exists ${names.work}, ${names.found}, ${names.member}, ${names.undecided}, ${names.release}, ${names.posting}`,
  );
  await client.query(`create unlogged table ${names.found} (
      match_id bigint not null, pass_no smallint not null, unit bigint not null, account text collate "C" not null,
      currency text collate "C" not null, e_line bigint, l_line bigint, e_count bigint not null, l_count bigint not null,
      e_ticks bigint not null, l_ticks bigint not null, e_company bigint, l_company bigint, anchor text collate "C" not null,
      off_period boolean not null default false, digest bytea not null, suggested boolean not null default false, because text, summary_key bigint);
    create unlogged table ${names.member} (match_id bigint not null, unit bigint not null, line_id bigint not null, side "char" not null);
    create unlogged table ${names.undecided} (pass_no smallint not null, kind text not null, unit bigint not null, k bigint not null,
      t text collate "C" not null, e_ticks bigint, e_day int, l_ticks bigint, l_day int);
    create unlogged table ${names.release} (unit bigint not null, match_id bigint not null, added boolean not null default false, primary key (unit, match_id))`);
}

/** Lines that ended or were reversed in the ledger since the last run: their matches go. */
export async function findReleases(client: pg.ClientBase, set: WorkingSet): Promise<void> {
  const { ends, reverses } = set.fresh;
  if (ends) await releaseEnded(client, set);
  if (reverses) await releaseReversed(client, set);
}

async function releaseEnded(client: pg.ClientBase, set: WorkingSet): Promise<void> {
  await client.query(
    `insert into ${set.names.release} (unit, match_id)
     select distinct m.unit, m.match_id from tieout.line_end e
     join tieout.unit u on u.unit = e.unit and u.reconciliation = $1
     join tieout.match_member m on m.unit = e.unit and m.line_id = e.line_id and m.released_run is null
     where e.batch_id > $2 and e.batch_id <= $3
     on conflict do nothing`,
    [set.reconciliation.name, set.from, set.to],
  );
}

async function releaseReversed(client: pg.ClientBase, set: WorkingSet): Promise<void> {
  await client.query(
    `insert into ${set.names.release} (unit, match_id)
     select distinct m.unit, m.match_id from (
       select l.*, row_number() over (partition by l.unit, l.reversal_of, l.account, l.currency, l.location, l.dimension, l.amount order by l.document, l.line) as rank
       from tieout.line l join tieout.unit u on u.unit = l.unit and u.reconciliation = $1
       where l.batch_id > $2 and l.batch_id <= $3 and l.reversal_of <> '' and l.scope = 'in' and l.accounting_date <= $4 and not ${CORRECTED('l')}
         and not exists (select from tieout.line_end e where e.unit = l.unit and e.line_id = l.line_id and e.batch_id <= $3)) n
     join lateral (
       select o.unit, o.line_id, row_number() over (order by o.document, o.line) as rank from tieout.line o
       where o.document = n.reversal_of and o.company = n.company and o.ledger = n.ledger and o.unit = n.unit and o.account = n.account
         and o.currency = n.currency and o.location = n.location and o.dimension = n.dimension and o.amount = -n.amount and o.scope = 'in'
         and not exists (select from tieout.line_end e where e.unit = o.unit and e.line_id = o.line_id and e.batch_id <= $3)
         and not exists (select from tieout.match_member r join tieout.match x on x.unit = r.unit and x.match_id = r.match_id
                         where r.unit = o.unit and r.line_id = o.line_id and r.released_run is null and x.pass = 'reversal')) o on o.rank = n.rank
     join tieout.match_member m on m.unit = o.unit and m.line_id = o.line_id and m.released_run is null
     on conflict do nothing`,
    [set.reconciliation.name, set.from, set.to, set.asOf],
  );
}

/**
 * Fills the work table and returns how many lines are in it. Two selects, because a filter "new or open" over the big table
 * would read all of it. New lines stand together in the table and are read as they stand: unit by unit, in the order of the
 * key, a million of them took a third longer. What is new can only have been ended by what is new.
 */
export async function fillWork(client: pg.ClientBase, set: WorkingSet): Promise<number> {
  const { reconciliation, calendars, names, asOf, from, to } = set;
  const fresh = workSelect(
    reconciliation.passes,
    calendars,
    `tieout.line l join tieout.unit u on u.unit = l.unit and u.reconciliation = $1
     where l.batch_id > $2 and l.batch_id <= $3 and ${DUE('$4')} and ${LIVE('$3', '$2')}`,
    [reconciliation.name, from, to, asOf],
  );
  const shape = workSelect(reconciliation.passes, calendars, 'tieout.line l where false', []);
  await client.query(`create unlogged table ${names.work} as ${inline(shape)} with no data`);
  const arrived =
    set.fresh.lines === 0
      ? undefined
      : await without(client, ['indexscan', 'nestloop'], {
          text: `insert into ${names.work} ${fresh.text}`,
          values: fresh.values,
        });
  const open = workSelect(
    reconciliation.passes,
    calendars,
    `(select o.unit, o.line_id from tieout.open_item o join tieout.unit u on u.unit = o.unit and u.reconciliation = $1
      union
      ${RELEASED(names)}) o
     join tieout.line l on l.unit = o.unit and l.line_id = o.line_id
     where l.batch_id <= $2 and ${DUE('$3')} and ${LIVE('$4')}`,
    [reconciliation.name, from, asOf, to],
  );
  const stayed = await client.query({ text: `insert into ${names.work} ${open.text}`, values: open.values });
  await noteAdded(client, names);
  await analyzeWork(client, names);
  return (arrived?.rowCount ?? 0) + (stayed.rowCount ?? 0);
}

/** Gives the lines that the first pass left the keys of the others, and what is asked of a line that stays open. */
export async function fillRest(
  client: pg.ClientBase,
  { reconciliation, calendars, names }: WorkingSet,
): Promise<void> {
  const rest = restSelect(reconciliation.passes, calendars, names.work);
  const next = `${names.work}_next`;
  await client.query(
    `drop table if exists ${next}; create unlogged table ${next} as ${inline(rest)} with no data`,
  );
  await client.query({ text: `insert into ${next} ${rest.text}`, values: rest.values });
  await replaceWork(client, names);
}

/** Adds the lines of matches that were put into the release table after the work table was filled; returns how many. */
export async function addReleased(client: pg.ClientBase, set: WorkingSet): Promise<number> {
  const released = dueSelect(set, RELEASED(set.names));
  const added = await client.query({
    text: `insert into ${set.names.work} ${released.text}`,
    values: released.values,
  });
  await noteAdded(client, set.names);
  return added.rowCount ?? 0;
}

/** The same once `fillRest` gave the work table the keys of all passes. */
export async function addReleasedToRest(client: pg.ClientBase, set: WorkingSet): Promise<number> {
  const added = await addLinesToRest(client, set, RELEASED(set.names));
  await noteAdded(client, set.names);
  return added;
}

/** What was released is added once: a line of it may have found another match since. */
async function noteAdded(client: pg.ClientBase, { release }: PartNames): Promise<void> {
  await client.query(`update ${release} set added = true where not added`);
}

/** Puts lines into the work table that `fillRest` has made; those in it already stay. @param lines select of unit, line_id */
export async function addLinesToRest(client: pg.ClientBase, set: WorkingSet, lines: string): Promise<number> {
  const { reconciliation, calendars, names } = set;
  const select = dueSelect(set, lines);
  const added = `${names.work}_added`;
  await client.query(
    `drop table if exists ${added}; create unlogged table ${added} as ${inline(select)} with no data`,
  );
  await client.query({ text: `insert into ${added} ${select.text}`, values: select.values });
  const rest = restSelect(reconciliation.passes, calendars, added);
  const put = await client.query({ text: `insert into ${names.work} ${rest.text}`, values: rest.values });
  await client.query(`drop table ${added}`);
  await analyzeWork(client, names);
  return put.rowCount ?? 0;
}

function dueSelect(set: WorkingSet, lines: string): { text: string; values: unknown[] } {
  const { reconciliation, calendars, names, asOf, to } = set;
  return workSelect(
    reconciliation.passes,
    calendars,
    `(${lines}) o join tieout.line l on l.unit = o.unit and l.line_id = o.line_id
     where ${DUE('$1')} and ${LIVE('$2')}
       and not exists (select from ${names.work} w where w.unit = l.unit and w.line_id = l.line_id)`,
    [asOf, to],
  );
}

const DUE = (asOf: string): string => `l.accounting_date <= ${asOf} and l.scope = 'in'`;
const LIVE = (upTo: string, from?: string): string =>
  `not exists (select from tieout.line_end e where e.unit = l.unit and e.line_id = l.line_id and e.batch_id <= ${upTo}
     ${from === undefined ? '' : `and e.batch_id > ${from}`})`;
const RELEASED = ({ release }: PartNames): string =>
  `select m.unit, m.line_id from ${release} r
   join tieout.match_member m on m.unit = r.unit and m.match_id = r.match_id and m.released_run is null where not r.added`;

/** `create table as` takes no parameters: patterns and holidays go in as quoted literals, for the shape only. */
function inline(statement: { text: string; values: unknown[] }): string {
  return statement.text.replace(
    /\$(\d+)/g,
    (_, n: string) => `'${String(statement.values[Number(n) - 1]).replaceAll("'", "''")}'`,
  );
}
