// Which events can change one another: those of one business identity, and all revisions of one that is revised (a tax assessment).
import type { FamilyKey } from '../db/intake/families.ts';
import type { BusinessEvent } from '../events/model.ts';
import { EVENT_TYPES } from '../events/registry.ts';

const SEPARATOR = '\u001f';

/** The family of an event, as key of a lookup and as one text. */
export function familyOf(
  event: Pick<BusinessEvent, 'company' | 'type' | 'businessKey'>,
): FamilyKey & { family: string } {
  const { company, type, businessKey } = event;
  const prefix = isRevised(type);
  const key = prefix ? businessKey.slice(0, businessKey.lastIndexOf(SEPARATOR)) : businessKey;
  return { company, type, key, prefix, family: [company, type, key].join(SEPARATOR) };
}

/** 1, 2, ... of an event whose type counts revisions, like a tax assessment; 0 of every other. */
export function revisionOf(event: Pick<BusinessEvent, 'type' | 'businessKey'>): number {
  if (!isRevised(event.type)) return 0;
  return Number(event.businessKey.slice(event.businessKey.lastIndexOf(SEPARATOR) + 1));
}

function isRevised(type: string): boolean {
  return EVENT_TYPES.get(type)?.revised === true;
}
