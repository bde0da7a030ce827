// A reviewer who agrees to whatever waits: for tests whose subject is what happens then.
import type { Approving } from '../../jobs/decisions/agreeing.ts';
import { appendAudit } from '../../src/db/audit.ts';
import { transaction } from '../../src/db/connection.ts';
import { approveWaiting } from '../../jobs/decisions/secondWord.ts';

/** Agrees as `zoe`, who is added where she is not there yet; returns what was done. */
export async function agree(job: Omit<Approving, 'by' | 'why'>, id: string | undefined): Promise<string> {
  await transaction(job.db, async (client) => {
    const added = await client.query(
      `insert into tieout.app_user (name, role) values ('zoe', 'reviewer') on conflict do nothing`,
    );
    if (added.rowCount === 1) await appendAudit(client, 'decisions', { user: 'zoe' }, { app_user: ['zoe'] });
  });
  const by = { name: 'zoe', role: 'reviewer' as const, keyId: '', osUser: 'test' };
  return approveWaiting({ ...job, by, why: 'seen' }, id ?? '');
}
