// What law 5(e) holds back: open entries that open ledger documents hold by their sums, without naming them (a payout, a till
// session under an unknown name, a statement). Nothing is confirmed on such evidence; a person sees both sides in one item an
// account. Pure: what holds what in, items out.
import { fewOf } from '../fewOf.ts';
import type { CoverSearch, Hold } from '../matching/cover.ts';
import { compareText } from '../matching/model.ts';
import type { ItemLine, Item } from './model.ts';

/** An open line of an entry or a document that takes part in the search. */
export interface CoverableLine extends ItemLine {
  /** Id of its entry or document. */
  owner: string;
  account: string;
  location: string;
  /** In no item, and held by nothing else: an item may own it. Others are only mentioned. */
  free: boolean;
}

export interface CoverQuestion {
  /** Ids of the entries that would be called missing, in a fixed order. */
  asked: readonly string[];
  search: CoverSearch;
  lines: readonly CoverableLine[];
  /** How a sentence names an entry or a document. */
  nameOf(id: string): string;
  /** Names of documents that a person has said do not explain the entry. */
  overridden(entry: string): ReadonlySet<string>;
}

/** Items that own, account by account, entries and the documents that hold them. What hangs together is one problem. */
export function coveredItems({ asked, search, lines, nameOf, overridden }: CoverQuestion): Item[] {
  // What one document holds together is the same answer for each of its entries.
  const holds = [...new Set(asked.flatMap((id) => search.holdOf(id, overridden(id)) ?? []))];
  const byOwner = new Map<string, CoverableLine[]>();
  for (const line of lines) byOwner.set(line.owner, [...(byOwner.get(line.owner) ?? []), line]);
  return joinTouching(holds).flatMap((group) => {
    const entries = new Set(group.flatMap((hold) => hold.entries));
    const documents = new Set(group.flatMap((hold) => hold.documents));
    const names = [...new Set([...documents].map(nameOf))].sort();
    const ofEntries = [...entries].flatMap((id) => byOwner.get(id) ?? []);
    const cells = new Set(ofEntries.map(cellOf));
    const ofDocuments = [...documents].flatMap((id) => byOwner.get(id) ?? []);
    const own = [...ofEntries, ...ofDocuments.filter((line) => cells.has(cellOf(line)))];
    const why = sentence(group, nameOf);
    return byCell(own.filter(({ free }) => free)).map((ofCell) => ({
      reason: 'REVIEW_MATCH' as const,
      also: [],
      lines: ofCell.sort((a, b) => compareText(a.ext, b.ext)),
      why,
      detail: { documents: names },
    }));
  });
}

/** Amounts of these lines were compared as one sum. */
const cellOf = ({ company, account, location, currency }: CoverableLine): string =>
  JSON.stringify([company, account, location, currency]);

function byCell(lines: readonly CoverableLine[]): CoverableLine[][] {
  const cells = new Map<string, CoverableLine[]>();
  for (const line of lines) cells.set(cellOf(line), [...(cells.get(cellOf(line)) ?? []), line]);
  return [...cells.values()];
}

/** Holds that share an entry or a document cannot all be true: they are one question. */
function joinTouching(holds: readonly Hold[]): Hold[][] {
  const parent = new Map<string, string>();
  const rootOf = (id: string): string => {
    let at = id;
    for (let next = parent.get(at); next !== undefined && next !== at; next = parent.get(at)) at = next;
    return at;
  };
  for (const hold of holds) {
    const [first = '', ...more] = idsOf(hold);
    for (const id of more) parent.set(rootOf(id), rootOf(first));
  }
  const groups = new Map<string, Hold[]>();
  for (const hold of holds) {
    const root = rootOf(idsOf(hold)[0] ?? '');
    groups.set(root, [...(groups.get(root) ?? []), hold]);
  }
  return [...groups.values()];
}

/** Entries and documents are numbered apart. */
const idsOf = ({ entries, documents }: Hold): string[] => [
  ...entries.map((id) => `E${id}`),
  ...documents.map((id) => `L${id}`),
];

const MOST_READINGS = 3;

function sentence(holds: readonly Hold[], nameOf: (id: string) => string): string {
  const said = [...new Set(holds.map((hold) => reading(hold, nameOf)))];
  return `${fewOf(said, MOST_READINGS, 'readings')}; a person says whether that is so`;
}

function reading({ entries, documents, each }: Hold, nameOf: (id: string) => string): string {
  const held = entries.map(nameOf).sort();
  const by = [...new Set(documents.map(nameOf))].sort();
  const how = by.length === 1 ? 'holds' : each ? 'each hold' : 'together hold';
  const what = held.length === 1 ? `what ${held[0]} lacks` : `what ${fewOf(held, 4)} lack together`;
  return `${fewOf(by, 4)}, without a match, ${how} exactly ${what} on every account`;
}
