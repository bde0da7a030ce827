// How the stores of the world close their tills. Most books one summary a day under the day's own date; some close twice,
// some after midnight, and some book what left the shelf with the money. None of this is a mistake.
import type { Refund, Shipment } from './facts.ts';
import { storeOf } from './world.ts';

export interface TillHabit {
  /** Summaries a day: two where the till is closed at three in the afternoon as well. */
  sessions: 1 | 2;
  /** Open until after midnight: the summary bears the date of the next day. */
  datedNextDay: boolean;
  /** Cost and stock of till sales are in the summary too; elsewhere they are booked sale by sale. */
  goods: boolean;
}

const TWO_SESSIONS: ReadonlySet<string> = new Set(['S003', 'S011', 'S104']);
const GOODS_TOO: ReadonlySet<string> = new Set(['S007', 'S014', 'S106']);
const FIRST_SESSION_ENDS = 15 * 60;

export function habitOf(store: string): TillHabit {
  return {
    sessions: TWO_SESSIONS.has(store) ? 2 : 1,
    datedNextDay: (storeOf(store)?.dayEnds ?? 0) > 0,
    goods: GOODS_TOO.has(store),
  };
}

/** Reference of the summary that a till sale belongs to: of its day, or of its session. */
export function summaryReference(store: string, day: string, session: 1 | 2 = 1): string {
  const whole = `POS-${store}-${day.replaceAll('-', '')}`;
  return habitOf(store).sessions === 1 ? whole : `${whole}-${session}`;
}

/** In which session of its day a till sale was rung up. */
export function sessionOf(fact: Shipment | Refund): 1 | 2 {
  return habitOf(fact.sellingLocation).sessions === 2 && fact.at.minute >= FIRST_SESSION_ENDS ? 2 : 1;
}
