// Do open ledger documents already hold what an open entry expects, without naming it? A document (or up to three) may hold
// the entry alone, or it is held together with other open entries: by a summary, a payout, a statement, the till sessions of a day. Only sums
// speak here, so a hit has to agree on every account, currency and location that the entries have; one amount alone is a
// mere "could be". Independent of who asks: classification asks up to its day, proposals ask of everything stored.
import { daysBetween, isoDate } from '../accounting/dates.ts';
import type { IsoDate } from '../accounting/dates.ts';
import { documentSets } from './coverDocuments.ts';
import { type Held, type HeldDocument, type HeldEntry, type Hit, isNear, namesOf } from './coverHeld.ts';
import { type Together, togetherWith } from './coverTogether.ts';
import type { Tick } from '../money/ticks.ts';
import { readTicks } from '../money/ticks.ts';

/** An open line, on either side. */
export interface CoverLine {
  company: string;
  ledger: string;
  account: string;
  currency: string;
  location: string;
  /** Signed decimal text. */
  amount: string;
}

/** What an event should have caused in one company and ledger, as far as it is open. */
export interface OpenEntry {
  /** Unique among entries. */
  id: string;
  /** As a sentence names it: `SHP-5`. */
  name: string;
  businessDate: IsoDate;
  /** Its day, session, payout, tenders, keys of the source: entries with one value in common may be booked as one. */
  groups: readonly string[];
  lines: readonly CoverLine[];
}

/** The open lines of one ledger document. */
export interface OpenDocument {
  /** Unique among documents: numbers begin anew in each company, ledger and fiscal year. */
  id: string;
  name: string;
  businessDate: IsoDate;
  lines: readonly CoverLine[];
  /** Ids of the entries that it names; another id where it names a fact that is not open. It is grouped with no other fact. */
  names: readonly string[];
}

/** What was found for an entry. */
export type Cover =
  | { kind: 'documents'; documents: readonly string[] }
  | { kind: 'together'; documents: readonly string[]; with: readonly string[] }
  /** `couldBe`: documents that agree in one amount alone. `searched: false`: more could fit than was tried. */
  | { kind: 'none'; couldBe: readonly string[]; searched: boolean };

/** What holds an entry, by ids: one set of entries, and documents that each hold it, or hold it together. */
export interface Hold {
  entries: readonly string[];
  documents: readonly string[];
  /** Each of the documents by itself. */
  each: boolean;
}

const MOST_COULD_BE = 3;
const SEPARATOR = '\u001f';
const FIRST_DAY = isoDate('1970-01-01');

/** What a search for one entry found; `hit`: it is held together with other entries. */
interface Found {
  documents: readonly HeldDocument[];
  hit?: Hit;
  each: boolean;
  searched: boolean;
}

/** Open entries and documents, indexed once for any number of questions. */
export class CoverSearch {
  readonly #entries = new Map<string, HeldEntry>();
  readonly #documents: HeldDocument[] = [];
  readonly #byCell = new Map<string, HeldDocument[]>();
  readonly #byAmount = new Map<string, HeldDocument[]>();
  #together: Together | undefined;
  readonly #holds = new Map<Hit, Hold>();

  constructor(entries: readonly OpenEntry[], documents: readonly OpenDocument[]) {
    for (const { id, name, businessDate, groups, lines } of entries) {
      const cells = cellsOf(lines);
      if (cells.size > 0) this.#entries.set(id, { id, name, day: dayOf(businessDate), groups, cells });
    }
    for (const { id, name, businessDate, lines, names } of documents) {
      const document = { id, name, day: dayOf(businessDate), names, cells: cellsOf(lines) };
      if (document.cells.size > 0) this.#documents.push(document);
    }
    this.#documents.sort(byId);
    for (const document of this.#documents) {
      for (const [cell, amount] of document.cells) {
        push(this.#byCell, cell, document);
        push(this.#byAmount, cell + SEPARATOR + amount, document);
      }
    }
  }

  /** @param overridden names of documents that a person has said do not explain this entry */
  of(entryId: string, overridden: ReadonlySet<string> = new Set()): Cover {
    const entry = this.#entries.get(entryId);
    if (entry === undefined) return { kind: 'none', couldBe: [], searched: true };
    const { documents, hit, searched } = this.#search(entry, overridden);
    const names = namesOf(documents);
    if (hit !== undefined)
      return {
        kind: 'together',
        documents: names,
        with: namesOf(hit.entries.filter((one) => one !== entry)),
      };
    if (documents.length > 0) return { kind: 'documents', documents: names };
    const couldBe = this.#sameAmounts(entry).filter((one) => isNear(entry, one) && !overridden.has(one.name));
    return { kind: 'none', couldBe: namesOf(couldBe).slice(0, MOST_COULD_BE), searched };
  }

  /**
   * The same answer, for who has to own what it found; undefined where nothing holds the entry. Entries that one document
   * holds together have one and the same answer.
   */
  holdOf(entryId: string, overridden: ReadonlySet<string> = new Set()): Hold | undefined {
    const entry = this.#entries.get(entryId);
    if (entry === undefined) return undefined;
    const { documents, hit, each } = this.#search(entry, overridden);
    if (documents.length === 0) return undefined;
    const known = hit === undefined ? undefined : this.#holds.get(hit);
    if (known !== undefined) return known;
    const entries = hit === undefined ? [entry] : hit.entries;
    const hold = { entries: entries.map(idOf), documents: documents.map(idOf), each };
    if (hit !== undefined) this.#holds.set(hit, hold);
    return hold;
  }

  #search(entry: HeldEntry, overridden: ReadonlySet<string>): Found {
    const isAllowed = (document: Held): boolean => isNear(entry, document) && !overridden.has(document.name);
    const found = documentSets(entry, this.#sameAmounts(entry).filter(isAllowed), () =>
      this.#sameCells(entry).filter(isAllowed),
    );
    if (found.documents.length > 0) return found;
    this.#together ??= togetherWith([...this.#entries.values()].sort(byId), this.#documents);
    const hit = this.#together.hits.get(entry.id)?.find((one) => one.documents.every(isAllowed));
    if (hit !== undefined) {
      const { documents } = hit;
      return { documents, hit, each: documents.length === 1, searched: true };
    }
    const searched = found.searched && !this.#together.unsearched.has(entry.id);
    return { documents: [], each: true, searched };
  }

  /** Documents that agree with one of its amounts at least. */
  #sameAmounts({ cells }: Held): HeldDocument[] {
    const found = [...cells].flatMap(([cell, amount]) => this.#byAmount.get(cell + SEPARATOR + amount) ?? []);
    return [...new Set(found)];
  }

  #sameCells({ cells }: Held): HeldDocument[] {
    return [...new Set([...cells.keys()].flatMap((cell) => this.#byCell.get(cell) ?? []))];
  }
}

function cellsOf(lines: readonly CoverLine[]): Map<string, Tick> {
  const cells = new Map<string, Tick>();
  for (const { company, ledger, account, currency, location, amount } of lines) {
    const cell = [company, ledger, account, currency, location].join(SEPARATOR);
    cells.set(cell, (cells.get(cell) ?? 0n) + readTicks(amount));
  }
  for (const [cell, amount] of cells) if (amount === 0n) cells.delete(cell);
  return cells;
}

function push<T>(map: Map<string, T[]>, key: string, value: T): void {
  const there = map.get(key);
  if (there === undefined) map.set(key, [value]);
  else there.push(value);
}

const idOf = ({ id }: Held): string => id;
const byId = (a: Held, b: Held): number => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0);
const dayOf = (date: IsoDate): number => daysBetween(FIRST_DAY, date);
