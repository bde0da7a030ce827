// Whether documents in the ledger already explain an entry that is about to be proposed or sent: by its reference, else by
// a set of unmatched documents that covers all of it. Refusing a missing entry costs a question; booking it a second time
// is what users of such systems fear most.
import { daysBetween, isoDate } from '../accounting/dates.ts';
import type { IsoDate } from '../accounting/dates.ts';
import { readTicks } from '../matching/ticks.ts';
import type { Tick } from '../matching/model.ts';

/** A line of the ledger without a match. */
export interface UnmatchedLine {
  unit: string;
  company: string;
  ledger: string;
  fiscalYear: string;
  document: string;
  account: string;
  currency: string;
  /** Signed decimal text. */
  amount: string;
  reference: string;
  businessDate: IsoDate;
}

/** What is to be covered: an event's lines. */
export interface ToExplain {
  businessDate: IsoDate;
  lines: readonly { unit: string; account: string; currency: string; amount: string; reference: string }[];
}

/** The documents found; `searched: false` where more could fit than were tried: then a person should look. */
export interface Explanation {
  by: 'reference' | 'amounts' | 'nothing';
  documents: readonly string[];
  searched: boolean;
}

// A month either way: a late or early booking of the same business is rarely further off, and a wider search finds
// documents of other business that happen to sum up.
const DAYS_EITHER_WAY = 31;
const MOST_DOCUMENTS = 3;
const MOST_CANDIDATES = 40;
const SEPARATOR = '\u001f';
const FIRST_DAY = isoDate('1970-01-01');

interface Document {
  name: string;
  /** Days since 1970-01-01. */
  day: number;
  /** Net amount by cell; what nets to nothing is left out. */
  cells: Map<string, Tick>;
}

/** Unmatched ledger lines, indexed once for any number of entries. */
export class UnmatchedLedger {
  readonly #byReference = new Map<string, Map<string, Set<string>>>();
  readonly #documents = new Map<string, Document>();
  /** By its lowest cell and by day: what fits a target has that cell in it, so each document is met once. */
  readonly #byCell = new Map<string, Map<number, Document[]>>();

  constructor(lines: readonly UnmatchedLine[]) {
    for (const line of lines) {
      const cell = cellOf(line);
      const amount = readTicks(line.amount);
      const document = this.#document(line);
      document.cells.set(cell, (document.cells.get(cell) ?? 0n) + amount);
      if (line.reference !== '') this.#reference(line, amount);
    }
    for (const document of this.#documents.values()) {
      for (const [cell, amount] of document.cells) if (amount === 0n) document.cells.delete(cell);
      const [cell] = [...document.cells.keys()].sort();
      if (cell === undefined) continue;
      const days = this.#byCell.get(cell) ?? new Map<number, Document[]>();
      this.#byCell.set(cell, days);
      const there = days.get(document.day);
      if (there === undefined) days.set(document.day, [document]);
      else there.push(document);
    }
  }

  /** What explains an entry, leaving out documents that a person has said do not. */
  explain(entry: ToExplain, overridden: ReadonlySet<string> = new Set()): Explanation {
    const named = this.#namedBy(entry).filter((name) => !overridden.has(name));
    if (named.length > 0) return { by: 'reference', documents: named, searched: true };
    return this.#covering(entry, overridden);
  }

  /** ERPs number documents anew in each company, ledger and fiscal year. */
  #document(line: UnmatchedLine): Document {
    const key = [line.company, line.ledger, line.fiscalYear, line.document].join(SEPARATOR);
    const known = this.#documents.get(key);
    if (known !== undefined) return known;
    const made = { name: line.document, day: dayOf(line.businessDate), cells: new Map<string, Tick>() };
    this.#documents.set(key, made);
    return made;
  }

  #reference(line: UnmatchedLine, amount: Tick): void {
    const key = [line.account, line.currency, amount < 0n ? '-' : '+'].join(SEPARATOR);
    const there = this.#byReference.get(line.reference) ?? new Map<string, Set<string>>();
    this.#byReference.set(line.reference, there);
    const documents = there.get(key) ?? new Set();
    there.set(key, documents.add(line.document));
  }

  /** Documents that carry a line's reference on its account, on its side: a payment, on the other side, explains nothing. */
  #namedBy(entry: ToExplain): string[] {
    const names = new Set<string>();
    for (const line of entry.lines) {
      if (line.reference === '') continue;
      const side = readTicks(line.amount) < 0n ? '-' : '+';
      const found = this.#byReference
        .get(line.reference)
        ?.get([line.account, line.currency, side].join(SEPARATOR));
      for (const name of found ?? []) names.add(name);
    }
    return [...names].sort();
  }

  #covering(entry: ToExplain, overridden: ReadonlySet<string>): Explanation {
    const target = new Map<string, Tick>();
    for (const line of entry.lines) {
      target.set(cellOf(line), (target.get(cellOf(line)) ?? 0n) + readTicks(line.amount));
    }
    const fitting = this.#fitting(entry, target, overridden);
    const near = fitting.slice(0, MOST_CANDIDATES);
    const documents = cover(target, near, MOST_DOCUMENTS);
    if (documents !== undefined) {
      return {
        by: 'amounts',
        documents: [...new Set(documents.map(({ name }) => name))].sort(),
        searched: true,
      };
    }
    return { by: 'nothing', documents: [], searched: near.length === fitting.length };
  }

  /**
   * Documents that can be a part of a cover: the nearest day first, those of a day by name. Stops after the day on which there
   * are more than will be tried: of every entry with every document, 20,000 entries beside as many documents took 1.7 s,
   * growing with the square.
   */
  #fitting(entry: ToExplain, target: ReadonlyMap<string, Tick>, overridden: ReadonlySet<string>): Document[] {
    const day = dayOf(entry.businessDate);
    const places = [...target.keys()].flatMap((cell) => this.#byCell.get(cell) ?? []);
    const found: Document[] = [];
    for (let off = 0; off <= DAYS_EITHER_WAY && found.length <= MOST_CANDIDATES; off++) {
      const near: Document[] = [];
      for (const days of places) {
        for (const at of off === 0 ? [day] : [day - off, day + off]) {
          for (const document of days.get(at) ?? []) {
            if (fits(document, target) && !overridden.has(document.name)) near.push(document);
          }
        }
      }
      found.push(...near.sort(byName));
    }
    return found;
  }
}

/** True where every cell of the document is a part of the same cell of the target. */
function fits({ cells }: Document, target: ReadonlyMap<string, Tick>): boolean {
  for (const [cell, amount] of cells) if (!partOf(amount, target.get(cell) ?? 0n)) return false;
  return true;
}

function cellOf(line: { unit: string; account: string; currency: string }): string {
  return [line.unit, line.account, line.currency].join(SEPARATOR);
}

/** True where `amount` has the sign of `whole` and is not larger; a document may not hold more than is missing. */
function partOf(amount: Tick, whole: Tick): boolean {
  return amount < 0n ? whole <= amount : amount <= whole;
}

const byName = (a: Document, b: Document): number => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0);
const dayOf = (date: IsoDate): number => daysBetween(FIRST_DAY, date);

/**
 * The first set of at most `most` documents whose cells are exactly `target`; undefined where there is none. The last of a set
 * is looked up by what is left: tried one by one, three of forty took up to 10,000 steps an entry.
 * @param documents all of whose cells are cells of the target
 */
function cover(
  target: ReadonlyMap<string, Tick>,
  documents: readonly Document[],
  most: number,
): Document[] | undefined {
  const cells = [...target.keys()];
  const amounts = documents.map((document) => cells.map((cell) => document.cells.get(cell) ?? 0n));
  const byFirst = new Map<Tick | undefined, number[]>();
  for (const [i, held] of amounts.entries()) {
    const alike = byFirst.get(held[0]);
    if (alike === undefined) byFirst.set(held[0], [i]);
    else alike.push(i);
  }
  const isAll = (i: number, whole: readonly Tick[]): boolean =>
    (amounts[i] as readonly Tick[]).every((amount, cell) => amount === whole[cell]);
  const search = (whole: readonly Tick[], from: number, left: number): number[] | undefined => {
    if (left === 1) {
      const last = byFirst.get(whole[0])?.find((i) => i >= from && isAll(i, whole));
      return last === undefined ? undefined : [last];
    }
    for (let i = from; i < amounts.length; i += 1) {
      const held = amounts[i] as readonly Tick[];
      if (!held.every((amount, cell) => amount === 0n || partOf(amount, whole[cell] as Tick))) continue;
      const rest = whole.map((amount, cell) => amount - (held[cell] as Tick));
      if (rest.every((amount) => amount === 0n)) return [i];
      const more = search(rest, i + 1, left - 1);
      if (more !== undefined) return [i, ...more];
    }
    return undefined;
  };
  return search([...target.values()], 0, most)?.map((i) => documents[i] as Document);
}
