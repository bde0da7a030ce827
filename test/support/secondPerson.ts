// A reviewer who agrees to whatever waits: for tests whose subject is what happens then.
import type { Approving } from '../../jobs/approve.ts';
import { approveWaiting } from '../../jobs/secondWord.ts';

/** Agrees as `zoe`, who is added where she is not there yet; returns what was done. */
export async function agree(job: Omit<Approving, 'by' | 'why'>, id: string | undefined): Promise<string> {
  await job.db.pool.query(
    `insert into tieout.app_user (name, role) values ('zoe', 'reviewer') on conflict do nothing`,
  );
  const by = { name: 'zoe', role: 'reviewer' as const, keyId: '', osUser: 'test' };
  return approveWaiting({ ...job, by, why: 'seen' }, id ?? '');
}
