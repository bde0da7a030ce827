// What a kind of mistake is: a name, the reason that must be reported, and how one of it is made.
import type { Desk } from './desk.ts';
import { amountText } from './cents.ts';
import type { DocumentLine, LedgerDocument } from './documents.ts';
import { referenceOf } from './documentHeads.ts';
import { eventOf } from './eventText.ts';
import type { Fact } from './facts.ts';
import type { TruthItem, TruthRow } from './truth.ts';

export interface MistakeKind {
  kind: string;
  /** Reason of the closed list; '' for what looks odd and is right. */
  reason: string;
  class: TruthRow['class'];
  /** What went wrong, for people. */
  note: string;
  /** Makes the `number`th (1, 2, ...) of this kind and writes its truth through `tell`. */
  make(desk: Desk, number: number, tell: Tell): void;
}

/** Writes the truth of one mistake about one fact and its documents. */
export type Tell = (about: {
  facts: readonly Fact[];
  documents?: readonly LedgerDocument[];
  items?: TruthItem[];
  also?: string[];
  location?: string;
  amount?: bigint;
  /** The ledger lacks the facts' whole entries: true, or why they are not to be proposed all the same. */
  lacking?: true | string;
  /** Where one mistake leaves two things to report, the reason of this one. */
  reason?: string;
}) => void;

/** References of a document and of its lines. */
function referencesOf(document: LedgerDocument): string[] {
  return [document.reference, ...document.lines.flatMap((line) => line.reference ?? [])];
}

/** The `Tell` of a kind. */
export function teller(desk: Desk, mistake: MistakeKind, company?: string): Tell {
  return ({ facts, documents = [], items = [], also = [], location, amount, lacking, reason }) => {
    const first = facts[0];
    const references = new Set([...facts.map(referenceOf), ...documents.flatMap(referencesOf)]);
    desk.truth.add({
      kind: mistake.kind,
      reason: reason ?? mistake.reason,
      class: mistake.class,
      note: mistake.note,
      company: company ?? first?.company ?? documents[0]?.company ?? '',
      location: location ?? placeOf(first) ?? items[0]?.location ?? '',
      references: [...references],
      documents: documents.map(({ document }) => ({ document })),
      eventIds: facts.map((fact) => {
        const { source, id } = eventOf(fact);
        return { source, id };
      }),
      items,
      also,
      lacking: lacking === undefined ? [] : facts.map(referenceOf),
      held: typeof lacking === 'string' ? lacking : '',
      ...(amount === undefined ? {} : { amount: amountText(amount) }),
      ...(first === undefined ? {} : { currency: first.currency }),
    });
  };
}

function placeOf(fact: Fact | undefined): string | undefined {
  if (fact === undefined || fact.kind === 'assessment') return undefined;
  if ('sellingLocation' in fact) return fact.sellingLocation;
  return 'location' in fact ? fact.location : fact.toLocation;
}

/** Truth of lines whose two sides both exist and belong to one item: nothing is left of their amounts. */
export function settled(lines: readonly DocumentLine[]): TruthItem[] {
  return lines.map(({ account, location, dimension, currency }) => ({
    account,
    location,
    dimension,
    currency,
    amount: amountText(0n),
  }));
}

/** Truth of lines that came out otherwise than expected: ledger after the mistake minus ledger as it should be. */
export function differences(before: readonly DocumentLine[], after: readonly DocumentLine[]): TruthItem[] {
  return after.flatMap((line, index) => {
    const was = before[index];
    if (was === undefined || was.cents === line.cents) return [];
    return [
      {
        account: line.account,
        location: line.location,
        dimension: line.dimension,
        currency: line.currency,
        amount: amountText(line.cents - was.cents),
      },
    ];
  });
}
