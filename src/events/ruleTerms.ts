// What a posting rule may name of an event type, in the type's own file: its measures with their members, its places, the
// fields of `when`. The rulebook checks every rule against this, and prints a rule as sentences from it.
import type { Place } from './model.ts';

/** What the members of a measure are, and how each is said after the measure's own text. */
export interface MemberKind {
  /** What `by` divides by: `jurisdiction`. */
  name: string;
  /** The closed list; absent where any text may come. */
  known?: Readonly<Record<string, string>>;
}

export const JURISDICTION: MemberKind = { name: 'jurisdiction' };
export const FEE_CODE: MemberKind = { name: 'code' };

export const FUNDERS = {
  self: 'that we pay for ourselves',
  vendor: 'that a vendor pays for',
  marketplace: 'that the marketplace pays for',
} as const;
export const FUNDER: MemberKind = { name: 'funder', known: FUNDERS };

export const TENDERS = {
  card: 'by card',
  cash: 'in cash',
  wallet: 'from a wallet',
  bnpl: 'by a lender, to be paid later',
  bankTransfer: 'by bank transfer',
  cod: 'in cash to the carrier',
  giftCard: 'by gift card',
  storeCredit: 'by store credit',
  loyalty: 'by loyalty points',
  deposit: 'by deposit',
  exchange: 'with goods given back in exchange',
  marketplace: 'that the marketplace pays for',
  account: 'on account',
  other: 'in another way',
} as const;
export const TENDER: MemberKind = { name: 'type', known: TENDERS };

/** Kinds of lines that are sales of our own; the others have measures of their own. */
export const SOLD_KINDS = { goods: 'of goods', service: 'of services', fee: 'of fees' } as const;
export const KIND: MemberKind = { name: 'kind', known: SOLD_KINDS };
export const CATEGORY: MemberKind = { name: 'category' };
export const TAX_RATE: MemberKind = { name: 'taxRate' };

/** The names of a closed list of members. */
export function namesOf<const T extends string>(known: Readonly<Record<T, string>>): T[] {
  return Object.keys(known) as T[];
}

export interface MeasureTerm {
  /** In plain English, after "with". */
  text: string;
  members?: MemberKind;
  /** Further ways in which the same measure is divided. */
  alsoBy?: readonly MemberKind[];
}

/** How a measure is divided by that name; undefined where it is not. */
export function divisionOf(term: MeasureTerm | undefined, name: string): MemberKind | undefined {
  return divisionsOf(term).find((division) => division.name === name);
}

/** All the ways in which a measure is divided. */
export function divisionsOf(term: MeasureTerm | undefined): readonly MemberKind[] {
  return term?.members === undefined ? [] : [term.members, ...(term.alsoBy ?? [])];
}

/** @typeParam M names of the measures; @typeParam C names of the type's own fields */
export interface RuleTerms<M extends string = string, C extends string = string> {
  /** In plain English, after "when". */
  happens: string;
  measures: Readonly<Record<M, MeasureTerm>>;
  /** Where a rule may put a line. */
  places: readonly Place[];
  /** Fields of the type's own that `when` may name. */
  conditions: readonly C[];
  /** A company may have no posting rule for it: its ERP books it by itself, and it is stored for matching. */
  mayHaveNoRule?: true;
}

/** What `when` may name of every event, and of its company. */
export const COMMON_CONDITIONS = [
  'company',
  'currency',
  'channel',
  'brand',
  'region',
  'location',
  'inventoryMethod',
] as const;
