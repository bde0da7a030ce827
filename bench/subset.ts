// The subset search: 1,000 seeded cases of 200 candidates with mixed signs, a subset of up to 6 planted in each, a second
// each. Found = the verdict is `unique` and names the planted one, or `several` (others fit as well, which is an answer);
// a `unique` that does not sum to the target or names another while the planted one fits would be a lie.
import { performance } from 'node:perf_hooks';

import { findSubset } from '../src/matching/subset.ts';
import { Random } from '../simulate/random.ts';
import { type Figure, figure } from './figures.ts';

const CASES = 1_000;
const CANDIDATES = 200;
const SECOND_MS = 1_000;

export function subsetFigures(): Figure[] {
  let found = 0;
  let lies = 0;
  const times: number[] = [];
  const cpuBefore = process.cpuUsage();
  for (let number = 0; number < CASES; number += 1) {
    const { target, amounts, planted } = subsetCase(number);
    const start = performance.now();
    const answer = findSubset(target, amounts);
    const took = performance.now() - start;
    times.push(took);
    const right = answer.verdict === 'unique' && answer.picks.join() === planted.join();
    if (answer.verdict === 'unique' && !right) lies += 1;
    if (took <= SECOND_MS && (right || answer.verdict === 'several')) found += 1;
  }
  const { user, system } = process.cpuUsage(cpuBefore);
  const cpuSeconds = (user + system) / 1e6;
  const usage = {
    seconds: times.reduce((sum, time) => sum + time, 0) / 1000,
    cpuSeconds,
    ownCpuSeconds: cpuSeconds,
    walBytes: 0,
    storedBytes: 0,
  };
  const row = (name: string, ratio: number): Figure => ({
    ...figure(name, CASES, usage, null, process.resourceUsage().maxRSS / 1024),
    ratio,
  });
  return [row('subset search, found', found / CASES), row('subset search, false unique', lies)];
}

/** Amounts of 1.00 to 9,999.99 in ticks, one in four negative (refunds); the planted members are drawn at random. */
function subsetCase(number: number): { target: bigint; amounts: bigint[]; planted: number[] } {
  const random = new Random('subset', number);
  const amounts = Array.from({ length: CANDIDATES }, () => {
    const cents = BigInt(random.int(100, 999_999));
    return (random.int(0, 3) === 0 ? -cents : cents) * 100n;
  });
  const size = random.int(1, 6);
  const planted = new Set<number>();
  while (planted.size < size) planted.add(random.int(0, CANDIDATES - 1));
  const picks = [...planted].toSorted((a, b) => a - b);
  return { target: picks.reduce((sum, i) => sum + (amounts[i] ?? 0n), 0n), amounts, planted: picks };
}
