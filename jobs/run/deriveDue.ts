// Events that no rule took come in as soon as one does: the start of every run. It needs no second word, because nothing
// that stood is changed by it.
import type { Config } from '../../src/config/model.ts';
import type { Database } from '../../src/db/connection.ts';
import { transaction } from '../../src/db/connection.ts';
import { drawBatchId } from '../../src/db/intake/insertBatch.ts';
import { rederive } from '../../src/intake/rederive.ts';
import { closeRederivedBatch } from '../../src/intake/rederiveBatch.ts';
import { nothingChanges } from '../../src/intake/rederiveModel.ts';
import { storing } from '../../src/intake/storing.ts';
import type { Rulebook } from '../../src/rulebook/model.ts';
import { intakeContext } from '../intake/intakeContext.ts';

export interface DeriveDue {
  db: Database;
  config: Config;
  rulebook: Rulebook;
  maker: string;
  clock: () => number;
}

/** Derives them in a batch of their own. Returns how many events came in. */
export function deriveWhatIsDue({ db, config, rulebook, maker, clock }: DeriveDue): Promise<number> {
  return transaction(db, async (client) => {
    const context = await intakeContext(client, config, rulebook, clock, maker);
    // Nearly always there is nothing, and then no intake has to wait and no batch is made.
    if (nothingChanges(await rederive(client, context, 'no_rule'))) return 0;
    const subjects = [...config.companies.keys()].map((code) => `events ${code}`);
    return storing(client, subjects, async () => {
      const batchId = await drawBatchId(client);
      const plan = await rederive(client, context, 'no_rule', batchId);
      await closeRederivedBatch(client, context, batchId, plan);
      return plan.events;
    });
  });
}
