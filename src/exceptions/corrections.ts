// A correction waits for the event it names. After the grace days that event will hardly come: most likely its id was mistyped,
// and a sale that was cancelled still counts.
import type { ControlDay, ControlItem, EventRef } from './control.ts';
import { isDue } from './control.ts';

/** A stored correction whose target is not stored. */
export interface WaitingCorrection extends EventRef {
  company: string;
  type: string;
  /** Business key, as shown. */
  key: string;
  correction: 'void' | 'replace';
  targetSource: string;
  targetId: string;
  businessDate: string;
  accountingDate: string;
}

/**
 * The items of a day.
 * @param graceDays of an event type
 */
export function correctionItems(
  waiting: readonly WaitingCorrection[],
  graceDays: (type: string) => number,
  { asOf }: ControlDay,
): ControlItem[] {
  return waiting
    .filter(({ accountingDate }) => accountingDate <= asOf)
    .filter(({ type, businessDate }) => isDue(businessDate, graceDays(type), asOf))
    .map((each) => ({
      reason: 'CORRECTION_WITHOUT_TARGET',
      subject: `${each.source}\u001f${each.id}`,
      company: each.company,
      why: `${waitingText(each)}; ${graceDays(each.type)} grace days are over`,
      detail: {
        source: each.source,
        id: each.id,
        type: each.type,
        events: [{ source: each.source, id: each.id }],
        references: [each.key],
      },
      exposure: null,
      currency: '',
      businessDate: each.businessDate,
    }));
}

/** `void of SHP-1 (/oms ev-9) waits for its target /oms ev-1, which is not here`. */
export function waitingText({
  correction,
  key,
  source,
  id,
  targetSource,
  targetId,
}: WaitingCorrection): string {
  const what = correction === 'void' ? 'void' : 'replacement';
  return `${what} of ${key} (${source} ${id}) waits for its target ${targetSource} ${targetId}, which is not here`;
}
