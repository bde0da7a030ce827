// Whoever asks about a document of the ERP, a match or a beginning of an id is led to our journal behind it.
import { join } from 'node:path';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { explain } from '../../jobs/reports/explain.ts';
import { list } from '../../jobs/reports/list.ts';
import { wholeIds } from '../../jobs/reports/wholeIds.ts';
import { loadConfig } from '../../src/config/load.ts';
import { loadRulebook } from '../../src/config/rulebookFiles.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { Story } from './story.ts';

let at: TestDatabase;
let story: Story;
let reference = '';
beforeAll(async () => {
  at = await testDatabase();
  story = new Story(at.db);
  for (const name of ['root', 'bob']) await story.user(name, 'reviewer');
  const untrue = await story.tell(`
periods 2026-09=closed 2026-10=open 2026-11=open 2026-12=open
sale SO-1 10.00 2026-10-05
sale SO-2 7.50 2026-10-06
sale SO-3 8.25 2026-10-06
booked 4711 SO-2 7.50 2026-10-06
extract
reconcile
approve SO-1 bob
post
expect journal SO-1 POSTED`);
  if (untrue.length > 0) throw new Error(untrue.join('\n'));
  const { rows } = await list(at.db, 'journals', { reference: 'SO-1', limit: 5 });
  reference = String(rows[0]?.['postingReference']);
}, 120_000);
afterAll(async () => {
  story.remove();
  await at.drop();
});

async function told(...words: string[]): Promise<string> {
  const config = loadConfig(join(story.folder, 'tieout.yaml'), {});
  const { title, told: chapters } = await explain({
    db: at.db,
    config,
    rulebook: loadRulebook(config),
    words,
  });
  return [title, ...chapters.flatMap(({ heading, lines }) => [heading, ...lines])].join('\n');
}

test('a reference by any beginning of its own; a number is a number; two candidates are both shown', async () => {
  expect(await wholeIds(at.db, ['journal'], [reference.slice(0, 5).toLowerCase()])).toEqual([reference]);
  expect(await wholeIds(at.db, ['journal'], ['1', 'NOPE'])).toEqual(['1', 'NOPE']);
  await expect(wholeIds(at.db, ['journal', 'exception'], [''])).rejects.toThrow(
    /ids begin like this; nothing was done[^]*expected: journal [^]*exception [0-9a-f]{32}/,
  );
  expect(await told(reference.slice(0, 6))).toContain(`(${reference}), POSTED`);
});

test('a document of the ERP and the match it is in name the journal', async () => {
  expect(await story.tell('erp takes\nextract\nreconcile\nexpect journal SO-1 CONFIRMED')).toEqual([]);
  const document = await told('9001');
  expect(document).toMatch(/Journals\njournal \d+ \(\w{16}\), CONFIRMED: document 9001 bears its reference/);
  const match = await told('match', await story.matchOf('9001'));
  expect(match).toContain(`(${reference}), CONFIRMED: document 9001 bears its reference`);
  const other = await told('4711');
  expect(other).not.toContain(reference);
});

test('an event by the beginning of its id, with the minute at which it happened', async () => {
  const { rows } = await at.db.pool.query<{ id: string }>(`select id from tieout.event order by id limit 1`);
  const id = rows[0]?.id ?? '';
  const whole = await told('event', id);
  expect(whole).toMatch(/happened 2026-10-0\d \d\d:\d\d UTC, company/);
  const others = await told('event', id.slice(0, 1)).catch((error: Error) => error.message);
  expect(others).toMatch(/several things are called ., or begin so[^]*tieout explain event/);
});
