// What a case is called: the thing it is about, what happened to it in the rulebook's words, where, and how much.
import { CONTROL_REASONS, DIFFERENCE_REASONS, SELF_CLEARING } from '../rulebook/reasons.ts';

const ORDER: readonly string[] = [...DIFFERENCE_REASONS, ...CONTROL_REASONS];

/** Reasons by how sure they are; the first is the one that a case is known by. What is a mere matter of time comes last. */
export function bySurest(reasons: readonly string[]): string[] {
  const rank = (reason: string): number =>
    ORDER.indexOf(reason) + (SELF_CLEARING.has(reason) ? ORDER.length : 0);
  return [...new Set(reasons)].toSorted((a, b) => rank(a) - rank(b));
}

export interface CaseWords {
  kind: 'event' | 'document' | 'matter';
  /** `Sale`; '' where the type is not known any more. */
  noun: string;
  name: string;
  /** Title of the main reason, from the rulebook. */
  happened: string;
  /** Locations of its lines. */
  locations: readonly string[];
  /** At the scale of the currency; null where no amount is at stake. */
  amount: string | null;
  currency: string;
}

/** `Sale SHP-77: booked twice, at S004, 86.40 USD`. */
export function caseTitle({ kind, noun, name, happened, locations, amount, currency }: CaseWords): string {
  const about =
    kind === 'matter' ? '' : `${kind === 'document' ? 'Document' : noun === '' ? 'Event' : noun} ${name}: `;
  const words = about === '' ? happened : `${happened.charAt(0).toLowerCase()}${happened.slice(1)}`;
  const [only, ...more] = locations;
  const where = only === undefined || more.length > 0 ? '' : `, at ${only}`;
  return `${about}${words}${where}${amount === null ? '' : `, ${amount} ${currency}`}`;
}
