// Seven months of a retailer (an eighth in text.test.ts), each with its own mistakes: all are found, nothing else is reported,
// not a cent stays unexplained, and the database proves itself. At full size, and more of them, by `npm run demo:seeds`.
import { describe, it } from 'vitest';

import { verify } from '../../jobs/administration/verify.ts';
import { liveMonth } from './month.ts';

describe.concurrent('found what was made, and nothing else', () => {
  it.for([1, 3, 5, 8, 10, 11, 13])('seed %i', { timeout: 300_000 }, async (seed, { expect }) => {
    await liveMonth({ seed, orders: 150 }, async (outcome, { db }) => {
      expect(outcome.score.wrong).toEqual([]);
      expect(outcome.score.missed).toEqual([]);
      expect(outcome.score.found).toEqual(outcome.score.injected);
      expect(outcome.confirmed).toBe(outcome.posting.proposed.length);
      expect(outcome.confirmed).toBeGreaterThan(8);
      expect(outcome.unexplained).toBe('0.00');
      const { checks } = await verify(db);
      expect(checks.filter((check) => !check.ok)).toEqual([]);
    });
  });
});
