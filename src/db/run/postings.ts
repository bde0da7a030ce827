// The first built-in pass: a ledger line that carries the reference of one of our postings joins exactly what the journal
// says it clears. Nothing is compared but the sum, because the journal was made from these lines: it comes to zero, or the
// document is not the one that we sent and its lines go through the other passes like anybody's.
import type pg from 'pg';
import type { Connections } from './connections.ts';
import { addReleased, type WorkingSet } from './fillWork.ts';
import { shrink } from './runPass.ts';
import { DEAD } from '../posting/stateLists.ts';

/** Number of the built-in pass in `found.pass_no`. */
export const POSTING_PASS = -2;

const GROUP = 'reference, unit, account, currency';

/**
 * Groups per posting reference, unit, account and currency. Work grows with the lines that carry a reference, never with
 * the journals of the past.
 * @param lines lines in the work table
 * @returns lines left in it
 */
export async function matchPostings(
  connections: Connections,
  set: WorkingSet,
  lines: number,
): Promise<number> {
  const [client] = connections;
  const references = await carriedReferences(client, set);
  if (references.length === 0) return lines;
  await gatherGroups(client, set, references);
  await keepWhatComesToZero(client, set);
  const released = await releaseHeld(client, set);
  await writeFound(client, set);
  return shrink(connections, set.names, POSTING_PASS, lines + released);
}

/**
 * References in the work table. A journal that was refused or cancelled holds nothing any more: what the ledger shows of
 * it is matched like any other document, and a control item says that it came although it should not have.
 */
async function carriedReferences(client: pg.ClientBase, { names }: WorkingSet): Promise<string[]> {
  const found = await client.query<{ reference: string }>(
    `select p.posting_reference as reference from (select distinct posting from ${names.work} where posting is not null) w
     join tieout.posting p on p.posting_reference = w.posting and p.state not in ${DEAD} order by 1`,
  );
  return found.rows.map((row) => row.reference);
}

/**
 * Lines of each group: the document's own, and those that its journal clears and that are free. Free is what is open; and
 * for a reversal the lines of the reversed document, for a variance the lines of its match, also where a match holds them:
 * that one, or the one that they found again after a run was taken back.
 */
async function gatherGroups(
  client: pg.ClientBase,
  { names, asOf, to }: WorkingSet,
  references: readonly string[],
): Promise<void> {
  await client.query(`create unlogged table ${names.posting} (reference text collate "C" not null, unit bigint not null, account text collate "C" not null,
    currency text collate "C" not null, line_id bigint not null, side "char" not null, ticks bigint not null, own boolean not null, journal_id bigint, held bigint)`);
  await client.query(
    `insert into ${names.posting} (reference, unit, account, currency, line_id, side, ticks, own)
     select o.posting, o.unit, o.account, o.currency, o.line_id, o.side, o.ticks, true from ${names.work} o
       join tieout.line d on d.unit = o.unit and d.line_id = o.line_id
      where o.posting = any($1) and not exists (
        -- A document that somebody reversed in the ERP nets with its reversal; one that we reverse ourselves joins it below.
        select from ${names.work} n join tieout.line r on r.unit = n.unit and r.line_id = n.line_id
         where n.side = 'L' and n.reverses and n.unit = o.unit and n.account = o.account and n.currency = o.currency and n.ticks = -o.ticks
           and r.reversal_of = d.document and r.company = d.company and r.ledger = d.ledger
           and not coalesce(n.posting = any($1), false))`,
    [references],
  );
  await client.query(
    `insert into ${names.posting} (reference, unit, account, currency, line_id, side, ticks, own, journal_id, held)
     with cleared as materialized (
       select c.posting_reference as reference, c.journal_id, c.unit, c.account, c.currency, c.line_id, c.match_id
         from tieout.posting_clears c where c.posting_reference = any($1)),
     wanted as (
       select c.reference, c.journal_id, c.unit, c.account, c.currency, c.line_id, false as of_match from cleared c where c.line_id is not null
       union
       select c.reference, c.journal_id, c.unit, c.account, c.currency, m.line_id, true from cleared c
         join tieout.match_member m on m.unit = c.unit and m.match_id = c.match_id)
     select c.reference, c.unit, c.account, c.currency, c.line_id, l.side, (l.amount * 10000)::bigint, false, c.journal_id,
            case when w.line_id is null then m.match_id end
       from wanted c
       join tieout.line l on l.unit = c.unit and l.line_id = c.line_id
       left join ${names.work} w on w.unit = c.unit and w.line_id = c.line_id
       left join tieout.match_member m on m.unit = c.unit and m.line_id = c.line_id and m.released_run is null
      where exists (select from ${names.posting} o where o.reference = c.reference and o.unit = c.unit and o.account = c.account and o.currency = c.currency)
        and (w.line_id is not null or (m.match_id is not null and (c.of_match or l.side = 'L')))
        and l.scope = 'in' and l.accounting_date <= $2 and l.batch_id <= $3
        and not exists (select from tieout.line_end e where e.unit = l.unit and e.line_id = l.line_id and e.batch_id <= $3)`,
    [references, asOf, to],
  );
}

/** A document and its reversal in one extract both want the document's lines: the reversal, which came later, has them. */
async function keepWhatComesToZero(client: pg.ClientBase, { names }: WorkingSet): Promise<void> {
  await client.query(
    `delete from ${names.posting} p using (
       select ${GROUP} from ${names.posting} group by ${GROUP}
       having sum(case side when 'L' then ticks else -ticks end) <> 0 or bool_and(own)) g
     where (p.reference, p.unit, p.account, p.currency) = (g.reference, g.unit, g.account, g.currency)`,
  );
  await client.query(
    `delete from ${names.posting} p using (
       select distinct a.reference, a.unit, a.account, a.currency from ${names.posting} a
       join ${names.posting} b on b.unit = a.unit and b.line_id = a.line_id and b.reference <> a.reference and not b.own) g
     where (p.reference, p.unit, p.account, p.currency) = (g.reference, g.unit, g.account, g.currency)`,
  );
}

/** Returns how many lines came into the work table with them. */
async function releaseHeld(client: pg.ClientBase, set: WorkingSet): Promise<number> {
  const { release, posting } = set.names;
  const released = await client.query(
    `insert into ${release} (unit, match_id) select distinct unit, held from ${posting} where held is not null on conflict do nothing`,
  );
  return released.rowCount === 0 ? 0 : addReleased(client, set);
}

async function writeFound(client: pg.ClientBase, { names }: WorkingSet): Promise<void> {
  await client.query(
    `with groups as materialized (
       select nextval('tieout.match_id') as match_id, g.* from (
         select p.reference, p.unit, p.account, p.currency, count(*) filter (where w.side = 'E') as e_count, count(*) filter (where w.side = 'L') as l_count,
                coalesce(sum(w.ticks) filter (where w.side = 'E'), 0) as e_ticks, coalesce(sum(w.ticks) filter (where w.side = 'L'), 0) as l_ticks,
                sum(w.company_ticks) filter (where w.side = 'E') as e_company, sum(w.company_ticks) filter (where w.side = 'L') as l_company,
                min(w.ext) as anchor, string_agg(w.ext, E'\\x1e' order by w.ext) as members,
                -- Cut-off: in another period than we sent it to. One that went to the next open period by our own policy is none.
                bool_or(p.own and l.accounting_date <> j.posting_date and l.period <> j.period) as off_period
           from ${names.posting} p join ${names.work} w on w.unit = p.unit and w.line_id = p.line_id
           join tieout.line l on l.unit = p.unit and l.line_id = p.line_id
           join tieout.posting q on q.posting_reference = p.reference join tieout.journal j on j.journal_id = q.journal_id
          group by p.reference, p.unit, p.account, p.currency) g),
     members as (
       insert into ${names.member} (match_id, unit, line_id, side)
       select g.match_id, p.unit, p.line_id, p.side from groups g
         join ${names.posting} p on (p.reference, p.unit, p.account, p.currency) = (g.reference, g.unit, g.account, g.currency))
     insert into ${names.found} (match_id, pass_no, unit, account, currency, e_count, l_count, e_ticks, l_ticks, e_company, l_company, anchor, off_period, digest)
     select match_id, ${POSTING_PASS}, unit, account, currency, e_count, l_count, e_ticks, l_ticks, e_company, l_company, anchor, off_period,
            sha256(convert_to('match' || E'\\x1f' || 'posting' || E'\\x1f' || '0' || E'\\x1f' || members, 'UTF8')) from groups`,
  );
}
