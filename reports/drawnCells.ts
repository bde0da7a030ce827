// Where a section's cells stand once drawn, over as many worksheets as its rows needed, and the formulas that speak of them.
import type { Cells, Column } from './sheet.ts';
import { columnLetters } from './xlsx/cell.ts';
import { sheetReference } from './xlsx/sheetPart.ts';

/** Consecutive data rows of a section on one worksheet, 1-based, inclusive; `last < first` where there are none. */
export interface Stretch {
  readonly worksheet: string;
  readonly first: number;
  last: number;
}

/** @see Cells */
export class DrawnCells {
  readonly stretches: Stretch[] = [];
  readonly #columns: Map<string, string>;

  constructor(columns: readonly Column[]) {
    this.#columns = new Map(columns.map((column, index) => [column.key, columnLetters(index + 1)]));
  }

  /** Letters of a column. */
  letters(key: string): string {
    const letters = this.#columns.get(key);
    if (letters === undefined) throw new RangeError(`no column ${key}`);
    return letters;
  }

  /** Absolute range of a column in a stretch, without the sheet: `$B$5:$B$9`. */
  range(key: string, stretch: Stretch): string {
    const letters = this.letters(key);
    return `$${letters}$${stretch.first}:$${letters}$${stretch.last}`;
  }

  /** The stretches that have rows. */
  get filled(): Stretch[] {
    return this.stretches.filter((stretch) => stretch.last >= stretch.first);
  }
}

/** What a formula in `row` of the section at `place` may speak of. */
export function cellsAt(place: DrawnCells, row: number, drawn: ReadonlyMap<string, DrawnCells>): Cells {
  return {
    here: (key) => `$${place.letters(key)}${row}`,
    column: (key) => {
      const [only, ...others] = place.filled;
      if (only === undefined || others.length > 0)
        throw new RangeError('totals need their rows on one worksheet');
      return place.range(key, only);
    },
    sumWhere: (section, key, where) => {
      const other = drawn.get(section);
      if (other === undefined) throw new RangeError(`a formula speaks of ${section}, which is not drawn yet`);
      const sums = other.filled.map((stretch) => {
        const on = (column: string): string =>
          `${sheetReference(stretch.worksheet)}!${other.range(column, stretch)}`;
        return `SUMIFS(${[on(key), ...where.flatMap(([column, equals]) => [on(column), equals])].join(',')})`;
      });
      return sums.length === 0 ? '0' : sums.join('+');
    },
  };
}
