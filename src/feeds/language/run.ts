// Runs a feed over the files of one delivery: rows, joins, numbers, groups, records. A reading sees nothing but the bytes, the
// feed, its lookups and `set`, so that the same of these give the same records.
import { basename } from 'node:path';

import type { FeedFile } from '../feed.ts';
import { Claims } from './claims.ts';
import type { FileDefinition } from './definition.ts';
import { isTree } from './definition.ts';
import type { Feed } from './feed.ts';
import { Gatherer } from './gather.ts';
import { Partners } from './join.ts';
import { rowsAgain } from './keep.ts';
import type { LoadedLookup } from './lookups.ts';
import type { SecretOf } from './masks.ts';
import { Row } from './model.ts';
import type { Run } from './model.ts';
import { Outcomes } from './outcomes.ts';
import type { Outcome } from './outcomes.ts';
import { assignFiles } from './assign.ts';
import { FileRefused } from './refusals.ts';
import { TableReader } from './tableRows.ts';
import type { SkippedRow } from './tableRows.ts';
import { ReadTotals } from './readTotals.ts';
import { treeRows } from './treeRows.ts';

/** What a reading is given besides the feed. */
export interface Given {
  files: readonly FeedFile[];
  set: ReadonlyMap<string, string>;
  lookups: ReadonlyMap<string, LoadedLookup>;
  /** Secrets of pseudonyms; without it there are none. */
  secretOf?: SecretOf | undefined;
}

/** One reading of a delivery. */
export class Reading {
  readonly totals = new ReadTotals();
  readonly run: Run;
  readonly #feed: Feed;
  readonly #given: Given;
  readonly #headers = new Map<string, readonly string[] | undefined>();
  readonly #outcomes: Outcomes;
  readonly #claims: Claims;
  /** Counts of `order` and `hash`, by function. */
  readonly #counts: Map<string, number>[];
  readonly #gatherers: ReadonlyMap<string, Gatherer>;

  constructor(feed: Feed, given: Given) {
    this.#feed = feed;
    this.#given = given;
    const secretOf = given.secretOf ?? ((): undefined => undefined);
    this.run = { outside: new Map(given.set), lookups: given.lookups, secretOf };
    this.#outcomes = new Outcomes(feed, this.totals, this.#headers);
    this.#claims = new Claims(feed, this.run, this.totals, given.files.map(({ path }) => path).join(', '));
    this.#counts = feed.shared.counters.map(() => new Map());
    this.#gatherers = new Map(
      [...feed.sets.keys()].map((set) => [
        set,
        new Gatherer(feed, set, this.run, this.totals, this.#outcomes, this.#claims),
      ]),
    );
  }

  /**
   * Reads the files and gives what became of their rows, in their order.
   * @throws FileRefused where the delivery is not taken at all; what was given before does not count then
   */
  async *outcomes(): AsyncGenerator<Outcome[]> {
    for (const name of this.#feed.set)
      if ((this.run.outside.get(name) ?? '') === '' && !this.#isInName(name))
        throw new FileRefused(
          'NOT_THIS_FEED',
          this.#given.files[0]?.path ?? this.#feed.name,
          `${name} is not said`,
          `--set ${name}=VALUE, or the inbox's set`,
        );
    const assigned = await assignFiles(this.#feed, this.#given.files);
    for (const { file, definition } of assigned) this.#readName(file, definition);
    const joins = this.#feed.joins.map((join) => ({ join, partners: new Partners(join) }));
    const partnerSets = new Set(joins.map(({ join }) => join.with));
    // Files of partners first.
    const inOrder = assigned.toSorted(
      (a, b) =>
        Number(this.#isPartner(b.definition, partnerSets)) -
        Number(this.#isPartner(a.definition, partnerSets)),
    );
    for (const { file, definition } of inOrder) {
      for await (const rows of this.#rowsOf(file, definition)) {
        const ready: Outcome[] = [];
        for (const row of rows) {
          if (!(row instanceof Row)) {
            ready.push(this.#skip(row));
            continue;
          }
          for (const { join, partners } of joins) if (join.with === row.set) partners.add(row);
          if (partnerSets.has(row.set) && !this.#givesRecords(row.set)) continue;
          ready.push(...this.#takeRow(row, joins));
        }
        if (ready.length > 0) yield ready;
      }
    }
    for (const gatherer of this.#gatherers.values()) yield gatherer.end();
    for (const { partners } of joins) partners.tellUnused(this.totals);
    this.#claims.end();
  }

  /** Reads kept rows again: what a refused record was stored as. */
  *again(bytes: Buffer): Generator<Outcome> {
    const kept = rowsAgain(this.#feed, bytes, this.run);
    if (kept === undefined) return;
    for (const row of kept.rows) yield* this.#gatherers.get(row.set)?.take(row) ?? [];
    for (const gatherer of this.#gatherers.values()) yield* gatherer.end();
  }

  #takeRow(row: Row, joins: readonly { join: Feed['joins'][number]; partners: Partners }[]): Outcome[] {
    for (const { join, partners } of joins) {
      if (join.rows !== row.set || partners.meet(row)) continue;
      const why = `${row.set} without ${join.with}`;
      this.totals.skip(why);
      return [this.#outcomes.skipped(row, why)];
    }
    this.#count(row);
    this.#claims.row(row);
    return this.#gatherers.get(row.set)!.take(row);
  }

  #isPartner({ sets }: FileDefinition, partnerSets: ReadonlySet<string>): boolean {
    return sets.some(({ name }) => partnerSets.has(name));
  }

  #givesRecords(set: string): boolean {
    return this.#feed.emits.some(({ per }) => per === set) || this.#feed.groups.some(({ of }) => of === set);
  }

  #isInName(name: string): boolean {
    return this.#feed.files.some(({ namePattern }) => namePattern?.names.includes(name) === true);
  }

  /** The file's name gives values; one that does not fit is another feed's. */
  #readName(file: FeedFile, { namePattern }: FileDefinition): void {
    if (namePattern === undefined) return;
    const found = namePattern.pattern.exec(basename(file.path));
    if (found === null) {
      if (namePattern.names.every((name) => this.run.outside.has(name))) return;
      throw new FileRefused(
        'NOT_THIS_FEED',
        file.path,
        'the file is not called as the feed wants',
        namePattern.text,
        basename(file.path),
      );
    }
    for (const [index, name] of namePattern.names.entries())
      if (!this.#given.set.has(name)) this.run.outside.set(name, found[index + 1] ?? '');
  }

  async *#rowsOf(file: FeedFile, definition: FileDefinition): AsyncGenerator<(Row | SkippedRow)[]> {
    if (isTree(definition.format)) {
      yield* treeRows(file, definition, this.run, this.totals);
      return;
    }
    const reader = new TableReader(file, definition, this.run, this.totals);
    for await (const rows of reader.rows()) {
      this.#headers.set(definition.sets[0]!.name, this.totals.headers.get(definition.name));
      yield rows;
    }
  }

  #skip({ why, position, byteOffset }: SkippedRow): Outcome {
    return { outcome: 'skipped', why, position, byteOffset, rows: [], raw: () => Buffer.from('') };
  }

  /** Numbers the row for every function that counts. */
  #count(row: Row): void {
    for (const [index, { set, key }] of this.#feed.shared.counters.entries()) {
      if (set !== row.set) continue;
      const value = key(row);
      if (typeof value !== 'string' || value === '') continue;
      const counts = this.#counts[index]!;
      const next = (counts.get(value) ?? 0) + 1;
      counts.set(value, next);
      row.ordinals ??= [];
      row.ordinals[index] = next;
    }
  }
}
