// Rows of a table with columns: the header is found, titles above it are left, and each row below it is a section, a total,
// skipped, or used, in this order. Totals are checked and are never records.
import type { FeedFile } from '../feed.ts';
import type { Column, FileDefinition, TotalRule } from './definition.ts';
import { bindHeader } from './header.ts';
import { maskOf } from './masks.ts';
import type { MaskedField } from './masks.ts';
import { compare, ExactSum } from './exact.ts';
import { Fault, Row } from './model.ts';
import type { Run, Test } from './model.ts';
import { FileRefused } from './refusals.ts';
import { tableLines } from './tableLines.ts';
import type { TableLine } from './tableLines.ts';
import type { ReadTotals } from './readTotals.ts';

/** A row that a feed passes over. */
export interface SkippedRow {
  why: string;
  position: number;
  byteOffset: number;
}

interface Opened {
  header: readonly string[] | undefined;
  binding: readonly number[];
  /** Fields of a row that has all of them. */
  width: number;
  /** Fields whose text does not leave as it came. */
  masked: readonly MaskedField[];
  rest: readonly TableLine[];
}

/** Reads the rows of one file. */
export class TableReader {
  readonly #file: FeedFile;
  readonly #definition: FileDefinition;
  readonly #run: Run;
  readonly #totals: ReadTotals;
  readonly #totalRules: { rule: TotalRule; sums: { total: ExactSum; whole: boolean }[] }[];
  #section: Record<string, string> | undefined;
  #above: string[] | undefined;
  #opened: Opened | undefined;

  constructor(file: FeedFile, definition: FileDefinition, run: Run, totals: ReadTotals) {
    this.#file = file;
    this.#definition = definition;
    this.#run = run;
    this.#totals = totals;
    this.#totalRules = definition.rules.totals.map((rule) => ({ rule, sums: rule.sums.map(newSum) }));
  }

  async *rows(): AsyncGenerator<(Row | SkippedRow)[]> {
    const waiting: TableLine[] = [];
    for await (const lines of tableLines(this.#file, this.#definition)) {
      if (this.#opened === undefined) {
        waiting.push(...lines);
        const isEnough = waiting.length >= Math.max(1, this.#definition.within);
        if (!isEnough) continue;
        this.#open(waiting);
        yield this.#take(this.#opened!.rest);
      } else yield this.#take(lines);
    }
    if (this.#opened === undefined) {
      this.#open(waiting);
      yield this.#take(this.#opened!.rest);
    }
    this.#checkSkips();
  }

  #open(lines: readonly TableLine[]): void {
    const { within, sets, format } = this.#definition;
    const { columns } = sets[0]!;
    if (within === 0) {
      const binding = columns.map(({ from, name }, index) =>
        format === 'fixed' ? index : Number(from[0] ?? name) - 1,
      );
      this.#readHeads(lines);
      this.#opened = {
        header: undefined,
        binding,
        width: 0,
        masked: this.#masked(undefined, binding),
        rest: lines,
      };
      return;
    }
    let best: { missing: readonly string[]; header: readonly string[] } | undefined;
    for (const [index, { fields }] of lines.slice(0, within).entries()) {
      const { binding, missing, twice } = bindHeader(columns, fields);
      if (missing.length > 0) {
        if (best === undefined || missing.length < best.missing.length) best = { missing, header: fields };
        continue;
      }
      if (twice !== undefined)
        throw this.#notThis(`the column ${twice} comes twice`, 'each column once', fields);
      this.#totals.title += index;
      this.#totals.rows += index;
      this.#readHeads(lines.slice(0, index + 1));
      const header = fields.map((field) => field.trim());
      this.#totals.headers.set(this.#definition.name, header);
      this.#totals.unused.push(...header.filter((name, at) => name !== '' && !binding.includes(at)));
      const width = header.length;
      const masked = this.#masked(header, binding);
      this.#opened = { header, binding, width, masked, rest: lines.slice(index + 1) };
      return;
    }
    const required = columns.filter(({ optional }) => !optional).map(({ from, name }) => from[0] ?? name);
    throw this.#notThis(
      best === undefined ? 'the file is empty' : `the header lacks ${best.missing.join(', ')}`,
      `a header with ${required.join(', ')}${within > 1 ? ` among the first ${within} rows` : ''}`,
      best?.header ?? [],
    );
  }

  #masked(header: readonly string[] | undefined, binding: readonly number[]): MaskedField[] {
    const { masks, sets } = this.#definition;
    const names = new Map<number, string[]>();
    const add = (index: number, name: string): void =>
      void names.set(index, [...(names.get(index) ?? []), name]);
    for (const [index, name] of (header ?? []).entries()) add(index, name);
    for (const [column, { name }] of sets[0]!.columns.entries()) add(binding[column] ?? -1, name);
    return [...names].flatMap(([index, known]) => {
      const mask = index < 0 ? undefined : maskOf(masks, known, this.#run.secretOf, this.#file.path);
      return mask === undefined ? [] : [{ index, mask }];
    });
  }

  #notThis(what: string, expected: string, header: readonly string[]): FileRefused {
    const found = header.length === 0 ? 'nothing' : header.slice(0, 20).join(', ');
    return new FileRefused('NOT_THIS_FEED', this.#file.path, what, expected, found);
  }

  #readHeads(lines: readonly TableLine[]): void {
    for (const head of this.#definition.heads) {
      const { cell, match, name } = head;
      const text = cell === undefined ? '' : (lines[cell[0] - 1]?.fields[cell[1] - 1] ?? '').trim();
      if (match !== undefined && !match.test(text))
        throw this.#notThis(`${name} is not what the feed reads`, `${head.from} that fits ${match.source}`, [
          text,
        ]);
      this.#run.outside.set(name, head.read(text));
    }
  }

  #take(lines: readonly TableLine[]): (Row | SkippedRow)[] {
    const taken: (Row | SkippedRow)[] = [];
    for (const line of lines) {
      const row = this.#takeLine(line);
      if (row !== undefined) taken.push(row);
    }
    return taken;
  }

  #takeLine(line: TableLine): Row | SkippedRow | undefined {
    const { binding, width, masked } = this.#opened!;
    const { sets, rules, format } = this.#definition;
    const { name, columns } = sets[0]!;
    this.#totals.rows += 1;
    const fields = format === 'fixed' ? cut(line.fields[0] ?? '', columns) : line.fields;
    for (const { index, mask } of masked) if (index < fields.length) fields[index] = mask(fields[index]!);
    const row = new Row(this.#run, name, line, fields, binding, this.#section);
    for (const { when, set } of rules.sections) {
      if (!this.#holds(when, row)) continue;
      this.#totals.section += 1;
      this.#section = Object.fromEntries(set.map((each) => [each.name, row.cell(each.column).trim()]));
      this.#above = undefined;
      for (const total of this.#totalRules)
        if (total.rule.of === 'section') total.sums = total.rule.sums.map(newSum);
      return undefined;
    }
    for (const total of this.#totalRules) {
      if (!this.#holds(total.rule.when, row)) continue;
      this.#totals.total += 1;
      this.#above = undefined;
      this.#checkTotal(total, row);
      return undefined;
    }
    for (const rule of rules.skip) {
      if (!this.#holds(rule.when, row)) continue;
      const amount = rule.amount?.(row);
      this.#totals.skip(rule.name, typeof amount === 'string' ? amount : undefined);
      return { why: rule.name, position: line.position, byteOffset: line.byteOffset };
    }
    const used = this.#filled(row, fields);
    if (width > 0 && line.ragged !== true) used.fault = widthFault(fields, width, binding);
    this.#addToTotals(used);
    return used;
  }

  /** An empty cell of a filled column takes what stands above it, until a section or total. */
  #filled(row: Row, fields: string[]): Row {
    const { fill } = this.#definition.rules;
    if (fill.length === 0) return row;
    const above = this.#above;
    const own = fill.map((column) => row.cell(column));
    const needed = above !== undefined && own.some((text) => text.trim() === '');
    const now = own.map((text, index) => (text.trim() === '' ? (above?.[index] ?? '') : text));
    this.#above = now;
    if (!needed) return row;
    const whole = [...fields];
    for (const [index, column] of fill.entries()) {
      const at = row.binding[column] ?? -1;
      while (at >= whole.length) whole.push('');
      if (at >= 0) whole[at] = now[index]!;
    }
    return new Row(this.#run, row.set, row, whole, row.binding, row.section);
  }

  #holds(when: Test, row: Row): boolean {
    const answer = when(row);
    // What cannot be read is no section, total or skipped row: it is refused where a record needs it.
    return answer === true;
  }

  #addToTotals(row: Row): void {
    for (const { rule, sums } of this.#totalRules) {
      for (const [index, { added }] of rule.sums.entries()) {
        const value = added(row);
        const sum = sums[index]!;
        if (value instanceof Fault) sum.whole = false;
        else if (value !== '') sum.total.add(value);
      }
    }
  }

  #checkTotal(total: { rule: TotalRule; sums: { total: ExactSum; whole: boolean }[] }, row: Row): void {
    const { rule, sums } = total;
    for (const [index, { stated, statedName, addedName }] of rule.sums.entries()) {
      const value = stated(row);
      const { total: found, whole } = sums[index]!;
      const expected = value instanceof Fault ? value.found : value === '' ? '0' : value;
      const equal = !(value instanceof Fault) && compare(expected, found.text) === 0;
      // A row that cannot be read is refused by itself; what it would have added nobody knows.
      if (!whole) continue;
      this.#totals.control.push({
        name: `total of ${addedName} in row ${row.position}`,
        ok: equal,
        expected,
        found: found.text,
        report: false,
      });
      if (!equal && !(value === '' && found.isZero))
        throw new FileRefused(
          'BATCH_INCOMPLETE',
          `${this.#file.path}:${row.position}`,
          `the total ${statedName} is not the sum of ${addedName} above it`,
          expected,
          found.text,
          'the file is cut or changed: export it again; nothing of it was taken',
        );
    }
    for (const each of this.#totalRules)
      if (each.rule.of === 'sinceTotal') each.sums = each.rule.sums.map(newSum);
  }

  #checkSkips(): void {
    for (const { name, most } of this.#definition.rules.skip) {
      const skipped = this.#totals.skippedBy.get(name);
      if (most === undefined || skipped === undefined) continue;
      const amount = skipped.amount?.text ?? '0';
      const isOver =
        'percent' in most
          ? skipped.count * 100 > most.percent * this.#totals.rows
          : compare(amount.replace(/^-/, ''), most.amount) > 0;
      if (isOver)
        throw new FileRefused(
          'BATCH_INCOMPLETE',
          this.#file.path,
          `more is skipped as ${name} than the feed allows`,
          `at most ${most.text}`,
          'percent' in most ? `${skipped.count} of ${this.#totals.rows} rows` : amount,
        );
    }
  }
}

const newSum = (): { total: ExactSum; whole: boolean } => ({ total: new ExactSum(), whole: true });

/** A row with too few fields for its columns was cut; one with more that are not empty was split at a wrong place. */
function widthFault(fields: readonly string[], width: number, binding: readonly number[]): Fault | undefined {
  const needed = Math.max(...binding) + 1;
  const isShort = fields.length < needed && fields.length < width;
  const isLong = fields.length > width && fields.slice(width).some((field) => field.trim() !== '');
  return isShort || isLong
    ? new Fault('MISSING_COLUMN', '', `${width} fields as in the header`, `${fields.length} fields`)
    : undefined;
}

function cut(line: string, columns: readonly Column[]): string[] {
  return columns.map(({ from }) => {
    const [first = '1', last = first] = (from[0] ?? '1').split('-');
    return line.slice(Number(first) - 1, Number(last));
  });
}
