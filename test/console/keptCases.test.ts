// The list of cases that the server keeps is at every moment the one that a fresh reading gives, whatever was decided meanwhile.
import { join } from 'node:path';

import { afterAll, beforeAll, expect, test } from 'vitest';

import { type Actor, authenticate } from '../../jobs/administration/userKeys.ts';
import { approve } from '../../jobs/decisions/approve.ts';
import type { CaseDecision } from '../../jobs/decisions/caseEffects.ts';
import { decideCases } from '../../jobs/decisions/decideCases.ts';
import { KeptCases, type ListedCase } from '../../jobs/reports/keptCases.ts';
import { facetsOf, narrowed, type NarrowCases, sumsOf } from '../../jobs/reports/narrowCases.ts';
import type { CaseActionName } from '../../reports/caseModel.ts';
import { isoDate } from '../../src/accounting/dates.ts';
import { loadConfig } from '../../src/config/load.ts';
import { loadRulebook } from '../../src/config/rulebookFiles.ts';
import { decimal } from '../../src/money/decimal.ts';
import { House } from './house.ts';

let house: House;
beforeAll(async () => {
  house = await House.open({ browser: false });
});
afterAll(() => house.close());

test('after each decision as if it were read anew', async () => {
  const { db } = house.at;
  const config = loadConfig(join(house.folder, 'tieout.yaml'), {});
  const rulebook = loadRulebook(config);
  const clock = (): number => Date.parse('2026-11-02T08:00:00Z');
  const person = async (name: string): Promise<Actor> => {
    const claim = { name, key: house.keys.get(name)!, osUser: 'test', now: new Date(clock()).toISOString() };
    const proof = await authenticate(db, claim);
    if (!proof.ok) throw new Error(`${name} is nobody`);
    return proof.actor;
  };
  const [mia, rita] = [await person('mia'), await person('rita')];
  const kept = new KeptCases(config);
  const asRead = async (): Promise<readonly ListedCase[]> => {
    const { cases } = await kept.list(db, rulebook);
    expect(cases).toEqual((await new KeptCases(config).list(db, rulebook)).cases);
    return cases;
  };
  const decide = async (action: CaseDecision['action'], over: Partial<CaseDecision> = {}): Promise<void> => {
    const cases = await asRead();
    const found = cases.find((row) => row.status !== 'accepted' && possible(row, action));
    const given = { until: isoDate('2027-01-01'), assignee: 'mia', account: 'cash', ...over };
    const decision = { case: found!.case, action, why: 'so', ...given };
    const by = action === 'book' ? rita : mia;
    const [outcome] = await decideCases({ db, config, rulebook, clock, by }, [decision]);
    expect([action, outcome]).toEqual([action, expect.objectContaining({ ok: true })]);
    // A journal that is proposed by hand stands in no list of cases; whatever else is decided does.
    if (action !== 'reclass') expect([action, await asRead()]).not.toEqual([action, cases]);
    await asRead();
  };
  for (const action of ['comment', 'assign', 'wait', 'accept', 'reclass', 'book'] as const)
    await decide(action);
  const journals = (await asRead()).flatMap(({ actions }) =>
    actions.filter(({ action }) => action === 'book'),
  );
  expect(journals.length).toBeGreaterThan(0);
  await approve({ db, config, rulebook, clock, by: rita, why: '' }, ['1', '2', '3']);
  await asRead();
}, 60_000);

const possible = ({ actions }: ListedCase, action: string): boolean =>
  action === 'comment' ||
  action === 'assign' ||
  actions.some((one) => one.action === (action as CaseActionName));

test('narrowed by everything at once, with sums and counts of what is left', async () => {
  const config = loadConfig(join(house.folder, 'tieout.yaml'), {});
  const { cases, asOf } = await new KeptCases(config).list(house.at.db, loadRulebook(config));
  const all: NarrowCases = {
    status: '',
    company: '',
    owner: '',
    reason: '',
    account: '',
    over: undefined,
    older: undefined,
    overdueAt: undefined,
    words: '',
  };
  expect(narrowed(cases, all)).toEqual(cases);
  const us = narrowed(cases, { ...all, company: 'US01', over: decimal('40') });
  expect(us.length).toBeGreaterThan(0);
  expect(us.every(({ company, amount }) => company === 'US01' && Number(amount) > 40)).toBe(true);
  const [sum] = sumsOf(us, asOf);
  const cents = us.reduce((n, { amount }) => n + Math.round(Number(amount ?? 0) * 100), 0);
  expect([sum!.currency, sum!.count, Math.round(Number(sum!.amount) * 100)]).toEqual([
    'USD',
    us.length,
    cents,
  ]);
  const [reference] = cases.flatMap(({ references }) => references);
  const named = narrowed(cases, { ...all, words: `${reference!.toLowerCase()} ` });
  expect(named.every((row) => JSON.stringify(row).includes(reference!))).toBe(true);
  for (const [company, n] of facetsOf(cases).company)
    expect([company, narrowed(cases, { ...all, company }).length]).toEqual([company, n]);
  expect(narrowed(cases, { ...all, overdueAt: '1990-01-01' })).toEqual([]);
});
