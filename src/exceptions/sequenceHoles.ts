// Numbers of a source (receipts, invoices) that no file brought: a hole in the sequence of a batch, until another file of the
// same feed brings them. A receipt of the evening that comes with the next day's file is no longer missing then.
import type { ControlItem } from './control.ts';

/** What one batch saw of one sequence; numbers as text, since they may be longer than 15 digits. */
export interface SeenSequence {
  /** The feed's sequence, and whose: `receipt of S001`. */
  name: string;
  from: string;
  to: string;
  holes: readonly (readonly [from: string, to: string])[];
}

export interface SequenceBatch {
  batch: string;
  feed: string;
  company: string;
  path: string;
  sequences: readonly SeenSequence[];
}

const SHOWN = 10;

/** One item for each sequence of a batch of which numbers are still missing. */
export function sequenceItems(batches: readonly SequenceBatch[]): ControlItem[] {
  const seen = new Map<string, { batch: string; sequence: SeenSequence }[]>();
  for (const one of batches)
    for (const sequence of one.sequences) {
      const key = keyOf(one, sequence);
      seen.set(key, [...(seen.get(key) ?? []), { batch: one.batch, sequence }]);
    }
  return batches.flatMap((one) =>
    one.sequences.flatMap((sequence): ControlItem[] => {
      const others = seen.get(keyOf(one, sequence))!.filter(({ batch }) => batch !== one.batch);
      const open = sequence.holes.filter((hole) => !others.some((other) => brings(other.sequence, hole)));
      if (open.length === 0) return [];
      const missing = open.slice(0, SHOWN).map(([from, to]) => (from === to ? from : `${from} to ${to}`));
      const more = open.length > SHOWN ? ` and ${open.length - SHOWN} more` : '';
      return [
        {
          reason: 'BATCH_INCOMPLETE',
          subject: `${one.feed} ${sequence.name} ${one.batch}`,
          company: one.company,
          why: `${one.path} lacks numbers of the sequence ${sequence.name}: ${missing.join(', ')}${more}; no other file of the feed ${one.feed} brings them`,
          detail: { path: one.path, batch: one.batch, missing: missing.join(', ') },
          exposure: null,
          currency: '',
          businessDate: null,
        },
      ];
    }),
  );
}

const keyOf = ({ feed, company }: SequenceBatch, { name }: SeenSequence): string =>
  JSON.stringify([feed, company, name]);

/** True where the sequence has all numbers from one to the other. */
function brings(sequence: SeenSequence, [from, to]: readonly [string, string]): boolean {
  const [first, last] = [BigInt(from), BigInt(to)];
  if (BigInt(sequence.from) > first || BigInt(sequence.to) < last) return false;
  return !sequence.holes.some(([a, b]) => BigInt(a) <= last && BigInt(b) >= first);
}
