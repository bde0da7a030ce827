// A stored journal as the draft of its reversal needs it.
import type pg from 'pg';

import type { JournalKind } from '../../posting/draft.ts';
import type { RolloutMode } from '../../posting/missingEntry.ts';
import { DEAD } from './stateLists.ts';

export interface StoredHead {
  kind: JournalKind;
  erp: string;
  grouping: 'detail' | 'summary';
  mode: RolloutMode;
  rules: string[];
  rulebookHash: string;
  /** Line numbers that clear what they name. */
  clearing: number[];
  /** Posting reference of a live journal that reverses it already; null for none. */
  reversedBy: string | null;
}

export async function readHead(client: pg.ClientBase, journalId: string): Promise<StoredHead | undefined> {
  const found = await client.query<{
    kind: JournalKind;
    erp: string;
    grouping: 'detail' | 'summary';
    mode: RolloutMode;
    rules: string[];
    rulebook_hash: string;
    clearing: number[];
    reversed_by: string | null;
  }>(
    `select j.kind, j.erp, j.grouping, j.mode, j.rules, j.rulebook_hash,
            array(select l.line from tieout.journal_line l where l.journal_id = j.journal_id and l.clears order by 1) as clearing,
            (select p.posting_reference from tieout.journal r join tieout.posting p on p.journal_id = r.journal_id
              where r.reverses = j.journal_id and p.state not in ${DEAD} limit 1) as reversed_by
       from tieout.journal j where j.journal_id = $1`,
    [journalId],
  );
  const row = found.rows[0];
  if (row === undefined) return undefined;
  const { kind, erp, grouping, mode, rules, clearing } = row;
  return {
    kind,
    erp,
    grouping,
    mode,
    rules,
    clearing,
    rulebookHash: row.rulebook_hash,
    reversedBy: row.reversed_by,
  };
}
