// One look at one schedule: take over what a lost worker left, else take the next slot owed, else nothing.
import { localDate } from '../accounting/dates.ts';
import type { Schedule } from '../config/model.ts';
import { claimLostSlot, claimNewSlot } from '../db/slots/claimSlot.ts';
import { noteSlots } from '../db/slots/noteSlots.ts';
import { readSlots } from '../db/slots/readSlots.ts';
import { catchUp } from './catchUp.ts';
import type { WorkContext } from './context.ts';
import { runSlot } from './runSlot.ts';
import { slotsBetween } from '../accounting/slots.ts';

const iso = (ms: number): string => new Date(ms).toISOString();

/** Does at most one slot; true when it did one, and another may be owed. */
export async function workOn(
  context: WorkContext,
  schedule: Schedule,
  watchedSinceMs: number,
): Promise<boolean> {
  const { db, worker, leaseMs, clock, log } = context;
  const day = (slot: string) => localDate(Date.parse(slot), schedule.timeZone);
  const lost = await claimLostSlot(db.pool, schedule.name, worker, leaseMs);
  if (lost !== undefined) {
    log.run(
      'slot taken over',
      { worker, schedule: schedule.name, slot: lost.slot, losses: lost.losses },
      'warn',
    );
    return runSlot(context, schedule, lost, day(lost.slot));
  }
  const now = clock();
  const [last] = await readSlots(db.pool, schedule.name, 1);
  if (last === undefined) {
    // Counted from here on: a schedule that nobody has seen before owes nothing for the past.
    await noteSlots(db.pool, schedule.name, [iso(now)], worker, { first: 'the schedule counts from here' });
    return false;
  }
  const owed = catchUp(slotsBetween(schedule, Date.parse(last.slot), now), schedule.catchUp, watchedSinceMs);
  const [next] = owed.run;
  if (owed.passOver.length > 0) {
    const passed = owed.passOver.map((slot) => iso(slot.dueMs));
    await noteSlots(db.pool, schedule.name, passed, worker, { passedOver: `catchUp: ${schedule.catchUp}` });
    log.run(
      'slots passed over',
      { worker, schedule: schedule.name, slot: passed.join(' '), why: `catchUp: ${schedule.catchUp}` },
      'warn',
    );
  }
  if (next === undefined) return false;
  const taken = await claimNewSlot(db.pool, schedule.name, iso(next.dueMs), worker, leaseMs);
  return taken === undefined ? false : runSlot(context, schedule, taken, next.day);
}
