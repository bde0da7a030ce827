// Which events can change one another: those of one business identity, and of an assessment all revisions.
import type { FamilyKey } from '../db/intake/families.ts';
import type { BusinessEvent } from '../events/model.ts';

const TAX_ASSESSED = 'retail.tax.assessed.v1';
const SEPARATOR = '\u001f';

/** The family of an event, as key of a lookup and as one text. */
export function familyOf(
  event: Pick<BusinessEvent, 'company' | 'type' | 'businessKey'>,
): FamilyKey & { family: string } {
  const { company, type, businessKey } = event;
  const prefix = type === TAX_ASSESSED;
  const key = prefix ? businessKey.slice(0, businessKey.lastIndexOf(SEPARATOR)) : businessKey;
  return { company, type, key, prefix, family: [company, type, key].join(SEPARATOR) };
}

/** 1, 2, ... of a tax assessment; 0 of every other event. */
export function revisionOf(event: Pick<BusinessEvent, 'type' | 'businessKey'>): number {
  if (event.type !== TAX_ASSESSED) return 0;
  return Number(event.businessKey.slice(event.businessKey.lastIndexOf(SEPARATOR) + 1));
}
