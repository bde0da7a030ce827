// Joins: each row finds one partner. Partners are read first and held by their key.
import type { Join } from './feed.ts';
import { Fault } from './model.ts';
import type { Row, Value } from './model.ts';
import type { ReadTotals } from './readTotals.ts';

const NAMES_SHOWN = 60;

/** Partners of one join. */
export class Partners {
  readonly #join: Join;
  readonly #byKey = new Map<string, Row | 'two'>();
  readonly #used = new Set<Row>();

  constructor(join: Join) {
    this.#join = join;
  }

  /** Takes a partner in; one whose key cannot be read is no partner, and is refused by whom it would have belonged to. */
  add(row: Row): void {
    const key = keyOf(this.#join.on.map((pair) => pair.with(row)));
    if (key instanceof Fault) return;
    this.#byKey.set(key, this.#byKey.has(key) ? 'two' : row);
  }

  /** Tells the row its partner. False where a row without one is skipped. */
  meet(row: Row): boolean {
    const { on, with: partner, missing } = this.#join;
    const key = keyOf(on.map((pair) => pair.rows(row)));
    if (key instanceof Fault) {
      row.fault ??= key;
      return true;
    }
    const found = this.#byKey.get(key);
    if (found !== undefined && found !== 'two') {
      this.#used.add(found);
      row.partners = { ...row.partners, [partner]: found };
      return true;
    }
    if (found === undefined && missing === 'skip') return false;
    if (found === undefined && missing === 'empty') return true;
    const column = on.map(({ name }) => name).join(', ');
    const expected = `one row of ${partner} with the same ${column}`;
    const what = found === 'two' ? 'two' : 'none';
    row.fault ??= new Fault(
      'NO_PARTNER',
      column,
      expected,
      `${what} for ${key.replaceAll('\u001f', ' ').slice(0, NAMES_SHOWN)}`,
    );
    return true;
  }

  /** Counts the partners that nobody asked for. */
  tellUnused(totals: ReadTotals): void {
    for (const row of this.#byKey.values()) {
      if (row === 'two') continue;
      if (this.#used.has(row)) totals.used += 1;
      else totals.skip(`${this.#join.with} without ${this.#join.rows}`);
    }
  }
}

function keyOf(values: readonly Value[]): string | Fault {
  const parts: string[] = [];
  for (const value of values) {
    if (typeof value !== 'string') return value;
    parts.push(value);
  }
  return parts.join('\u001f');
}
