// What hangs together comes into the process on one page: judged page by page, the stories end as they do all at once.
import { afterAll, beforeAll, expect, test } from 'vitest';

import { reconcile } from '../../jobs/run/reconcile.ts';
import { isoDate } from '../../src/accounting/dates.ts';
import { transaction } from '../../src/db/connection.ts';
import { writeGrace } from '../../src/db/run/grace.ts';
import { runNames } from '../../src/db/run/names.ts';
import { findAside } from '../../src/db/run/aside.ts';
import { makeItemTables } from '../../src/db/run/items.ts';
import { gatherOpen } from '../../src/db/run/openLines.ts';
import { findRepeats } from '../../src/db/run/repeats.ts';
import { readRelated } from '../../src/db/run/readRelated.ts';
import { findRelated } from '../../src/db/run/relatedLines.ts';
import { classifyByName } from '../../src/exceptions/classify.ts';
import type { ResidueLine } from '../../src/exceptions/model.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { DIFFERENCES } from './differenceStories.ts';
import { MATCHES } from './matchStories.ts';
import { numbered } from './numbered.ts';
import { readScenario, scenarioProject, storeScenario } from './scenario.ts';
import { ACCOUNTS, RECONCILIATIONS } from './storyRules.ts';

const project = scenarioProject(RECONCILIATIONS, ACCOUNTS);
const { reconciliations } = project.rulebook;
let at: TestDatabase;

beforeAll(async () => {
  at = await testDatabase();
  const stories = Object.values({ ...DIFFERENCES, ...MATCHES }).map(numbered);
  await storeScenario(at.db, readScenario(['complete 2026-04-30', ...stories].join('\n')), project.rulebook);
  const stopped = reconcile({
    db: at.db,
    ...project,
    maker: 'test',
    clock: () => Date.parse('2026-05-05T12:00:00Z'),
    asOf: isoDate('2026-04-30'),
    crash: (place) => {
      if (place === 'reconcile.before-storing') throw new Error('stopped after the passes');
    },
  });
  await stopped.catch((error: Error) => {
    if (error.message !== 'stopped after the passes') throw error;
  });
});
afterAll(async () => {
  project.remove();
  await at.drop();
});

/** Lines of each page, and all items. @param most lines of a page */
function judged(most: number): Promise<{ pages: ResidueLine[][]; items: string[] }> {
  return transaction(at.db, async (client) => {
    const run = await client.query<{ id: string; horizon: string }>(
      'select run_id as id, horizon from tieout.run order by run_id desc limit 1',
    );
    const { id = '', horizon = '' } = run.rows[0] ?? {};
    const names = runNames(id);
    const pins = { asOf: '2026-04-30', horizon };
    await gatherOpen(client, names, reconciliations);
    await findRepeats(client, names, pins);
    await makeItemTables(client, names);
    await findAside(client, names, pins, []);
    await writeGrace(client, names, [], []);
    await client.query(`drop table if exists ${names.related}`);
    await findRelated(client, names, reconciliations, 'names', most);
    const known = {
      reconciliations: new Map(reconciliations.map((each) => [each.name, each])),
      taxAccounts: new Set(['2200']),
    };
    const pages: ResidueLine[][] = [];
    const items: string[] = [];
    for await (const page of readRelated(client, names, reconciliations, pins, ['2200'], 'names')) {
      pages.push([...page.lines]);
      for (const { reason, also, lines, why } of classifyByName({ ...page, ...known }).items)
        items.push(JSON.stringify([reason, also, lines.map(({ ext }) => ext), why]));
    }
    return { pages, items: items.sort() };
  });
}

test('pages of at most eight lines give the items of one page', async () => {
  const whole = await judged(1_000_000);
  const paged = await judged(8);
  expect(whole.pages).toHaveLength(1);
  expect(whole.items.length).toBeGreaterThan(20);
  expect(paged.pages.length).toBeGreaterThan(5);
  expect(paged.items).toEqual(whole.items);
  const lines = (pages: ResidueLine[][]): string[] =>
    pages.flatMap((page) => page.map(({ ext }) => ext)).sort();
  expect(lines(paged.pages)).toEqual(lines(whole.pages));
});
