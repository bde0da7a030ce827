// Random small retailers with known truth, lived by the real jobs on the starter's rulebook. After each run nothing that is in the
// ledger is called missing, nothing booked is proposed, and every sentence is true; one run at the end says the same as all runs.
// Not held: a document booked again on another day may be called a double or ambiguous, by whether a run came between the two.
// `npm run night` takes many more: TIEOUT_COMPANIES how many, TIEOUT_COMPANIES_FROM the first seed.
import { afterAll, describe, expect, test } from 'vitest';
import { testDatabase } from '../support/database.ts';
import { companyOf } from './company.ts';
import { Life, type Outcome, projectOf } from './live.ts';
import { asText } from './outcome.ts';
import { untrueSentences } from './sentences.ts';
import { show } from './show.ts';
import { calledMissing, type Missed, proposedThoughBooked, Truth, trulyMissing } from './truth.ts';
import type { Company } from './world.ts';

const many = Number(process.env['TIEOUT_COMPANIES'] ?? '0');
const from = Number(process.env['TIEOUT_COMPANIES_FROM'] ?? '1000');
const SEEDS = many > 0 ? Array.from({ length: many }, (_, i) => String(from + i)) : ['101', '104', '108'];

const projects = new Map([true, false].map((assessed) => [assessed, projectOf(assessed)]));
const found: Missed = { proposed: 0, held: 0, lost: [] };
afterAll(() => {
  for (const project of projects.values()) project.remove();
});

/** Lives it with a run at each cut, or with one at the end; hands each outcome to `look`. */
async function live(
  company: Company,
  atEachCut: boolean,
  look: (outcome: Outcome, step: number) => void,
): Promise<void> {
  const project = projects.get(company.assessed);
  if (project === undefined) throw new Error('no project');
  const at = await testDatabase();
  try {
    const life = new Life(at.db, project, company);
    for (const [index, step] of company.steps.entries()) {
      await life.deliver(step);
      if (atEachCut || index === company.steps.length - 1) look(await life.run(step), index);
    }
  } finally {
    await at.drop();
  }
}

describe('random companies', () => {
  test.each(SEEDS)('company %s', async (seed) => {
    const company = companyOf(seed);
    const wrong: string[] = [];
    let last: string[] = [];
    await live(company, true, (outcome, step) => {
      const truth = new Truth(company, step);
      const untrue = [
        ...calledMissing(outcome, truth),
        ...proposedThoughBooked(outcome, truth),
        ...untrueSentences(outcome),
      ];
      wrong.push(...untrue.map((each) => `run ${step + 1}: ${each}`));
      if (step < company.steps.length - 1) return;
      last = asText(outcome, company);
      const missed = trulyMissing(outcome, truth);
      found.proposed += missed.proposed;
      found.held += missed.held;
      found.lost.push(...missed.lost.map((each) => `company ${seed}: ${each}`));
    });
    expect(wrong, show(company)).toEqual([]);
    await live(company, false, (outcome) => expect(asText(outcome, company)).toEqual(last));
  });

  test('what is truly missing is proposed, or held back by something that is there', () => {
    const all = found.proposed + found.held + found.lost.length;
    expect(found.proposed).toBeGreaterThan(found.held);
    expect(found.lost.length, found.lost.join('\n')).toBeLessThanOrEqual(all * 0.02);
  });
});
