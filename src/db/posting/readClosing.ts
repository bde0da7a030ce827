// What closing entries are about, read with their lines: a live match that has a variance, an open exception; and which
// live journal has them already.
import { createHash } from 'node:crypto';
import type pg from 'pg';

import { externalKeySql } from '../../matching/workTable.ts';
import type { ClosingLine, ClosingMatch } from '../../posting/closing.ts';

const LINE = `l.unit, l.line_id as "lineId", l.side, l.company, l.ledger, l.account, l.location, l.dimension, l.currency, l.amount,
  l.company_currency as "companyCurrency", l.company_amount as "companyAmount", l.accounting_date as "accountingDate",
  l.fiscal_year as "fiscalYear", l.period, l.reference, ${externalKeySql('l')} as "externalKey",
  coalesce(v.payload #>> '{data,region}', '') as region, coalesce(v.payload #>> '{data,brand}', '') as brand`;
const EVENT = `left join tieout.event v on l.side = 'E' and v.source = l.event_source and v.id = l.event_id`;

/** Undefined where no live match has this number. */
export async function readClosingMatch(
  client: pg.ClientBase,
  matchId: string,
): Promise<ClosingMatch | undefined> {
  const found = await client.query<Omit<ClosingMatch, 'lines' | 'key'>>(
    `select x.unit, x.match_id as "matchId", x.account, x.currency, x.variance, x.variance_account as "varianceAccount"
       from tieout.match x where x.match_id = $1 and exists (
         select from tieout.match_member m where m.unit = x.unit and m.match_id = x.match_id and m.released_run is null)`,
    [matchId],
  );
  const [match] = found.rows;
  if (match === undefined) return undefined;
  const { rows: lines } = await client.query<ClosingLine>(
    `select ${LINE} from tieout.match_member m join tieout.line l on l.unit = m.unit and l.line_id = m.line_id ${EVENT}
      where m.unit = $1 and m.match_id = $2 and m.released_run is null order by "externalKey"`,
    [match.unit, match.matchId],
  );
  const members = lines.map((line) => line.externalKey).join('\u001e');
  const key = `V\u001f${createHash('sha256').update(members).digest('hex')}`;
  return { ...match, lines, key };
}

/** Newest state of an exception, with the lines it owns now. */
export interface ClosingException {
  reason: string;
  legs: ClosingLine[];
}

/** @param id whole */
export async function readClosingException(client: pg.ClientBase, id: string): Promise<ClosingException> {
  const found = await client.query<{ reason: string }>(
    'select reason from tieout.exception_state where exception_id = $1 order by run_id desc limit 1',
    [id],
  );
  const { rows: legs } = await client.query<ClosingLine>(
    `select ${LINE} from tieout.exception_leg g join tieout.line l on l.unit = g.unit and l.line_id = g.line_id ${EVENT}
      where g.exception_id = $1 and g.ended_run is null order by "externalKey"`,
    [id],
  );
  return { reason: found.rows[0]?.reason ?? '', legs };
}

/** The first live journal that names any of these: its reference and state. A reversal in the ledger frees them. */
export async function liveJournalOf(
  client: pg.ClientBase,
  externalKeys: readonly string[],
): Promise<string | undefined> {
  const found = await client.query<{ journal: string }>(
    `select p.posting_reference || ' ' || p.state as journal from tieout.journal_source s join tieout.posting p on p.journal_id = s.journal_id
      where s.external_key = any($1) and s.ended is null order by s.journal_id limit 1`,
    [externalKeys],
  );
  return found.rows[0]?.journal;
}
