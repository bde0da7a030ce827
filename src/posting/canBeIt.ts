// Ledger lines that may be what an entry expects, by name: a line that names its event, in no match, wherever it is booked. A
// document that has lines on the entry's own accounts is judged by their side (a payment names the sale, on the other side,
// and books it not); one that has none of them may be the entry on other accounts.
import { readTicks } from '../money/ticks.ts';
import type { Tick } from '../money/ticks.ts';
import type { ToExplain, UnmatchedLine } from './toExplain.ts';

const SEPARATOR = '\u001f';

/** ERPs number documents anew in each company, ledger and fiscal year. */
export function documentId({ company, ledger, fiscalYear, document }: UnmatchedLine): string {
  return [company, ledger, fiscalYear, document].join(SEPARATOR);
}

/** Unmatched ledger lines by the names that they bear. */
export class NamedLines {
  readonly #byName = new Map<string, Set<UnmatchedLine>>();

  constructor(lines: readonly UnmatchedLine[]) {
    for (const line of lines) {
      for (const name of new Set([line.reference, line.assignment])) {
        if (name === '') continue;
        const there = this.#byName.get(name);
        if (there === undefined) this.#byName.set(name, new Set([line]));
        else there.add(line);
      }
    }
  }

  /** Names of the documents that can be the entry, sorted. */
  canBe(entry: ToExplain): string[] {
    const amounts = amountsOf(entry);
    const own = this.#of(entry.ownIds).filter((line) => isAbout(line, entry));
    const shared = this.#of(entry.sharedIds).filter(
      (line) => line.company === entry.company && line.ledger === entry.ledger && line.scope === 'in',
    );
    const found = shared.filter((line) => hasSide(line, amounts));
    for (const lines of byDocument(own)) {
      const onItsAccounts = lines.filter(
        (line) => line.company === entry.company && amounts.has(keyOf(line)),
      );
      if (onItsAccounts.length === 0) found.push(...lines);
      else found.push(...onItsAccounts.filter((line) => hasSide(line, amounts) || negates(line, amounts)));
    }
    return [...new Set(found.map(({ document }) => document))].sort();
  }

  #of(names: readonly string[]): UnmatchedLine[] {
    return [...new Set(names)].flatMap((name) => [...(this.#byName.get(name) ?? [])]);
  }
}

/** Own ids count in every company, unless that company has a fact of its own with this id. */
function isAbout(line: UnmatchedLine, entry: ToExplain): boolean {
  if (line.ledger !== entry.ledger) return false;
  return line.company === entry.company || line.names.length === 0;
}

function byDocument(lines: readonly UnmatchedLine[]): UnmatchedLine[][] {
  const documents = new Map<string, UnmatchedLine[]>();
  for (const line of lines)
    documents.set(documentId(line), [...(documents.get(documentId(line)) ?? []), line]);
  return [...documents.values()];
}

const keyOf = (line: { account: string; currency: string }): string =>
  line.account + SEPARATOR + line.currency;

function amountsOf({ lines }: ToExplain): Map<string, Tick[]> {
  const amounts = new Map<string, Tick[]>();
  for (const line of lines)
    amounts.set(keyOf(line), [...(amounts.get(keyOf(line)) ?? []), readTicks(line.amount)]);
  return amounts;
}

function hasSide(line: UnmatchedLine, amounts: ReadonlyMap<string, readonly Tick[]>): boolean {
  const side = readTicks(line.amount) < 0n;
  return amounts.get(keyOf(line))?.some((amount) => amount < 0n === side) ?? false;
}

/** Debit and credit exchanged: it may be the entry, booked the wrong way round. */
function negates(line: UnmatchedLine, amounts: ReadonlyMap<string, readonly Tick[]>): boolean {
  return line.scope === 'in' && (amounts.get(keyOf(line))?.includes(-readTicks(line.amount)) ?? false);
}
