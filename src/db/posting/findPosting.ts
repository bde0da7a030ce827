// One posting by what people call it: its reference, or the journal's number.
import type pg from 'pg';

import type { PostingState } from '../../posting/states.ts';

export interface FoundPosting {
  postingKey: string;
  postingReference: string;
  journalId: string;
  state: PostingState;
  /** As text, exact to the microsecond: a word on one stay in a state is none on the next. */
  stateSince: string;
  fence: string;
  payloadHash: string;
  documentId: string;
  company: string;
  makers: string[];
}

/** Locked until the end of the transaction; undefined where there is none. */
export async function findPosting(client: pg.ClientBase, id: string): Promise<FoundPosting | undefined> {
  const found = await client.query<{
    posting_key: string;
    posting_reference: string;
    journal_id: string;
    state: PostingState;
    state_since: string;
    fence: string;
    payload_hash: string;
    document_id: string;
    company: string;
    makers: string[];
  }>(
    `select p.posting_key, p.posting_reference, p.journal_id, p.state, p.state_since, p.fence, p.payload_hash, p.document_id, j.company, j.makers
       from tieout.posting p join tieout.journal j on j.journal_id = p.journal_id
      where p.posting_reference = upper($1) or p.journal_id = case when $1 ~ '^[0-9]{1,18}$' then $1::bigint end for update of p`,
    [id],
  );
  const row = found.rows[0];
  if (row === undefined) return undefined;
  return {
    postingKey: row.posting_key,
    postingReference: row.posting_reference,
    journalId: row.journal_id,
    state: row.state,
    stateSince: row.state_since,
    fence: row.fence,
    payloadHash: row.payload_hash,
    documentId: row.document_id,
    company: row.company,
    makers: row.makers,
  };
}
