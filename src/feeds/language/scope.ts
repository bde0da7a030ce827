// The names that a feed may use at one place, and what each gives. Names are checked when the feed is read, so that a misspelt
// one is refused with its line, and a row never asks for a name at all.
import { didYouMean } from '../../rulebook/nearest.ts';
import type { YamlValue } from '../../rulebook/yaml.ts';
import { Fault } from './model.ts';
import type { Context, Getter, Group, Row, Value } from './model.ts';

/** What all scopes of one feed share. */
export interface Shared {
  /** Lookup tables by name: how many keys each takes, and the names of what it gives. */
  readonly lookups: Map<string, { keys: number; take: readonly string[]; dated: boolean }>;
  /** Groups by name, in order. */
  readonly groups: Map<string, GroupScope>;
  /** `order` and `hash` functions: each counts for itself, by row set. */
  /** Zone of local times where `at` names none. */
  readonly zone: string | undefined;
  readonly counters: { set: string; key: Getter; kind: 'order' | 'hash' }[];
}

/** What the other parts of the compiler need to know of a group. */
export interface GroupScope {
  readonly name: string;
  readonly index: number;
  readonly of: string;
  readonly scope: Scope;
  /** The key of a row; undefined for groups that begin at a condition. */
  readonly key: readonly Getter[] | undefined;
  readonly when: ((context: Context) => boolean | Fault) | undefined;
}

export class Scope {
  readonly shared: Shared;
  readonly kind: 'row' | 'group';
  /** Name of the row set. */
  readonly set: string;
  /** In a group: the scope of its rows. */
  readonly rows: Scope | undefined;
  readonly #names = new Map<string, Getter>();
  #slots = 0;

  constructor(shared: Shared, kind: 'row' | 'group', set: string, rows?: Scope) {
    this.shared = shared;
    this.kind = kind;
    this.set = set;
    this.rows = rows;
  }

  /** A place in the memory of a row or group. */
  slot(): number {
    return this.#slots++;
  }

  add(name: string, getter: Getter): void {
    this.#names.set(name, getter);
  }

  has(name: string): boolean {
    return this.find(name) !== undefined;
  }

  find(name: string): Getter | undefined {
    const own = this.#names.get(name);
    if (own !== undefined || this.rows === undefined) return own;
    const ofRow = this.rows.find(name);
    if (ofRow === undefined) return undefined;
    const getter = oneOfRows(name, ofRow, this.slot());
    this.#names.set(name, getter);
    return getter;
  }

  /** The getter of a name that stands in the feed; a problem where there is none. */
  name(value: YamlValue): Getter | undefined {
    const name = value.text('a name');
    if (name === undefined) return undefined;
    const found = this.find(name);
    if (found !== undefined) return found;
    return value.refuse({
      what: `${value.name} names ${JSON.stringify(name)}, which is no column, head, set or value here`,
      found: name,
      todo: didYouMean(name, this.known()),
    });
  }

  known(): string[] {
    return [...new Set([...this.#names.keys(), ...(this.rows?.known() ?? [])])];
  }
}

/** In a group a name means the one value that its rows have; empty ones do not count. */
function oneOfRows(name: string, ofRow: Getter, slot: number): Getter {
  return (context) => (context.memo[slot] ??= theOne(name, ofRow, (context as Group).rows));
}

function theOne(name: string, ofRow: Getter, rows: readonly Row[]): Value {
  let one = '';
  for (const row of rows) {
    const value = ofRow(row);
    if (typeof value !== 'string') return value;
    if (value === '' || value === one) continue;
    if (one !== '')
      return new Fault(
        'DIFFERS_IN_GROUP',
        name,
        'one value in all rows of the group',
        `${JSON.stringify(one)} and, in row ${row.position}, ${JSON.stringify(value)}`,
      );
    one = value;
  }
  return one;
}
