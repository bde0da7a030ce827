// Workbooks that people gave back, and what became of their rows.
import type pg from 'pg';

export interface NewUpload {
  path: string;
  sha256: string;
  actor: string;
  at: string;
}

/** Returns its number. */
export async function insertUpload(client: pg.ClientBase, upload: NewUpload): Promise<string> {
  const made = await client.query<{ id: string }>(
    `insert into tieout.case_upload (upload_id, path, sha256, actor, at) values (nextval('tieout.upload_id'), $1, $2, $3, $4) returning upload_id as id`,
    [upload.path, upload.sha256, upload.actor, upload.at],
  );
  return made.rows[0]!.id;
}

export interface UploadRow {
  sheetRow: number;
  caseId: string;
  /** Hash of the row's key, of what its input cells said, and of who said it. */
  said: string;
  decision: unknown;
  outcome: string;
  done: boolean;
}

export async function insertUploadRows(
  client: pg.ClientBase,
  uploadId: string,
  rows: readonly UploadRow[],
): Promise<void> {
  await client.query(
    `insert into tieout.case_upload_row (upload_id, sheet_row, case_id, said, decision, outcome, done)
     select $1, r."sheetRow", r."caseId", r.said, r.decision, r.outcome, r.done
     from jsonb_to_recordset($2::jsonb) as r("sheetRow" int, "caseId" text, said text, decision jsonb, outcome text, done boolean)`,
    [uploadId, JSON.stringify(rows)],
  );
}

/** Of these words, those that were done before, with the number of the upload and what came of it. */
export async function doneBefore(
  client: pg.ClientBase,
  said: readonly string[],
): Promise<Map<string, { upload: string; outcome: string }>> {
  const found = await client.query<{ said: string; upload: string; outcome: string }>(
    'select said, upload_id as upload, outcome from tieout.case_upload_row where done and said = any($1)',
    [[...said]],
  );
  return new Map(found.rows.map(({ said: words, ...rest }) => [words, rest]));
}

/** The last decision of a workbook on each of these cases: who, when, what. */
export async function lastDecided(
  client: pg.ClientBase,
  cases: readonly string[],
): Promise<Map<string, string>> {
  const found = await client.query<{ id: string; words: string }>(
    `select distinct on (r.case_id) r.case_id as id,
            format('%s decided %s on %s', u.actor, r.decision->>'action', to_char(u.at at time zone 'UTC', 'YYYY-MM-DD HH24:MI')) as words
     from tieout.case_upload_row r join tieout.case_upload u on u.upload_id = r.upload_id
     where r.done and r.case_id = any($1) order by r.case_id, r.upload_id desc`,
    [[...cases]],
  );
  return new Map(found.rows.map(({ id, words }) => [id, words]));
}
