// The difference between exit code 0 and 1: does anything need a person?
import type { Database } from '../../src/db/connection.ts';
import { readAttention } from '../../src/db/read/attention.ts';
import { SELF_CLEARING } from '../../src/rulebook/reasons.ts';

export async function needsPerson(db: Database): Promise<boolean> {
  const { exceptions, quarantined, journals } = await readAttention(db.pool, [...SELF_CLEARING]);
  return exceptions + quarantined + journals > 0;
}
