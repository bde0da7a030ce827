// What the running worker shows to machines, and what it takes from its inbox: real process, real pages, real files.
import { copyFileSync, existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { appUrl } from '../support/appLogin.ts';
import { type TestDatabase, testDatabase } from '../support/database.ts';
import { Company, type Service, until } from './service.ts';

let database: TestDatabase;
let company: Company;
let service: Service;

beforeAll(async () => {
  database = await testDatabase();
  company = new Company(
    await appUrl(database.db),
    'nightly: { jobs: [reconcile], at: "00:00", timeZone: UTC }',
  );
  service = await company.start();
});
afterAll(async () => {
  await company.close();
  await database.drop();
});

test('pages for machines, and a file that is taken when it is whole', async () => {
  expect(await service.page('/livez')).toEqual({ status: 200, text: 'ok\n' });
  expect(await service.page('/readyz')).toEqual({ status: 200, text: 'ok\n' });
  expect((await service.page('/anything')).status).toBe(404);
  expect((await service.page('/livez', 'POST')).status).toBe(405);
  const inbox = join(company.folder, 'inbox', 'events');
  await until('the inbox is there', () => existsSync(inbox));
  copyFileSync(join(company.folder, 'data', 'events.ndjson'), join(inbox, 'late.ndjson.part'));
  copyFileSync(join(company.folder, 'data', 'events.ndjson'), join(inbox, 'events.ndjson'));
  await until('the whole file is taken', () => !existsSync(join(inbox, 'events.ndjson')));
  expect(readdirSync(inbox)).toContain('late.ndjson.part');
  expect(readdirSync(join(inbox, 'done')).toSorted()).toEqual(['events.ndjson', 'events.ndjson.report.json']);
  const { text } = await service.page('/metrics');
  expect(text).toMatch(/^tieout_batch_records_total\{kind="events",[^}]*outcome="accepted"\} [1-9]/m);
  for (const name of [
    'tieout_runs_total',
    'tieout_runs_running',
    'tieout_schedule_slots_total',
    'tieout_schedule_slots_running',
    'tieout_worker_failing',
    'tieout_exceptions_open',
    'tieout_journals',
    'tieout_quarantined_records',
    'tieout_feed_reach_age_days',
    'process_resident_memory_bytes',
  ]) {
    expect(text).toContain(`# HELP ${name} `);
    expect(text).toContain(`# TYPE ${name} `);
  }
  expect(`${service.output}${text}`).not.toMatch(/postgres(?:ql)?:\/\/[^:@/\s]*:[^@*\s]+@/);
});
