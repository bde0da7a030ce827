// System: what runs, what ran and what comes next, brakes, files that nobody knows, and where the audit chains end.
import { list } from '../../../jobs/reports/list.ts';
import { type ShownStatus, withNextSlots } from '../../../jobs/reports/nextSlots.ts';
import { readStatus } from '../../../jobs/reports/status.ts';
import type { ChainHead } from '../../audit/chain.ts';
import { auditHeads } from '../../db/auditHeads.ts';
import type { ListedRun } from '../../db/list/runs.ts';
import { VERSION } from '../../version.ts';
import type { ConsolePage } from './page.ts';

export interface SystemAnswer {
  version: string;
  status: Pick<ShownStatus, 'login' | 'running' | 'schedules' | 'brakes' | 'unknownFiles'>;
  /** Newest first. */
  runs: ListedRun[];
  heads: Readonly<Record<string, ChainHead>>;
}

const MOST_RUNS = 50;

export const systemPage: ConsolePage = (routes) => {
  routes.get('system', async ({ db, config, rulebook, by, clock }): Promise<SystemAnswer> => {
    const status = withNextSlots(await readStatus(db, config, clock(), rulebook), config, clock());
    const { rows } = await list(db, 'runs', { limit: MOST_RUNS });
    return {
      version: VERSION,
      status: {
        login: status.login,
        running: status.running,
        schedules: status.schedules,
        brakes: status.brakes.filter(({ company }) => by.companies?.includes(company) ?? true),
        unknownFiles: by.companies === undefined ? status.unknownFiles : [],
      },
      runs: rows as unknown as ListedRun[],
      heads: await auditHeads(db.pool),
    };
  });
};
