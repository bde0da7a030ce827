// Sets an ERP up to be sent to, where that takes something on its side. Refused while the end of a journal is not known: in
// a folder made anew it would be looked for in vain, and sent again.
import type { ErpSetting } from '../../src/config/model.ts';
import type { Database } from '../../src/db/connection.ts';
import { listUnsettled } from '../../src/db/posting/listUnsettled.ts';
import { readProject } from '../../src/db/project.ts';
import type { ErpPoster, Project } from '../../src/erp/contract.ts';
import { erpOf } from '../../src/erp/registry.ts';
import { UserError } from '../../src/errors.ts';
import { enterErp } from './enterErp.ts';

/**
 * Makes the folders and markers of the ERP called `name` that are not there; one that has none gets its lease row.
 * @returns the folders whose marker was written
 * @throws UserError for another name, an ERP of another project, or a journal whose end is not known
 */
export async function setUpErp(
  db: Database,
  erps: ReadonlyMap<string, ErpSetting>,
  name: string,
): Promise<string[]> {
  const where = `erp setup ${name}`;
  const setting = erps.get(name);
  if (setting === undefined)
    throw new UserError({
      where,
      what: 'no ERP has this name',
      expected: [...erps.keys()].join(', ') || 'an entry under erps: in tieout.yaml',
    });
  const erp = erpOf(setting);
  const project = await readProject(db.pool);
  if (erp.setUp === undefined || erp.closed === undefined) return takeErp(db, name, erp, project);
  if ((await erp.closed(project)) === '') return [];
  const unsettled = await listUnsettled(db.pool, name);
  if (unsettled.length > 0)
    throw new UserError({
      where,
      what: 'a folder set up anew would say that these journals are not in the ERP',
      expected: 'no journal whose sending was cut off and not settled',
      found: unsettled.join(', '),
      todo: 'mount the folders that they were sent to; or run tieout post and say by tieout resolve what became of each',
    });
  try {
    return erp.setUp();
  } catch (error) {
    throw new UserError({
      where,
      what: 'the folder or its marker cannot be made',
      found: (error as Error).message,
      todo: 'check erps: in tieout.yaml and the rights of the folder',
    });
  }
}

/** An ERP without a place for a marker: the database keeps who sends to it. */
async function takeErp(db: Database, name: string, erp: ErpPoster, project: Project): Promise<string[]> {
  const why = await enterErp(db, name, erp, project);
  if (why === '') return [];
  throw new UserError({ where: `erp setup ${name}`, what: why, todo: 'use the database of that project' });
}
