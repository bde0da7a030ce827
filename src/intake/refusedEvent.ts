// A refused event as quarantine keeps it: with company, amount and the accounts that its type posts to, as far as they can
// be read, because what sits in quarantine is printed beside the tie-outs that it would have belonged to.
import type { RefusedRecord } from '../db/intake/stageRefused.ts';
import type { BusinessEvent, Refusal } from '../events/model.ts';
import type { EventRecord } from '../feeds/feed.ts';
import { postedAccounts } from '../rulebook/postedAccounts.ts';
import type { IntakeContext } from './context.ts';

/** @param event where the event itself was read, and refused for what surrounds it */
export function refusedEvent(
  record: Exclude<EventRecord, { outcome: 'skipped' }>,
  refusal: Refusal,
  { rulebook }: IntakeContext,
  event?: BusinessEvent,
): RefusedRecord {
  const told = event === undefined ? refusal : { ...refusal, ...readIn(event) };
  return {
    position: record.position,
    byteOffset: record.byteOffset,
    refusal: told,
    raw: record.raw(),
    accounts: postedAccounts(rulebook, told.type ?? '', told.company ?? ''),
  };
}

function readIn({ type, source, id, company, currency, data }: BusinessEvent): Partial<Refusal> {
  const { total } = data;
  return { type, source, id, company, currency, ...(typeof total === 'string' && { amount: total }) };
}
