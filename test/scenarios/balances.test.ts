// The proof against the ERP's balances over many runs: what extracts bring late, correct, or end, a second balance for a
// period, undo, a run over one reconciliation, a changed rulebook. After each run the proofs that it kept are those from
// scratch (`verify`), and what it printed is what a statement of its cut says.
import { expect, test } from 'vitest';

import { testDatabase } from '../support/database.ts';
import { BalanceScenario } from './balanceScenario.ts';
import { controlCompany } from './controlCompany.ts';

const STORIES: Readonly<Record<string, string>> = {
  'lines of younger extracts do not count against a balance, those of older ones that come late do': `
    extract 03-31T06 D1/4000@S1=-10.00
    balance 03-31T07 4000 2026-03 -10.00
    run     03-31
    expect  4000 2026-03 proven
    extract 03-31T08 D2/4000@S1=-5.00     # posted after the balance was read
    run     03-31
    expect  4000 2026-03 proven
    extract 03-31T05 D3/4000@S1=-2.00     # read before it, delivered late
    run     03-31
    expect  4000 2026-03 differs 2.00
    balance 03-31T09 4000 2026-03 -17.00  # a second balance, read after all of them
    run     03-31
    expect  4000 2026-03 proven
    balance 03-31T04 4000 2026-03 -99.00  # an older one, delivered late, counts for nothing
    extract never    D4/4000@S1=-1.00     # nobody said when: always there
    run     03-31
    expect  4000 2026-03 differs 1.00
    run     03-31
    expect  4000 2026-03 differs 1.00`,

  'what a later extract corrects or no longer holds was in the balance': `
    extract 03-31T06 D1/4000@S1=-10.00 D2/4000@S1=-20.00 D3/1200@S1=30.00
    balance 03-31T07 4000 2026-03 -30.00
    run     03-31
    expect  4000 2026-03 proven
    extract 03-31T08 D1/4000@S1=-11.00    # another amount
    run     03-31
    expect  4000 2026-03 proven
    extract 03-31T09 D1/4000@S2=-11.00 D3/1200@S1=30.00 full   # another store; D2 is gone
    run     03-31
    expect  4000 2026-03 proven
    balance 03-31T10 4000 2026-03 -11.00
    balance 03-31T10 4000@S1 2026-03 -11.00
    balance 03-31T10 4000@S2 2026-03 -11.00
    run     03-31
    expect  4000 2026-03 proven
    expect  4000@S1 2026-03 differs -11.00
    expect  4000@S2 2026-03 proven
    extract 03-31T11 D2/4000@S1=-20.00    # back
    run     03-31
    expect  4000 2026-03 proven`,

  'a balance waits for the first line of its account': `
    extract 03-31T06 D1/4000@S1=-10.00
    balance 03-31T07 4000 2026-03 -10.00
    balance 03-31T07 1200 2026-03 10.00
    balance 03-31T07 9999 2026-03 1.00
    run     03-31
    expect  1200 2026-03 nothing
    expect  9999 2026-03 nothing
    extract 03-31T06 D2/1200@S1=10.00
    run     03-31
    expect  1200 2026-03 proven
    balance 03-31T08 1200 2026-04 0.00
    run     03-31
    expect  1200 2026-04 proven`,

  'a run over one reconciliation proves its accounts, and the next run all of them': `
    extract 03-31T06 D1/4000@S1=-10.00 D1x/2200@S1=-1.00
    balance 03-31T07 4000 2026-03 -10.00
    balance 03-31T07 2200 2026-03 -1.00
    run     03-31
    extract 03-31T08 D2/4000@S1=-5.00 D2x/2200@S1=-2.00 D2y/1400@S1=7.00
    balance 03-31T09 4000 2026-03 -15.00
    balance 03-31T09 2200 2026-03 -4.00
    run     03-31 sales
    expect  4000 2026-03 proven
    expect  2200 2026-03 proven           # tax has not looked further
    run     03-31 goods
    balance 03-31T09 1400 2026-03 7.00
    run     03-31
    expect  4000 2026-03 proven
    expect  2200 2026-03 differs -1.00
    expect  1400 2026-03 proven`,

  'lines that a changed rulebook moved are as old as the extract that brought them': `
    extract 03-31T06 D1/4000@S1=-10.00 D2/1400@S1=1.00 D3/2200@S1=-4.00
    balance 03-31T07 4000 2026-03 -10.00
    balance 03-31T07 1400 2026-03 1.00
    run     03-31
    extract 03-31T08 D4/4000@S2=-5.00 D5/1400@S1=2.00 D6/2200@S1=-3.00
    balance 03-31T07 2200 2026-03 -4.00
    run     03-31
    expect  4000 2026-03 proven
    rules   [receivable, revenue] -> [receivable, revenue, inventory] ; [inventory, goodsInTransit] -> [goodsInTransit] ; ledger, location] -> ledger]
    run     03-31                         # proven anew: another rulebook
    rederive
    run     03-31
    expect  4000 2026-03 proven
    expect  1400 2026-03 proven
    extract 03-31T06 D7/1400@S1=4.00
    rules   [salesTax, taxClearing] -> [taxClearing] ; [goodsInTransit] -> [goodsInTransit, salesTax]
    rederive
    run     03-31
    expect  2200 2026-03 proven
    expect  1400 2026-03 differs -4.00
    balance 03-31T09 4000 2026-03 -15.00
    balance 03-31T07 4000 2026-02 1.00
    run     03-31
    expect  4000 2026-03 proven
    expect  4000 2026-02 differs 1.00
    expect  1400 2026-03 differs -4.00`,

  'an undone run leaves what was before, and a rerun finds the same': `
    extract 03-31T06 D1/4000@S1=-10.00
    balance 03-31T07 4000 2026-03 -10.00
    run     03-31
    extract 03-31T05 D2/4000@S1=-5.00
    balance 03-31T07 4000 2026-04 3.00
    run     03-31
    expect  4000 2026-03 differs 5.00
    expect  4000 2026-04 differs 3.00
    undo
    expect  4000 2026-03 proven
    expect  4000 2026-04 nothing
    run     03-31
    expect  4000 2026-03 differs 5.00
    expect  4000 2026-04 differs 3.00
    undo
    undo
    expect  4000 2026-03 nothing
    balance 03-31T08 4000 2026-03 -15.00
    run     03-31
    expect  4000 2026-03 proven
    expect  4000 2026-04 differs 3.00`,
};

for (const [name, text] of Object.entries(STORIES))
  test(name, async () => {
    const own = await testDatabase();
    const company = controlCompany();
    const scenario = new BalanceScenario(own.db, company);
    const steps = text.split(/(?<=\n *(?:run|undo)[^\n]*\n)/);
    for (const step of steps) {
      const { found, expected } = await scenario.play(step);
      expect(found).toEqual(expected);
      expect(await scenario.broken()).toEqual([]);
    }
    company.remove();
    await own.drop();
  });

test('whatever comes in whatever order, what runs keep is what there is from scratch', async () => {
  const own = await testDatabase();
  const company = controlCompany();
  const scenario = new BalanceScenario(own.db, company);
  const pick = picker(20_260_331);
  let minute = 9;
  // Each moment is another one: two balances read at once would contradict each other.
  const moment = (): string => `03-31T${String(pick(14) + 10)}:${String((minute += 1))}`;
  const line = (): string => `D${pick(6)}/${pick(2) === 0 ? 4000 : 1200}@S${pick(2)}=${pick(3) + 1}.00`;
  for (let runs = 0; runs < 12;) {
    const chance = pick(12);
    const lines = [...new Map([line(), line()].map((each) => [each.slice(0, 2), each])).values()];
    if (chance < 5) await scenario.extract(chance === 0 ? 'never' : moment(), lines);
    else if (chance === 5) await scenario.extract(moment(), [...lines, 'full']);
    else if (chance < 9)
      await scenario.balance(moment(), [`4000${pick(2) === 0 ? '' : '@S1'}`, '2026-03', `${pick(9)}.00`]);
    else {
      if (chance === 9 && runs > 1) await scenario.undo();
      await scenario.run('03-31', chance === 10 && runs > 0 ? 'sales' : undefined);
      expect(await scenario.broken()).toEqual([]);
      runs += 1;
    }
  }
  company.remove();
  await own.drop();
});

/** The same numbers below `n` in every run of the test. */
function picker(seed: number): (n: number) => number {
  let state = seed;
  return (n) => {
    state = (state * 48_271) % 2_147_483_647;
    return state % n;
  };
}
