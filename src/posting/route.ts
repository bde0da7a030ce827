// Whether a journal may leave by itself or waits for a second person, and why.
import type { Draft } from './draft.ts';

/** Before that many runs nobody knows what a usual night of the company is. */
export const RUNS_BEFORE_POST = 5;

interface Routing {
  mode: Draft['mode'];
  searched: boolean;
  alsoMakers: readonly string[];
  broken: string | undefined;
  rulesApproved: boolean;
  isYoung: boolean;
}

/** Under all conditions at once a journal leaves by itself; else the sentence says which one sends it to a person. */
export function routeOf({
  mode,
  searched,
  alsoMakers,
  broken,
  rulesApproved,
  isYoung,
}: Routing): Draft['route'] {
  if (mode === 'observe') return { to: 'READY', why: 'observed only: nothing leaves in this roll-out mode' };
  if (mode === 'propose')
    return { to: 'AWAITING_APPROVAL', why: 'every journal is approved by a person in this roll-out mode' };
  if (alsoMakers.length > 0) {
    return {
      to: 'AWAITING_APPROVAL',
      why: `documents were overridden by ${alsoMakers.join(', ')}: somebody else decides`,
    };
  }
  if (isYoung)
    return {
      to: 'AWAITING_APPROVAL',
      why: `every journal is approved by a person until a company and ledger has ${RUNS_BEFORE_POST} completed runs`,
    };
  if (!rulesApproved)
    return { to: 'AWAITING_APPROVAL', why: 'the rule version is not approved by a second person' };
  if (!searched)
    return { to: 'AWAITING_APPROVAL', why: 'too many open documents could explain it to try them all' };
  if (broken !== undefined) return { to: 'AWAITING_APPROVAL', why: broken };
  return { to: 'APPROVED', why: 'under the limits, by rules that two people approved' };
}
