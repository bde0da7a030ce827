// Reconciliations that the rulebook no longer has and that still hold lines: a run goes on to carry them, so that what is
// derived again elsewhere is released there and no line drops out of the tie-out. They match nothing new.
import type pg from 'pg';

import { knownReconciliations } from '../../src/db/decisions/decisionRun.ts';
import { lastGrace } from '../../src/db/run/rulebookVersions.ts';
import type { Reconciliation, Rulebook } from '../../src/rulebook/model.ts';

/** Where no stored version says how long one waited there: as long as any may, so that nothing is called missing. */
const WAITING_DAYS = 366;

/** None in a run over one reconciliation. */
export async function retiredReconciliations(
  client: pg.ClientBase,
  { rulebook, only }: { rulebook: Rulebook; only?: string },
): Promise<Reconciliation[]> {
  if (only !== undefined) return [];
  const present = new Set(rulebook.reconciliations.map(({ name }) => name));
  const names = (await knownReconciliations(client)).filter((name) => !present.has(name));
  const retired: Reconciliation[] = [];
  for (const name of names) {
    retired.push({
      name,
      title: `${name}, no longer in the rulebook`,
      accounts: [],
      ledgers: [],
      unit: ['company', 'ledger'],
      ...((await lastGrace(client, name)) ?? { graceDays: WAITING_DAYS }),
      scope: {},
      passes: [],
    });
  }
  return retired;
}
