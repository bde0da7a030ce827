// Hashes recomputed from what is stored: events, ledger lines, rulebooks, journals, decisions. Each is a stream of rows, so
// that ten million of them need no more memory than five thousand.
import type pg from 'pg';
import { CONTENT_COLUMNS } from '../accounting/ledgerColumns.ts';

import { contentHashOf } from '../events/content.ts';
import { CanonicalWriter, sha256 } from '../events/canonicalJson.ts';
import { payloadHash } from '../posting/key.ts';
import { fetched } from './cursor.ts';
import { readOutgoing } from './posting/readOutgoing.ts';

const SHOWN = 5;

interface EventRow extends pg.QueryResultRow {
  source: string;
  id: string;
  type: string;
  time: string;
  payload: string;
  hash: string;
}

/** Events whose payload is not what its hash was made of, or whose columns say something else than the payload. */
export async function changedEvents(client: pg.ClientBase): Promise<string[]> {
  const found: string[] = [];
  const rows = fetched<EventRow>(
    client,
    'stored_event',
    `select source, id, type, to_char(time at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as time, payload::text as payload,
            encode(content_hash, 'hex') as hash from tieout.event`,
    [],
  );
  for await (const page of rows)
    for (const row of page) {
      if (found.length === SHOWN) continue;
      const why = whyChanged(row);
      if (why !== undefined) found.push(`event ${row.source} ${row.id}: ${why}`);
    }
  return found;
}

function whyChanged(row: EventRow): string | undefined {
  const whole = JSON.parse(row.payload) as Record<string, unknown>;
  const subject = typeof whole['subject'] === 'string' ? whole['subject'] : '';
  const data = new CanonicalWriter().write(whole['data']);
  if (contentHashOf(data, { subject, time: row.time, type: row.type }) !== row.hash)
    return 'its payload is not what came in';
  if (whole['source'] !== row.source || whole['id'] !== row.id || whole['type'] !== row.type)
    return 'its columns say something else than its payload';
  return undefined;
}

/**
 * Ledger lines whose columns are not what their hash was made of. The hash covers a company amount only where the ERP
 * delivered one, so either form is right; a version that changed words only keeps them beside the line that stands.
 */
export async function changedLedgerLines(client: pg.ClientBase): Promise<string[]> {
  const valueOf = ({ column, change, field }: (typeof CONTENT_COLUMNS)[number]): string => {
    if (change === 'words') return `coalesce(i.changes ->> '${column}', l.${column}, '')`;
    return `coalesce(l.${column}::text, '${field === 'status' ? 'posted' : ''}')`;
  };
  const content = (companyAmount: string): string => {
    const texts = CONTENT_COLUMNS.map((row) =>
      row.field === 'companyAmount' ? companyAmount : valueOf(row),
    );
    return `encode(sha256(convert_to(array_to_string(array[${texts.join(', ')}], E'\\x1f'), 'UTF8')), 'hex')`;
  };
  const found = await client.query<{ label: string; there: boolean }>(
    `select concat_ws(' ', i.company, i.ledger, i.document, i.line) as label, l.line_id is not null as there
       from tieout.ledger_identity i left join tieout.line l on l.unit = i.unit and l.line_id = i.line_id
      where l.line_id is null
         or encode(i.content_hash, 'hex') not in (${content("''")},
              ${content(`l.company_currency || ' ' || coalesce(l.company_amount::text, '')`)}) limit ${SHOWN}`,
  );
  return found.rows.map(
    ({ label, there }) =>
      `ledger line ${label}: ${there ? 'it is not what came in' : 'its line is not there'}`,
  );
}

/** Versions of the rules that are not what their hash was made of, or that runs used and nobody kept. */
export async function changedRulebooks(client: pg.ClientBase): Promise<string[]> {
  const found = await client.query<{ text: string }>(
    `select format('rulebook %s: it is not the version of that hash', left(hash, 12)) as text from tieout.rulebook_version
      where hash <> encode(sha256(convert_to(canonical, 'UTF8')), 'hex')
     union all
     select format('run %s: its rulebook %s is not there', run_id, left(rulebook_hash, 12)) from tieout.run r
      where r.kind = 'reconcile' and r.state = 'completed' and not exists (select from tieout.rulebook_version v where v.hash = r.rulebook_hash)
     limit ${SHOWN}`,
  );
  return found.rows.map(({ text }) => text);
}

/** Journals whose lines are not what their payload hash, and that of the posting and of the approval, was made of. */
export async function changedJournals(client: pg.ClientBase): Promise<string[]> {
  const found: string[] = [];
  const rows = fetched<{ id: string; reference: string; hash: string; others: boolean }>(
    client,
    'stored_journal',
    `select j.journal_id as id, p.posting_reference as reference, j.payload_hash as hash,
            p.payload_hash <> j.payload_hash or exists (select from tieout.approval a where a.journal_id = j.journal_id and a.payload_hash <> j.payload_hash) as others
       from tieout.journal j join tieout.posting p using (journal_id)`,
    [],
  );
  for await (const page of rows)
    for (const { id, reference, hash, others } of page) {
      if (found.length === SHOWN) continue;
      if (others || payloadHash(await readOutgoing(client, id)) !== hash)
        found.push(`journal ${reference}: it is not what was proposed and approved`);
    }
  return found;
}

/** Decisions whose content is not what their hash was made of. */
export async function changedDecisions(client: pg.ClientBase): Promise<string[]> {
  const found: string[] = [];
  const rows = fetched<{ id: string; content: unknown; hash: string }>(
    client,
    'stored_decision',
    'select decision_id as id, content, content_hash as hash from tieout.decision',
    [],
  );
  for await (const page of rows)
    for (const { id, content, hash } of page)
      if (found.length < SHOWN && sha256(new CanonicalWriter().write(content)) !== hash)
        found.push(`decision D${id}: its content is not what was decided`);
  return found;
}

/** Postings whose state is not where their last step led. */
export async function stateWithoutStep(client: pg.ClientBase): Promise<string[]> {
  const found = await client.query<{ text: string }>(
    `select format('posting %s is %s, its last step led to %s', p.posting_reference, p.state, coalesce(s.to_state, 'nothing')) as text
       from tieout.posting p
       left join lateral (select to_state from tieout.posting_step s where s.posting_key = p.posting_key order by step desc limit 1) s on true
      where p.state <> coalesce(s.to_state, 'DRAFT') limit ${SHOWN}`,
  );
  return found.rows.map(({ text }) => text);
}
