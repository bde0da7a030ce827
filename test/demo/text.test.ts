// What a demonstration says: the JSON of the contract, field by field, and a page that a person reads.
import { existsSync } from 'node:fs';

import { expect, it } from 'vitest';

import { demoJson, demoLines } from '../../src/cli/demoText.ts';
import { liveMonth } from './month.ts';

it('is the contract in JSON, and one page of text with paths that exist', { timeout: 120_000 }, async () => {
  await liveMonth({ seed: 12, orders: 20 }, (outcome, { folder }) => {
    const json = demoJson(outcome, { folder, seconds: 12.34 }) as Record<string, unknown>;
    expect(Object.keys(json).join(' ')).toBe(
      'seed events ledgerLines injected found missed wrong unexplained resultHash workbook journalFile confirmed seconds',
    );
    expect(json).toMatchObject({ seed: 12, missed: [], wrong: [], unexplained: '0.00', seconds: 12.3 });
    expect(existsSync(String(json['workbook']))).toBe(true);
    expect(existsSync(String(json['journalFile']))).toBe(true);
    const lines = demoLines(outcome, { folder, seconds: 12.34 });
    expect(lines.length).toBeLessThanOrEqual(40);
    const text = lines.join('\n');
    expect(text).toMatch(/Mistakes +\d+ made on purpose, \d+ found, 0 missed, 0 wrongly reported/);
    expect(text).toContain(String(json['workbook']));
    expect(text).toMatch(/[1-9]\d* journals confirmed/);
    return Promise.resolve();
  });
});
