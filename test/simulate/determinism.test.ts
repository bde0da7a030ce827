// One seed, one month: the same bytes again, in any time zone; another seed, another month.
import { createHash } from 'node:crypto';
import { afterEach, expect, it } from 'vitest';
import { FilesInMemory } from '../../simulate/files.ts';
import { ordersPerDay, simulate } from '../../simulate/simulate.ts';
import { monthOf } from '../../simulate/calendar.ts';

const zone = process.env.TZ;
afterEach(() => {
  if (zone === undefined) delete process.env.TZ;
  else process.env.TZ = zone;
});

function hashOf(seed: number, timeZone: string): string {
  process.env.TZ = timeZone;
  const files = new FilesInMemory();
  simulate({ seed, orders: 200 }, files);
  const hash = createHash('sha256');
  for (const [path, text] of [...files.texts].sort(([left], [right]) => (left < right ? -1 : 1))) {
    hash.update(`${path}\u0000${text}\u0000`);
  }
  return hash.digest('hex');
}

it('gives the same bytes for the same seed in five time zones', () => {
  const hashes = ['UTC', 'America/Los_Angeles', 'Europe/Berlin', 'Asia/Kolkata', 'Pacific/Apia'].map(
    (timeZone) => hashOf(42, timeZone),
  );
  expect(new Set(hashes).size).toBe(1);
});

it('gives another month for another seed', () => {
  expect(hashOf(42, 'UTC')).not.toBe(hashOf(43, 'UTC'));
});

it('spreads any number of orders over the days without losing one', () => {
  for (const orders of [0, 1, 31, 5_000, 123_457]) {
    const perDay = ordersPerDay(monthOf('2026-10'), orders);
    expect(perDay).toHaveLength(31);
    expect(perDay.reduce((sum, count) => sum + count, 0)).toBe(orders);
  }
});

it.each(['2026-03', '2026-02', '2027-12'])('makes other months, clock changes included: %s', (month) => {
  const files = new FilesInMemory();
  const simulation = simulate({ seed: 5, orders: 150, month }, files);
  expect(simulation.month.first).toBe(`${month}-01`);
  expect(files.text('ledger/05-closing.csv').split('\n').length).toBeGreaterThan(500);
});
