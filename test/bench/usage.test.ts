// What the benchmark says that work costs, held against work whose cost is known.
import { existsSync } from 'node:fs';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { measured, medianUsage } from '../../bench/usage.ts';
import type { TestDatabase } from '../support/database.ts';
import { testDatabase } from '../support/database.ts';

let own: TestDatabase;
beforeAll(async () => {
  own = await testDatabase();
  await own.db.pool.query('create table counted (n bigint)');
});
afterAll(() => own.drop());

/** Work of some tenths of a second on any machine of today, however little of it the test gets. */
const BUSY = `do $$ begin for n in 1..10000000 loop null; end loop; end $$`;

const noProc = existsSync('/proc/self/stat') ? false : 'absent: /proc';

test.skipIf(noProc)('waiting costs clock time and no processor time', async () => {
  const { usage } = await measured(own.db, () => own.db.pool.query('select pg_sleep(3)'));
  expect(usage.seconds).toBeGreaterThan(2.9);
  // The server may work for other tests meanwhile; this process only waits.
  expect(usage.ownCpuSeconds).toBeLessThan(1.5);
});

test.skipIf(noProc)('the processor time of connections that have ended counts', async () => {
  const { usage } = await measured(own.db, async () => {
    const client = await own.db.pool.connect();
    await client.query(BUSY);
    client.release(true);
    await own.db.pool.query('select pg_sleep(0.2)');
  });
  expect(usage.cpuSeconds).toBeGreaterThan(0.05);
  expect(usage.ownCpuSeconds).toBeLessThan(usage.cpuSeconds);
});

test('what is inserted is logged and stored; what is read or only waits to be thrown away is neither', async () => {
  const { usage: wrote } = await measured(own.db, () =>
    own.db.pool.query('insert into counted select generate_series(1, 100000)'),
  );
  expect(wrote.storedBytes).toBeGreaterThan(3_000_000);
  expect(wrote.walBytes).toBeGreaterThan(3_000_000);
  const { usage: worked } = await measured(own.db, () =>
    own.db.pool.query('create unlogged table work_counted as select n from counted'),
  );
  expect(worked.storedBytes).toBe(0);
  expect(worked.walBytes).toBeLessThan(500_000);
});

test('the median of each figure is taken for itself', () => {
  const usage = (seconds: number, walBytes: number) => ({
    seconds,
    cpuSeconds: 1,
    ownCpuSeconds: 1,
    walBytes,
    storedBytes: 0,
  });
  expect(medianUsage([usage(1, 30), usage(3, 10), usage(2, 20)])).toMatchObject({ seconds: 2, walBytes: 20 });
});
