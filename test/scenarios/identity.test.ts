// One difference from its first day to its last: reason, lines and unit change, the item does not. It keeps its id, the day
// on which it was opened and its age; a match closes it, and what opens again is the same item.
import { afterAll, beforeAll, expect, it } from 'vitest';
import { reconcile } from '../../jobs/run/reconcile.ts';
import { isoDate } from '../../src/accounting/dates.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { homes, readScenario, scenarioProject, storeScenario } from './scenario.ts';

const project = scenarioProject();
let at: TestDatabase;
beforeAll(async () => {
  at = await testDatabase();
});
afterAll(async () => {
  project.remove();
  await at.drop();
});

interface Item {
  id: string;
  reason: string;
  status: string;
  openedOn: string;
  legs: string[];
}

/** Stores what is new, runs, and tells the items that E1 was ever a leg of. */
async function after(text: string, change?: (batch: string) => Promise<void>): Promise<Item[]> {
  const scenario = readScenario(text);
  await storeScenario(at.db, scenario, project.rulebook);
  const batch = await at.db.pool.query<{ id: string }>('select max(batch_id) as id from tieout.batch');
  await change?.(batch.rows[0]?.id ?? '');
  await reconcile({
    db: at.db,
    ...project,
    maker: 'test',
    clock: () => Date.parse('2026-04-20T12:00:00Z'),
    asOf: isoDate(scenario.asOf),
  });
  expect(await homes(at.db)).toEqual(scenario.expected);
  const found = await at.db.pool.query<Item>(
    `select i.exception_id as id, s.reason, s.status, i.opened_on as "openedOn",
            array(select u.text from tieout.exception_leg g join tieout.unit u on u.unit = g.unit
                  where g.exception_id = i.exception_id and g.ended_run is null order by u.text) as legs
     from tieout.exception_item i
     join lateral (select * from tieout.exception_state s where s.exception_id = i.exception_id order by s.run_id desc limit 1) s on true
     where exists (select from tieout.exception_leg g join tieout.line l on l.unit = g.unit and l.line_id = g.line_id
                   where g.exception_id = i.exception_id and l.event_id = 'E1')`,
  );
  return found.rows;
}

/** The live line of a name ends; `kind` as intake would say it. */
async function end(name: string, kind: string, batch: string): Promise<void> {
  const ended = await at.db.pool.query(
    `insert into tieout.line_end (unit, line_id, kind, batch_id)
     select l.unit, l.line_id, $2, $3 from tieout.line l where coalesce(l.event_id, l.document) = $1
       and not exists (select from tieout.line_end e where e.unit = l.unit and e.line_id = l.line_id)`,
    [name, kind, batch],
  );
  expect(ended.rowCount).toBe(1);
}

/** E1 is derived again into a unit of another kind: same event, account and location. */
async function deriveAgain(batch: string): Promise<void> {
  await at.db.pool.query(
    `insert into tieout.unit (unit, reconciliation, company, ledger, location, text)
     values (4711, 'receivable', 'US01', 'GL', '101', 'receivable/101/again')`,
  );
  const columns = await at.db.pool.query<{ names: string }>(
    `select string_agg(attname, ', ') as names from pg_attribute
      where attrelid = 'tieout.line'::regclass and attnum > 0 and not attisdropped and attgenerated = ''`,
  );
  await at.db.pool.query(
    `create temporary table again as select * from tieout.line where event_id = 'E1';
     update again set unit = 4711, line_id = nextval('tieout.line_id'), batch_id = ${batch};
     insert into tieout.line (${columns.rows[0]!.names}) select ${columns.rows[0]!.names} from again; drop table again`,
  );
  await at.db.pool.query(
    `insert into tieout.line_end (unit, line_id, kind, batch_id)
     select unit, line_id, 'superseded', $1 from tieout.line where event_id = 'E1' and unit <> 4711`,
    [batch],
  );
}

it('keeps its identity through every change', async () => {
  const seen = [
    await after(`
      as-of    2026-03-31
      complete 2026-03-31
      event    E1  101  USD  70.00  2026-03-30  R1
      expect   TIMING E1`),
    await after(`
      as-of    2026-04-10
      complete 2026-04-10
      expect   MISSING_IN_LEDGER E1`),
    await after(`
      as-of    2026-04-10
      ledger   L1  101  USD  75.00  2026-03-30  R1
      expect   AMOUNT_VARIANCE E1 L1`),
    await after(
      `
      as-of    2026-04-10
      ledger   L2  102  USD  70.00  2026-03-30  R1
      expect   WRONG_LOCATION E1 L2`,
      (batch) => end('L1', 'corrected', batch),
    ),
    await after(
      `
      as-of    2026-04-10
      expect   WRONG_LOCATION E1 L2`,
      deriveAgain,
    ),
    await after(
      `
      as-of    2026-04-10
      expect   MISSING_IN_LEDGER E1`,
      (batch) => end('L2', 'vanished', batch),
    ),
  ];
  const [first] = seen[0] ?? [];
  expect(first?.id).toMatch(/^[0-9a-f]{32}$/);
  expect(seen.map((items) => items.map((item) => item.id))).toEqual(seen.map(() => [first?.id]));
  expect(seen.map((items) => items[0]?.openedOn)).toEqual(seen.map(() => '2026-03-31'));
  expect(seen.map((items) => items[0]?.reason)).toEqual([
    'TIMING',
    'MISSING_IN_LEDGER',
    'AMOUNT_VARIANCE',
    'WRONG_LOCATION',
    'WRONG_LOCATION',
    'MISSING_IN_LEDGER',
  ]);
  expect(seen.map((items) => items[0]?.legs)).toEqual([
    ['receivable/101'],
    ['receivable/101'],
    ['receivable/101', 'receivable/101'],
    ['receivable/101', 'receivable/102'],
    ['receivable/101/again', 'receivable/102'],
    ['receivable/101/again'],
  ]);
});

it('is closed by a match and is the same item when it opens again', async () => {
  const [open] = await after(`
    as-of    2026-04-10
    expect   MISSING_IN_LEDGER E1`);
  const [matched] = await after(
    `
    as-of    2026-04-10
    ledger   L3  101  USD  70.00  2026-03-30  R1
    expect   match E1 L3`,
    async () => {
      await at.db.pool.query(
        `alter table tieout.line disable trigger user;
         update tieout.line set unit = 4711 where document = 'L3';
         alter table tieout.line enable trigger user`,
      );
    },
  );
  const [again] = await after(
    `
    as-of    2026-04-10
    expect   MISSING_IN_LEDGER E1`,
    (batch) => end('L3', 'vanished', batch),
  );
  expect(matched).toMatchObject({ id: open?.id, status: 'closed', legs: [] });
  expect(again).toMatchObject({ id: open?.id, status: 'open', openedOn: '2026-03-31' });
});
