// One event judged by itself: read, checked, derived, its lines given their homes. Whoever brought it (a file, a request, a
// stream), it is judged here; whether others dispute it is decided later, by what is stored.
import { readyEvent } from '../db/intake/stageEvents.ts';
import type { ReadyEvent } from '../db/intake/stageEvents.ts';
import type { BusinessEvent, Refusal } from '../events/model.ts';
import { readEvent } from '../events/read.ts';
import type { Unit } from '../rulebook/unit.ts';
import type { accountingDates } from './accountingDate.ts';
import type { IntakeContext } from './context.ts';
import { derive, home } from './derived.ts';
import { familyOf, revisionOf } from './familyKey.ts';

export type Dates = ReturnType<typeof accountingDates>;

export type Judged =
  | { ok: true; event: BusinessEvent; ready: ReadyEvent }
  /** `event` where the event itself was read, and refused for what surrounds it. */
  | { ok: false; refusal: Refusal; event?: BusinessEvent };

/** @param units gets the units of its lines */
export function judge(
  record: { text: string; position: number; byteOffset: number },
  context: IntakeContext,
  dates: Dates,
  units: Map<string, Unit>,
): Judged {
  const read = readEvent(record.text, context.events);
  if (!read.ok) return read;
  const { event } = read;
  const { day, reason } = dates(event.company, event.businessDate);
  const derived = event.correction === 'void' ? NOTHING : derive(event, day, context);
  if ('refusal' in derived) return { ok: false, refusal: derived.refusal, event };
  const { standing, because, rule, lines } = derived;
  const special = event.corrects !== undefined || revisionOf(event) > 0;
  const staged = {
    position: record.position,
    byteOffset: record.byteOffset,
    event,
    accountingDate: day,
    dateReason: reason,
    authoritative: context.isAuthoritative(event.source, event.type, locationOf(event), event.businessDate),
    family: standing === 'lifecycle' ? '' : familyOf(event).family,
    special,
    standing,
    because,
    rule,
  };
  const homed = special ? [] : lines.map((line) => home(line, context, units));
  return { ok: true, event, ready: readyEvent(staged, homed) };
}

const NOTHING = { standing: 'zero' as const, because: '', rule: '', lines: [] };

/** The place whose source has the word on this event. */
function locationOf({ places }: BusinessEvent): string {
  return places.location ?? places.fromLocation ?? places.toLocation ?? places.sellingLocation ?? '';
}
