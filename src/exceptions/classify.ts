// Says why: open lines that have something in common with another open line become items here, in the order of the closed
// list. What has no company at all (most of a residue) never comes into the process: db/run/items.ts says it in SQL.
import { fewOf } from '../fewOf.ts';
import { compareText } from '../matching/model.ts';
import { duplicateOf } from './duplicate.ts';
import { keyGroups } from './keyGroups.ts';
import type { Classified, ClassifyInput, PassNote, ResidueLine } from './model.ts';
import { outsideTheRulebook, wrongPlaces } from './wrongPlace.ts';

/** What names say of some lines. */
export interface ByName {
  items: Classified[];
  /**
   * Reconciliations whose identifying passes have to be tried again: a line that they left undecided has its place elsewhere,
   * and what is left may have one answer now.
   */
  again: ReadonlySet<string>;
}

/**
 * The reasons by name, before anything is summed: lines that bear one reference, or the keys of an identifying pass. A wrong
 * sign or place that a name says comes before what fits several. Lines in no item are for the summary passes and the reasons
 * by sum. The answer depends on the lines alone: input is put in order of external keys first.
 */
export function classifyByName(input: ClassifyInput): ByName {
  const free = inOrder(input);
  const places = [...wrongPlaces(free, input.accountName)];
  const [whole, crossed] = [[] as PassNote[], [] as PassNote[]];
  for (const note of input.notes) (note.lines.every((line) => free.has(line)) ? whole : crossed).push(note);
  for (const note of crossed) for (const line of note.lines) free.delete(line);
  const ties = joinTouching(whole.filter((note) => note.kind === 'tie'));
  const tied = ties.map((note) => ambiguous(note));
  for (const note of ties) for (const line of note.lines) free.delete(line);
  const crowded = whole.filter((note) => note.kind === 'many');
  const suggested = whole.filter((note) => note.kind === 'suggested');
  const held = new Set([...crowded, ...suggested].flatMap((note) => note.lines));
  const items = [
    ...places,
    ...tied,
    ...outsideTheRulebook(free, input.aside ?? new Map()),
    ...keyGroups(input, free, held),
    ...duplicates(free),
    ...claim(suggested, free, review),
    ...claim(crowded, free, ambiguous),
  ];
  return { items, again: new Set(crossed.map(({ reconciliation }) => reconciliation)) };
}

/** What summary passes suggested or left undecided. */
export function classifyBySum(input: Pick<ClassifyInput, 'lines' | 'notes'>): Classified[] {
  const free = inOrder(input);
  const ties = joinTouching(input.notes.filter((note) => note.kind === 'tie'));
  for (const note of ties) for (const line of note.lines) free.delete(line);
  return [
    ...ties.map((note) => ambiguous(note)),
    ...claim(
      input.notes.filter((note) => note.kind === 'suggested'),
      free,
      review,
    ),
    ...claim(
      input.notes.filter((note) => note.kind === 'many'),
      free,
      ambiguous,
    ),
  ];
}

const inOrder = ({ lines }: Pick<ClassifyInput, 'lines'>): Set<ResidueLine> =>
  new Set(lines.toSorted((a, b) => compareText(a.ext, b.ext)));

/** Ties of several passes (or of one) that share a line are one question, so one item; the first of them puts it. */
function joinTouching(notes: PassNote[]): PassNote[] {
  interface Question {
    first: number;
    lines: ResidueLine[];
  }
  const askedOf = new Map<ResidueLine, Question>();
  notes.forEach((note, index) => {
    let question: Question = { first: index, lines: [] };
    for (const line of note.lines) {
      const other = askedOf.get(line);
      if (other === question) continue;
      if (other === undefined) {
        question.lines.push(line);
        askedOf.set(line, question);
        continue;
      }
      const [larger, smaller] =
        other.lines.length < question.lines.length ? [question, other] : [other, question];
      for (const moved of smaller.lines) askedOf.set(moved, larger);
      larger.lines.push(...smaller.lines);
      larger.first = Math.min(larger.first, smaller.first);
      question = larger;
    }
  });
  const questions = [...new Set(askedOf.values())].sort((a, b) => a.first - b.first);
  return questions.map(({ first, lines }) => ({ ...(notes[first] as PassNote), lines }));
}

/** Notes whose lines are all still free, first come first served in the order of passes. */
function claim(
  notes: PassNote[],
  free: Set<ResidueLine>,
  make: (note: PassNote) => Classified,
): Classified[] {
  const items: Classified[] = [];
  for (const note of notes) {
    if (!note.lines.every((line) => free.has(line))) continue;
    for (const line of note.lines) free.delete(line);
    items.push(make(note));
  }
  return items;
}

function duplicates(free: Set<ResidueLine>): Classified[] {
  const items: Classified[] = [];
  for (const line of free) {
    if (line.duplicateOf === '') continue;
    free.delete(line);
    items.push(duplicateOf(line, line.duplicateOf));
  }
  return items;
}

function ambiguous(note: PassNote): Classified {
  const lines = note.lines.toSorted((a, b) => compareText(a.ext, b.ext));
  const E = lines.filter((line) => line.side === 'E');
  const L = lines.filter((line) => line.side === 'L');
  const names = (side: ResidueLine[]): string =>
    fewOf(
      side.map((line) => line.label),
      4,
    );
  return {
    reason: 'AMBIGUOUS',
    also: [],
    lines,
    why:
      note.kind === 'tie'
        ? `pass ${note.pass}: ${names(E)} and ${names(L)} fit each other equally well; nothing is confirmed`
        : `pass ${note.pass} takes one line, but its key has ${E.length} expected (${names(E)}) and ${L.length} ledger lines (${names(L)})`,
    detail: { pass: note.pass, kind: note.kind },
  };
}

function review(note: PassNote): Classified {
  const lines = note.lines.toSorted((a, b) => compareText(a.ext, b.ext));
  return {
    reason: 'REVIEW_MATCH',
    also: [],
    lines,
    why: `pass ${note.pass} suggests this match; ${note.because ?? 'its result is only a suggestion'}`,
    detail: { pass: note.pass },
  };
}
