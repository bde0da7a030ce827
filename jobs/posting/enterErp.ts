// Makes us the one who sends to an ERP: in its marker where it has one, and in the lease row of the database. After a
// restore its folders are looked through first, for files under our names that the restored database does not know. What a
// folder or share does is an answer, not a fault.
import type { Database } from '../../src/db/connection.ts';
import { transaction } from '../../src/db/connection.ts';
import { hasToList, leaseOfOther, listFiles, takeLease } from '../../src/db/posting/erpLease.ts';
import type { ErpPoster, Project } from '../../src/erp/contract.ts';

/** What stands in the way of sending to the ERP of that name; '' for nothing. Reads only. */
export async function erpClosed(
  db: Database,
  name: string,
  erp: ErpPoster,
  project: Project,
): Promise<string> {
  return (await leaseOfOther(db.pool, name, project)) || ((await erp.closed?.(project)) ?? '');
}

/** What stands in the way of sending to the ERP of that name; '' for nothing, and then marker and lease name us. */
export async function enterErp(
  db: Database,
  name: string,
  erp: ErpPoster,
  project: Project,
): Promise<string> {
  const closed = await asAnswer(() => erpClosed(db, name, erp, project));
  if (closed !== '') return closed;
  await takeLease(db.pool, name, project);
  return asAnswer(async () => {
    await erp.enter?.(project);
    if (erp.ourFiles === undefined || !(await hasToList(db.pool, name))) return '';
    const files = await erp.ourFiles();
    await transaction(db, (client) => listFiles(client, name, project.epoch, files));
    return '';
  });
}

async function asAnswer(work: () => Promise<string>): Promise<string> {
  try {
    return await work();
  } catch (error) {
    return (error as Error).message;
  }
}
