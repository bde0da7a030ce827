// Reads YAML that people wrote, keeping file and line for every message. Every scalar stays text (schema `failsafe`): a
// float never comes near an amount and `no` stays a word. Problems are collected, so one check shows all of them.
import { isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument } from 'yaml';
import type { Document, Node, Scalar } from 'yaml';
import type { IsoDate } from '../accounting/dates.ts';
import { DAY_FORM, isTimeZone, parseIsoDate } from '../accounting/dates.ts';
import type { ErrorParts } from '../errors.ts';
import { UserError, explainError } from '../errors.ts';
import type { Decimal } from '../money/decimal.ts';
import { parseDecimal } from '../money/decimal.ts';
import { didYouMean, nearest } from './nearest.ts';

/** Where problems of one reading are collected. */
export type Problems = ErrorParts[];

/** All problems as one error: as it is where there is one, one below the other where there are more. */
export function problemsError(problems: readonly ErrorParts[]): UserError {
  const [first] = problems;
  if (first !== undefined && problems.length === 1) return new UserError(first);
  return new UserError(problems.map(explainError).join('\n'));
}

/** Changes scalar text before it is used, e.g. `${ENV_NAME}`; adds a problem and returns '' where it cannot. */
export type Expand = (text: string, where: string) => string;

/** What all values of one file share. */
interface Source {
  file: string;
  document: Document;
  lines: LineCounter;
  problems: Problems;
  expand: Expand;
}

/** Parses one file. Undefined where it is no YAML or empty; the problem is in the list then. */
export function readYaml(file: string, text: string, problems: Problems, expand: Expand = (t) => t) {
  const lines = new LineCounter();
  const document = parseDocument(text, { schema: 'failsafe', lineCounter: lines, prettyErrors: false });
  for (const error of document.errors) {
    const todo = 'correct the YAML; indentation and quotes are the usual causes';
    problems.push({ where: `${file}:${lines.linePos(error.pos[0]).line}`, what: error.message, todo });
  }
  if (document.errors.length > 0) return undefined;
  if (document.contents === null) {
    problems.push({ where: file, what: 'the file is empty', todo: 'write its content, or remove the file' });
    return undefined;
  }
  return new YamlValue({ file, document, lines, problems, expand }, document.contents, 'the file');
}

/** A value with its position; each reader says what it expected, and adds a problem where it finds something else. */
export class YamlValue {
  private readonly source: Source;
  private readonly node: Node | null;
  /** What it is called in messages: the key that it stands under. */
  readonly name: string;
  readonly where: string;
  /** Where its key stands; the same as `where` for what has none. */
  readonly keyWhere: string;

  constructor(source: Source, node: Node | null, name: string, at?: string) {
    this.source = source;
    this.node = isAlias(node) ? (node.resolve(source.document) ?? null) : node;
    this.name = name;
    const start = this.node?.range?.[0];
    this.where =
      start === undefined ? (at ?? source.file) : `${source.file}:${source.lines.linePos(start).line}`;
    this.keyWhere = at ?? this.where;
  }

  get isMap(): boolean {
    return isMap(this.node);
  }

  get isList(): boolean {
    return isSeq(this.node);
  }

  /** Adds a problem at this place. */
  refuse(parts: Omit<ErrorParts, 'where'>, where = this.where): undefined {
    this.source.problems.push({ where, ...parts });
    return undefined;
  }

  /** What a reading gives, its problems forgotten: for what may be read in one of several ways. */
  silently<T>(read: () => T): T {
    const { problems } = this.source;
    const before = problems.length;
    const result = read();
    problems.length = before;
    return result;
  }

  text(expected = 'text'): string | undefined {
    if (!isScalar(this.node)) return this.wrong(expected);
    const text = this.source.expand(scalarText(this.node), this.where);
    return text === '' && this.node.type === 'PLAIN' ? this.wrong(expected, 'nothing') : text;
  }

  map(expected = 'a mapping (key: value)'): YamlMap | undefined {
    if (!isMap(this.node)) return this.wrong(expected);
    const entries = new Map<string, YamlValue>();
    for (const { key, value } of this.node.items) {
      const name = isScalar(key) ? scalarText(key) : '?';
      const at = new YamlValue(this.source, key as Node | null, name).where;
      entries.set(name, new YamlValue(this.source, value as Node | null, name, at));
    }
    return new YamlMap(this, entries);
  }

  list(expected = 'a list'): YamlValue[] {
    if (!isSeq(this.node)) {
      this.wrong(expected);
      return [];
    }
    const itemName = `an item of ${this.name}`;
    return this.node.items.map((item) => new YamlValue(this.source, item as Node | null, itemName));
  }

  /** A list of texts, or one text alone. */
  texts(expected = 'a list of texts'): string[] {
    if (isScalar(this.node)) return [this.text(expected) ?? ''];
    return this.list(expected).flatMap((item) => item.text() ?? []);
  }

  oneOf<T extends string>(choices: readonly T[]): T | undefined {
    const text = this.text(`one of ${choices.join(', ')}`);
    if (text === undefined) return undefined;
    const choice = choices.find((known) => known === text);
    if (choice !== undefined) return choice;
    const near = nearest(text, choices);
    return this.wrong(`one of ${choices.join(', ')}`, text, near && `did you mean ${near}?`);
  }

  date(): IsoDate | undefined {
    return this.parsed(`a day that exists, ${DAY_FORM}`, parseIsoDate);
  }

  decimal(): Decimal | undefined {
    return this.parsed('a decimal number such as 12.50', parseDecimal);
  }

  wholeNumber(from: number, to: number): number | undefined {
    const read = (text: string) => {
      const value = /^-?\d{1,9}$/.test(text) ? Number(text) : NaN;
      return value >= from && value <= to ? value : undefined;
    };
    return this.parsed(`a whole number from ${from} to ${to}`, read);
  }

  timeOfDay(): string | undefined {
    return this.parsed('a local time, "HH:MM"', (text) => /^(?:[01]\d|2[0-3]):[0-5]\d$/.exec(text)?.[0]);
  }

  timeZone(): string | undefined {
    return this.parsed('a time zone such as America/Chicago', (text) =>
      isTimeZone(text) ? text : undefined,
    );
  }

  flag(): boolean | undefined {
    return this.parsed('true or false', (text) => ({ true: true, false: false })[text]);
  }

  /** The value as JSON: unquoted whole numbers, `true`, `false` and `null` as such, everything else as text. */
  json(): unknown {
    if (isMap(this.node)) {
      return Object.fromEntries([...(this.map()?.entries ?? [])].map(([key, value]) => [key, value.json()]));
    }
    if (isSeq(this.node)) return this.list().map((item) => item.json());
    if (!isScalar(this.node)) return null;
    const text = scalarText(this.node);
    if (this.node.type !== 'PLAIN') return text;
    if (/^-?(?:0|[1-9]\d{0,14})$/.test(text)) return Number(text);
    const words: Record<string, unknown> = { true: true, false: false, null: null, '': null };
    return text in words ? words[text] : text;
  }

  private parsed<T>(expected: string, parse: (text: string) => T | undefined): T | undefined {
    const text = this.text(expected);
    if (text === undefined) return undefined;
    return parse(text) ?? this.wrong(expected, text);
  }

  private wrong(expected: string, found = this.kind(), todo?: string): undefined {
    const what = `${this.name} has a wrong value`;
    return this.refuse({ what, expected, found, ...(todo === undefined ? {} : { todo }) });
  }

  private kind(): string {
    if (isMap(this.node)) return 'a mapping';
    if (isSeq(this.node)) return 'a list';
    return isScalar(this.node) ? JSON.stringify(scalarText(this.node)) : 'nothing';
  }
}

/** A mapping. Each `get` or `need` makes its key known; `end` refuses every key that nobody asked for. */
export class YamlMap {
  readonly value: YamlValue;
  readonly entries: ReadonlyMap<string, YamlValue>;
  private readonly known = new Set<string>();

  constructor(value: YamlValue, entries: ReadonlyMap<string, YamlValue>) {
    this.value = value;
    this.entries = entries;
  }

  get(key: string): YamlValue | undefined {
    this.known.add(key);
    return this.entries.get(key);
  }

  /** `get`, and a problem where the key is absent. */
  need(key: string, expected: string): YamlValue | undefined {
    const value = this.get(key);
    if (value === undefined) {
      this.value.refuse({ what: `${this.value.name} has no ${key}`, expected: `${key}: ${expected}` });
    }
    return value;
  }

  end(): void {
    for (const [key, value] of this.entries) {
      if (this.known.has(key)) continue;
      const todo = didYouMean(key, this.known);
      value.refuse({ what: `unknown key ${key} in ${this.value.name}`, todo }, value.keyWhere);
    }
  }
}

function scalarText(node: Scalar): string {
  return typeof node.value === 'string' ? node.value : (node.source ?? '');
}
