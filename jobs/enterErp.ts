// Enters a project in an ERP's marker, where the ERP has one. What the folder or the share does is an answer, not a fault.
import type { ErpPoster, Project } from '../src/erp/contract.ts';

/** What stands in the way of sending to that ERP; '' for nothing, and then its marker names us. */
export async function enterErp(erp: ErpPoster, project: Project): Promise<string> {
  try {
    const closed = (await erp.closed?.(project)) ?? '';
    if (closed === '') await erp.enter?.(project);
    return closed;
  } catch (error) {
    return (error as Error).message;
  }
}
