// The simulated books against the product's own reader and rulebook: two descriptions of one business, written apart.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { removeMonth, residue, simulatedMonth, type Line, type Month } from './miniReconciliation.ts';

describe.each([1, 2])('a month of 1,500 orders, seed %i', (seed) => {
  let month: Month;
  beforeAll(() => {
    month = simulatedMonth({ seed, orders: 1_500 });
  });
  afterAll(() => removeMonth(month));

  it('every event of the honest files is accepted and finds its posting rule', () => {
    expect(month.refused).toEqual([]);
    expect(month.events.length).toBeGreaterThan(3_000);
  });

  it('what does not match between events and books is named in the truth, and nothing else', () => {
    const { expected, ledger } = residue(month);
    const references = new Set(month.simulation.truth.flatMap((row) => row.references));
    const isTold = (line: Line): boolean =>
      references.has(line.reference) ||
      [...references].some((each) =>
        each.startsWith(`POS-${line.location}-${line.businessDate.replaceAll('-', '')}`),
      ) ||
      references.has(line.reference.replace('SPH-', 'SHP-'));
    // A till's day is told of as a whole: without the sale that is missing its summary does not tie.
    const till = (line: Line): string => `${line.location} ${line.businessDate}`;
    const days = new Set([...expected, ...ledger].filter((line) => line.isTill && isTold(line)).map(till));
    const untold = [...expected, ...ledger].filter(
      (line) => !isTold(line) && !(line.isTill && days.has(till(line))),
    );
    expect(untold.map(printed)).toEqual([]);
  });
});

function printed(line: Line): string {
  return `${line.businessDate} ${line.reference} ${line.company} ${line.account} ${line.location} ${line.dimension} ${line.cents} ${line.currency} ${line.document}`;
}
