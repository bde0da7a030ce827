// Feeds: how far the ledgers are complete, what was taken in, and what was refused, summed by its cause.
import { sumQuarantine } from '../../../jobs/intake/quarantine.ts';
import { list } from '../../../jobs/reports/list.ts';
import { type ShownStatus, withNextSlots } from '../../../jobs/reports/nextSlots.ts';
import { readStatus } from '../../../jobs/reports/status.ts';
import type { QuarantinedRecord, QuarantineSum } from '../../db/intake/quarantine.ts';
import { waitingRecords } from '../../db/intake/quarantine.ts';
import type { ListedBatch } from '../../db/list/batches.ts';
import type { ConsolePage } from './page.ts';

export interface FeedsAnswer {
  status: Pick<ShownStatus, 'feeds' | 'overdue' | 'inboxes' | 'waitingCorrections'>;
  /** Newest first; of all companies, so only for those who have all. */
  batches: ListedBatch[];
  more: number;
  refused: QuarantineSum[];
  /** The first of the chosen reason, or of all. */
  records: QuarantinedRecord[];
}

const MOST_BATCHES = 200;
const MOST_RECORDS = 100;

export const feedsPage: ConsolePage = (routes) => {
  routes.get('feeds', async ({ db, config, rulebook, by, clock, param }): Promise<FeedsAnswer> => {
    const mine = <T extends { company: string }>(rows: readonly T[]): T[] =>
      rows.filter(({ company }) => by.companies?.includes(company) ?? true);
    const status = withNextSlots(await readStatus(db, config, clock(), rulebook), config, clock());
    const batches =
      by.companies === undefined ? await list(db, 'batches', { limit: MOST_BATCHES }) : undefined;
    const own = by.companies === undefined ? {} : { companies: by.companies };
    const reason = param('reason');
    const chosen = reason === '' ? own : { ...own, reason };
    return {
      status: {
        feeds: mine(status.feeds),
        overdue: mine(status.overdue),
        inboxes: by.companies === undefined ? status.inboxes : { failed: [], withoutControl: [] },
        waitingCorrections: mine(status.waitingCorrections),
      },
      batches: (batches?.rows ?? []) as unknown as ListedBatch[],
      more: batches?.more.count ?? 0,
      refused: await sumQuarantine(db, own),
      records: await waitingRecords(db.pool, chosen, '0', MOST_RECORDS),
    };
  });
};
