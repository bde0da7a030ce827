// What may be chosen in a cell, row by row: rows that offer the same share one list, so that a sheet of many thousand rows has
// a handful of them.
import { plain, type Row, type Section } from './sheet.ts';
import { columnLetters } from './xlsx/cell.ts';
import type { ChoiceList } from './xlsx/sheetPart.ts';

/** At most 255 characters, by the format. */
const MESSAGE =
  'What is possible here. accept: keep it until it changes (reason). wait, correctSource: until a day (until, reason). ' +
  'notMine: to somebody else (assign to, reason). reopen: take it back. The others are told under "What would settle it".';

/** Collects the choices of a section's rows on one worksheet. */
export class RowChoices {
  readonly #columns: readonly { letters: string; from: string; title: string }[];
  /** Ranges by column and offer: first and last row. */
  readonly #ranges = new Map<string, [first: number, last: number][]>();

  constructor({ columns }: Section) {
    this.#columns = columns.flatMap(({ choices, title }, index) =>
      choices === undefined ? [] : [{ letters: columnLetters(index + 1), from: choices, title }],
    );
  }

  take(row: Row, number: number): void {
    for (const [index, { from }] of this.#columns.entries()) {
      const offered = plain(row[from]);
      if (offered === '') continue;
      const key = `${index} ${offered}`;
      const ranges = this.#ranges.get(key) ?? [];
      const last = ranges.at(-1);
      if (last !== undefined && last[1] === number - 1) last[1] = number;
      else ranges.push([number, number]);
      this.#ranges.set(key, ranges);
    }
  }

  /** The lists of the worksheet that ends here; the next one begins with none. */
  taken(): ChoiceList[] {
    const lists = [...this.#ranges].map(([key, ranges]): ChoiceList => {
      const { letters, title } = this.#columns[Number(key.slice(0, key.indexOf(' ')))]!;
      return {
        range: ranges.map(([first, last]) => `${letters}${first}:${letters}${last}`).join(' '),
        choices: key.slice(key.indexOf(' ') + 1).split(','),
        title,
        message: MESSAGE,
      };
    });
    this.#ranges.clear();
    return lists;
  }
}
