// What a file claims of itself, checked while its rows go by: sums, running balances, sequences. What does not hold refuses the
// file, since rows are missing or changed and nobody can say which; a hole in a sequence is told.
import { compare, ExactSum, negate } from './exact.ts';
import type { Feed } from './feed.ts';
import type { Context, Row, Run, Value } from './model.ts';
import { Fault } from './model.ts';
import { FileRefused } from './refusals.ts';
import type { ReadTotals } from './readTotals.ts';

const HOLES_SHOWN = 10;
const HOLES_KEPT = 1_000;
const MOST_NUMBERS = 1_000_000;

export class Claims {
  readonly #feed: Feed;
  readonly #run: Run;
  readonly #totals: ReadTotals;
  readonly #where: string;
  /** By rule: what was found so far; undefined where a value could not be read. */
  readonly #sums: (ExactSum | undefined)[];
  readonly #balances: Map<string, string>[];
  readonly #numbers: Map<string, Set<bigint>>[];

  constructor(feed: Feed, run: Run, totals: ReadTotals, where: string) {
    this.#feed = feed;
    this.#run = run;
    this.#totals = totals;
    this.#where = where;
    this.#sums = (feed.control?.sums ?? []).map(() => new ExactSum());
    this.#balances = (feed.control?.running ?? []).map(() => new Map());
    this.#numbers = (feed.control?.sequence ?? []).map(() => new Map());
  }

  /** Looks at a row that is used. */
  row(row: Row): void {
    const { control } = this.#feed;
    if (control === undefined) return;
    for (const [index, { per, isGroup, found }] of control.sums.entries()) {
      if (isGroup || per !== row.set) continue;
      const value = found(row);
      if (typeof value !== 'string') this.#sums[index] = undefined;
      else if (value !== '') this.#sums[index]?.add(value);
    }
    for (const [index, rule] of control.running.entries()) if (rule.set === row.set) this.#runs(index, row);
    for (const [index, { set, by, of }] of control.sequence.entries()) {
      if (set !== row.set) continue;
      const [number, book] = [by(row), of?.(row) ?? ''];
      if (typeof number !== 'string' || typeof book !== 'string' || !/^\d{1,18}$/.test(number)) continue;
      const seen = this.#numbers[index]!;
      const numbers = seen.get(book) ?? new Set<bigint>();
      if (numbers.size < MOST_NUMBERS) numbers.add(BigInt(number));
      seen.set(book, numbers);
    }
  }

  #runs(index: number, row: Row): void {
    const rule = this.#feed.control!.running[index]!;
    const [balance, amount, of] = [rule.balance(row), rule.amount(row), rule.of?.(row) ?? ''];
    if (typeof balance !== 'string' || typeof amount !== 'string' || typeof of !== 'string' || balance === '')
      return;
    const known = this.#balances[index]!;
    const before = known.get(of);
    known.set(of, balance);
    if (before === undefined) return;
    const sum = new ExactSum();
    sum.add(before);
    if (amount !== '') sum.add(amount);
    if (compare(sum.text, balance) === 0) return;
    throw new FileRefused(
      'BATCH_INCOMPLETE',
      `${this.#where}:${row.position}`,
      `${rule.name}${of === '' ? '' : ` of ${of}`} is not the one before plus the amount`,
      `${before} plus ${amount || '0'} is ${sum.text}`,
      balance,
      'a row before it is missing or changed: export the file again; nothing of it was taken',
    );
  }

  /** Looks at a group that is whole. */
  group(name: string, group: Context, row: number): void {
    for (const rule of this.#feed.control?.sums ?? []) {
      if (!rule.isGroup || rule.per !== name) continue;
      this.#compare(`${rule.name} of ${name} at row ${row}`, rule.stated(group), rule.found(group));
    }
  }

  /** Checks what can be said at the end. */
  end(): void {
    const { control } = this.#feed;
    for (const [index, rule] of (control?.sums ?? []).entries()) {
      const sum = this.#sums[index];
      if (rule.isGroup || sum === undefined) continue;
      this.#compare(rule.name, rule.stated({ run: this.#run, memo: [] }), sum.text);
    }
    for (const [index, { name, of }] of (control?.sequence ?? []).entries())
      this.#holes(name, this.#numbers[index]!, of !== undefined);
  }

  #compare(name: string, stated: Value, found: Value): void {
    if (stated instanceof Fault || found instanceof Fault || stated === '') return;
    const difference = new ExactSum();
    difference.add(found === '' ? '0' : found);
    difference.add(negate(stated));
    this.#totals.control.push({
      name,
      ok: difference.isZero,
      expected: stated,
      found: found || '0',
      report: false,
    });
    if (difference.isZero) return;
    throw new FileRefused(
      'BATCH_INCOMPLETE',
      this.#where,
      `${name} is not what its rows come to`,
      stated,
      `${found || '0'}, difference ${difference.text}`,
    );
  }

  #holes(name: string, books: ReadonlyMap<string, ReadonlySet<bigint>>, named: boolean): void {
    for (const [book, numbers] of books) {
      const inOrder = [...numbers].toSorted((a, b) => (a < b ? -1 : a > b ? 1 : 0));
      const holes: [string, string][] = [];
      for (const [index, number] of inOrder.entries()) {
        const before = inOrder[index - 1];
        if (before === undefined || number - before === 1n || holes.length >= HOLES_KEPT) continue;
        holes.push([String(before + 1n), String(number - 1n)]);
      }
      if (inOrder.length === 0) continue;
      const [from, to] = [String(inOrder[0]), String(inOrder.at(-1))];
      this.#totals.sequences.push({ name: named ? `${name} of ${book}` : name, from, to, holes });
      const shown = holes.slice(0, HOLES_SHOWN).map(([a, b]) => (a === b ? a : `${a} to ${b}`));
      this.#totals.control.push({
        name: named ? `sequence of ${name} in ${book}` : `sequence of ${name}`,
        ok: holes.length === 0,
        expected: `${from} to ${to} without a hole`,
        found: holes.length === 0 ? 'all of them' : `missing ${shown.join(', ')}`,
        report: true,
      });
    }
  }
}
