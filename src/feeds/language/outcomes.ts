// What a feed's reading gives, record by record: for intake, for `feeds try`, for worked examples.
import type { Emit, Feed, Kind } from './feed.ts';
import { keepRows } from './keep.ts';
import type { Headers } from './keep.ts';
import { Group } from './model.ts';
import type { Context, Fault, Row } from './model.ts';
import { readable, workOut } from './records.ts';
import type { Worked } from './records.ts';
import type { ReadTotals } from './readTotals.ts';

interface Placed {
  position: number;
  byteOffset: number;
  /** The rows that it was made of. */
  rows: readonly Row[];
  raw(): Buffer;
}

export type Outcome =
  | (Placed & { outcome: 'record'; kind: Kind; emit: Emit; worked: Worked })
  | (Placed & {
      outcome: 'refused';
      kind: Kind;
      faults: readonly Fault[];
      about: ReadonlyMap<string, string>;
    })
  | (Placed & { outcome: 'skipped'; why: string });

/** Records of one row have places of their own above all rows of a file. */
const NEXT_RECORD = 1_000_000_000;

/** Makes outcomes of one reading. */
export class Outcomes {
  readonly #feed: Feed;
  readonly #totals: ReadTotals;
  readonly #headers: Headers;

  constructor(feed: Feed, totals: ReadTotals, headers: Headers) {
    this.#feed = feed;
    this.#totals = totals;
    this.#headers = headers;
  }

  /** Works a record out; a refused one is not yet an outcome. */
  workOut(emit: Emit, context: Context): Worked | Fault[] | undefined {
    return workOut(emit, context, (fault) => this.#totals.leaveEmpty(fault));
  }

  record(emit: Emit, rows: readonly Row[], worked: Worked): Outcome {
    // Written out: a copied object costs more than all the rest of a record.
    const first = rows[0]!;
    return {
      position: first.position + emit.index * NEXT_RECORD,
      byteOffset: first.byteOffset,
      rows,
      raw: () => keepRows(this.#feed, rows, this.#headers),
      outcome: 'record',
      kind: emit.kind,
      emit,
      worked,
    };
  }

  skipped(row: Row, why: string): Outcome {
    return { ...this.#placed([row], 0), outcome: 'skipped', why };
  }

  /** One refusal for each kind of record that these rows would have given. */
  refused(rows: readonly Row[], faults: readonly Fault[], emits: readonly Emit[]): Outcome[] {
    const [first] = rows;
    const together = new Group(first!.run);
    together.rows.push(...rows);
    const kinds = new Map<Kind, Emit>();
    for (const emit of emits) {
      const gives = emit.isGroup ? mayGive(emit, together) : rows.some((row) => mayGive(emit, row));
      if (gives && !kinds.has(emit.kind)) kinds.set(emit.kind, emit);
    }
    return [...kinds].map(([kind, emit]) => ({
      ...this.#placed(rows, emit.index),
      outcome: 'refused',
      kind,
      faults,
      about: readable(emit, emit.isGroup ? together : first!),
    }));
  }

  #placed(rows: readonly Row[], index: number): Placed {
    const { position, byteOffset } = rows[0]!;
    return {
      position: position + index * NEXT_RECORD,
      byteOffset,
      rows,
      raw: () => keepRows(this.#feed, rows, this.#headers),
    };
  }
}

/** False where the record's condition does not hold here. */
function mayGive({ when }: Emit, context: Context): boolean {
  return when === undefined || when(context) !== false;
}

/** All faults of a record in one sentence. */
export function sentenceOf(faults: readonly Fault[]): string {
  return faults
    .map(
      ({ reason, column, expected, found }) =>
        `${reason}${column === '' ? '' : ` ${column}`}: expected ${expected}, found ${found}`,
    )
    .join('; ');
}
