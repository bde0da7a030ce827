// What spreading over machines asks of the schema and of the statements, held on one machine: keys lead every unique index,
// and whatever bulk statement a run sends joins and groups on them.
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

import { distribute } from '../../jobs/administration/distribute.ts';
import { COPIED, SPREAD } from '../../src/db/distribute/placement.ts';
import { UserError } from '../../src/errors.ts';
import { FirstTieout } from '../jobs/firstTieout.ts';
import { testDatabase } from '../support/database.ts';
import type { TestDatabase } from '../support/database.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await testDatabase();
});
afterAll(() => database.drop());

describe('tieout distribute', () => {
  it('says clearly that a database without Citus cannot be distributed', async () => {
    await expect(distribute(database.db)).rejects.toThrow(UserError);
    await expect(distribute(database.db)).rejects.toThrow('it has no Citus');
  });

  it('every unique index of a spread table holds its key, so that one machine can judge it', async () => {
    const found = await database.db.pool.query<{ table: string; index: string; columns: string[] }>(
      `select c.relname as table, i.relname as index, array(select a.attname::text from unnest(x.indkey) k join pg_attribute a
                on a.attrelid = c.oid and a.attnum = k) as columns
         from pg_index x join pg_class c on c.oid = x.indrelid join pg_class i on i.oid = x.indexrelid
         join pg_namespace n on n.oid = c.relnamespace where n.nspname = 'tieout' and x.indisunique and c.relname = any($1)`,
      [Object.keys(SPREAD)],
    );
    expect(found.rows.length).toBeGreaterThan(6);
    expect(found.rows.filter(({ table, columns }) => !columns.includes(SPREAD[table]!))).toEqual([]);
  });

  it('no spread table is the target or the source of a foreign key to one that is not copied', async () => {
    const found = await database.db.pool.query<{ source: string; target: string }>(
      `select s.relname as source, t.relname as target from pg_constraint k join pg_class s on s.oid = k.conrelid
         join pg_class t on t.oid = k.confrelid where k.contype = 'f'`,
    );
    const bulk = new Set(Object.keys(SPREAD));
    expect(
      found.rows.filter(
        ({ source, target }) => (bulk.has(source) || bulk.has(target)) && !COPIED.includes(target),
      ),
    ).toEqual([]);
  });
});

/** Joins and sub-queries of a statement that bring in a unit-keyed table, with the condition that ties it to the rest. */
function bulkJoins(sql: string): { alias: string; condition: string }[] {
  const until = '(?= (?:left )?join | cross join | where | group by | order by | union | limit |$)';
  const joins = sql.matchAll(
    new RegExp(`join tieout\\.(\\w+) (\\w+) (on .*?|using \\([^)]*\\))${until}`, 'g'),
  );
  const inner = sql.matchAll(/exists \( ?select (?:1 )?from tieout\.(\w+) (\w+) where (.*?)(?=\)|$)/g);
  return [...joins, ...inner].flatMap(([, table = '', alias = '', condition = '']) =>
    SPREAD[table] === 'unit' ? [{ alias, condition }] : [],
  );
}

function onUnit({ alias, condition }: { alias: string; condition: string }): boolean {
  return (
    /^using \((?:\w+, )*unit\b/.test(condition) ||
    new RegExp(
      `\\b${alias}\\.unit = \\w+\\.|\\.unit = ${alias}\\.unit\\b|\\b${alias}\\.unit = (?:any\\()?\\$`,
    ).test(condition)
  );
}

/**
 * Joins that may look across units, each with its reason: they start from a few rows (a document, what is missing, opening
 * items) and are sent to every machine by their own index, never for the bulk.
 */
const ACROSS: readonly (readonly [RegExp, string])[] = [
  [/event_source = 'opening'/, 'opening items: taken in once, a few'],
  [
    /posting_reference = \w\.posting_reference/,
    'the documents of our own journals, by the index of posting references',
  ],
  [/\bexception_id = o\.exception_id/, 'the legs of open exceptions: the residue'],
  [/event_id = a\.event_id/, 'all lines of the events that something is missing of, by the index of events'],
  [
    /reference_hash = hashtextextended/,
    'other lines of the references in the residue, by the index of references',
  ],
  [
    /reference_hash = \w+\.reference_hash/,
    'lines that bear the references of the residue, by the index of references',
  ],
  [/\baccount = r\.account/, 'running totals of the accounts whose balances are proven'],
  [/\baccount = b\.account/, 'running totals, a row a unit and day, against the balances of the ERP'],
  [/^on [el]\.batch_id = x\.batch_id\b/, 'lines of new extracts, or of those younger than a new balance'],
  [/\bevent_source = k\.source/, 'lines of contested events, a few, by the index of events'],
  [
    /\bs\.document = l\.document and/,
    'other lines of the documents that a missing line was booked in, by the index of documents',
  ],
  [/\(?d\.d->>'/, 'what new control items name: a match, a line, a document, by their indexes'],
  [/^on l\.document = r\.document and/, 'documents of refused lines, a few, by the index of documents'],
];

describe('a run', () => {
  const sent = new Set<string>();

  it('sends no bulk statement that joins spread tables other than on their unit', async () => {
    const company = new FirstTieout();
    const original = pg.Client.prototype.query;
    pg.Client.prototype.query = function query(this: pg.Client, ...args: unknown[]) {
      const [first] = args as [string | { text?: string }];
      const text = typeof first === 'string' ? first : (first.text ?? '');
      sent.add(
        text
          .replace(/--[^\n]*/g, ' ')
          .replace(/\s+/g, ' ')
          .trim(),
      );
      return (original as (...all: unknown[]) => unknown).apply(this, args);
    } as typeof original;
    try {
      await company.ingestAll(database.db);
      await company.reconcile(database.db);
    } finally {
      pg.Client.prototype.query = original;
      company.remove();
    }
    const joins = [...sent].flatMap((sql) => bulkJoins(sql).map((join) => ({ ...join, sql })));
    expect(joins.length).toBeGreaterThan(40);
    const loose = joins.filter(
      (join) => !onUnit(join) && !ACROSS.some(([pattern]) => pattern.test(join.condition)),
    );
    expect(
      loose.map(({ alias, condition, sql }) => `${alias}: ${condition}\n  ${sql.slice(0, 160)}`),
    ).toEqual([]);
  });

  it('sums into unit-keyed tables by unit', () => {
    const into = /^insert into tieout\.(?:balance|match_total|match|match_member)\b.* group by /;
    const summing = [...sent].filter((sql) => into.test(sql));
    expect(summing.length).toBeGreaterThan(2);
    const keys = summing.flatMap((sql) => [...sql.matchAll(/ group by ([^()]*)/g)].map(([, by = '']) => by));
    expect(keys.filter((by) => !/\bunit\b/.test(by))).toEqual([]);
  });
});
