// What `status` says of the schedules, with the next time of each; command line and console show the same.
import type { Status } from './status.ts';
import type { Config } from '../../src/config/model.ts';
import { nextSlot } from '../../src/accounting/slots.ts';

export type ShownStatus = Omit<Status, 'schedules'> & {
  schedules: (Status['schedules'][number] & { next: string })[];
};

/** As `status --json` prints it. @param now milliseconds since 1970 */
export function withNextSlots(read: Status, config: Config, now: number): ShownStatus {
  const next = new Map(
    [...config.schedules.values()].map((daily) => [
      daily.name,
      new Date(nextSlot(daily, now).dueMs).toISOString(),
    ]),
  );
  return {
    ...read,
    schedules: read.schedules.map((schedule) => ({ ...schedule, next: next.get(schedule.name) ?? '' })),
  };
}
