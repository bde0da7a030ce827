// Today: each company in one word, the bridge from ledger to expected, what needs whom, what changed.
import { readToday, type Today } from '../../../jobs/reports/today.ts';
import { withNextSlots, type ShownStatus } from '../../../jobs/reports/nextSlots.ts';
import type { ConsolePage } from './page.ts';

/** null before the first run. */
export interface TodayAnswer {
  today: (Omit<Today, 'status'> & { status: ShownStatus }) | null;
}

export const todayPage: ConsolePage = (routes) => {
  routes.get('today', async ({ db, config, rulebook, cases, statement, by, clock }): Promise<TodayAnswer> => {
    const now = clock();
    const today = await readToday({ db, config, rulebook, cases, statement, by, now });
    if (today === undefined) return { today: null };
    return { today: { ...today, status: withNextSlots(today.status, config, now) } };
  });
};
