// What a reconciliation's passes found becomes visible: releases, matches with their members, open items. Part of a run's
// last transaction.
import type pg from 'pg';
import type { Config } from '../../src/config/model.ts';
import * as persist from '../../src/db/run/persist.ts';
import { POSTING_PASS } from '../../src/db/run/postings.ts';
import { REVERSAL_PASS } from '../../src/db/run/reversals.ts';
import type { RunPins } from '../../src/db/run/startRun.ts';
import { numberIn } from '../../src/rulebook/accounts.ts';
import type { Rulebook } from '../../src/rulebook/model.ts';

/** @param rulebook names the account that a tolerance's variance belongs to, per company */
export async function storePart(
  client: pg.ClientBase,
  { config, rulebook }: { config: Config; rulebook: Rulebook },
  pins: RunPins,
  part: persist.PersistPart,
): Promise<void> {
  const { passes } = part.reconciliation;
  await persist.releaseMatches(client, pins.runId, part);
  await persist.insertMatches(
    client,
    pins.runId,
    part,
    [
      { passNo: POSTING_PASS, name: 'posting', version: '' },
      { passNo: REVERSAL_PASS, name: 'reversal', version: '' },
      ...passes.map((pass, passNo) => ({ passNo, name: pass.name, version: pass.version })),
    ],
    passes.flatMap((pass, passNo) => {
      const account =
        pass.tolerance === undefined ? undefined : rulebook.accounts.get(pass.tolerance.account);
      if (account === undefined) return [];
      return [...config.companies.keys()].map((company) => ({
        passNo,
        company,
        account: numberIn(account, company),
      }));
    }),
  );
  await persist.updateOpenItems(client, pins.runId, pins.asOf, part);
}
