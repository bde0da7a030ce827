// What the random companies found, made small: store-days on the starter's rulebook, and what a person is told of them.
import { afterAll, expect, test } from 'vitest';
import { testDatabase } from '../support/database.ts';
import { entriesOf, Ledger, linesOf } from './documents.ts';
import { refund, sale } from './events.ts';
import { Life, projectOf } from './live.ts';
import type { Document, Fact, Step } from './world.ts';

const project = projectOf(false);
afterAll(() => project.remove());

let minute = 0;
const till = (reference: string, location: string, net: number, of?: Fact): Fact => {
  minute += 1;
  const place = { day: 4, minute, location, channel: 'store', assessed: false };
  const goods = { net, cost: net / 2, tax: 0, jurisdiction: '' };
  return of === undefined ? sale(reference, place, goods) : refund(reference, place, goods, { of });
};

/** A summary of some facts, at their store or at another. */
function summary(ledger: Ledger, reference: string, facts: readonly Fact[], at?: string): void {
  const lines = linesOf(entriesOf(facts), reference);
  ledger.book(at === undefined ? lines : lines.map((line) => ({ ...line, location: at })), 4);
}

const NIGHTS: Step[] = [
  { eventsUntil: 20, extracts: [{ to: 20 }], asOf: 20 },
  { eventsUntil: 21, extracts: [{ to: 21 }], asOf: 21 },
];

/** What is open after each night, as `REASON names`, each once; and what is proposed at the end. */
async function told(
  facts: Fact[],
  documents: Document[],
  words = false,
): Promise<{ nights: string[][]; proposed: string[] }> {
  const at = await testDatabase();
  try {
    const life = new Life(at.db, project, { seed: '', assessed: false, facts, documents, steps: NIGHTS });
    const nights: string[][] = [];
    let proposed: string[] = [];
    for (const step of NIGHTS) {
      await life.deliver(step);
      const outcome = await life.run(step);
      const said = outcome.items.map(({ reason, why, lines }) => {
        const names = lines.map((line) => (line.side === 'E' ? line.reference : line.document));
        return [reason, ...new Set(names.sort()), ...(words ? [why] : [])].join(' ');
      });
      nights.push([...new Set(said)].sort());
      proposed = outcome.proposed;
    }
    return { nights, proposed };
  } finally {
    await at.drop();
  }
}

test('a sale and its refund of one day: on the account where they come to nothing the summary has no line', async () => {
  const ledger = new Ledger(1);
  const sold = till('A', 'S1', 5000);
  const facts = [sold, till('B', 'S1', 5000, sold)];
  summary(ledger, 'POS-S1-5', facts);
  expect(await told(facts, ledger.documents)).toEqual({ nights: [[], []], proposed: [] });
});

test('while the summary does not tie elsewhere, what comes to nothing is not called missing', async () => {
  const ledger = new Ledger(1);
  const [one, other] = [till('A', 'S1', 5000), till('C', 'S1', 3000)];
  const facts = [one, till('B', 'S1', 5000, one), other, till('D', 'S1', 3000, other)];
  summary(ledger, 'POS-S1-5', [one, till('B', 'S1', 5000, one)]);
  const { nights, proposed } = await told(facts, ledger.documents);
  expect(nights.flat().filter((item) => item.startsWith('MISSING'))).toEqual([]);
  expect(proposed).toEqual([]);
});

test('of two sales that nobody can tell apart one is missing: the sentence says one of them, every night', async () => {
  const ledger = new Ledger(1);
  const facts = [till('A', 'S1', 5000), till('B', 'S1', 5000), till('C', 'S1', 700)];
  summary(ledger, 'POS-S1-5', facts.slice(1));
  const night = [
    'MISSING_IN_LEDGER B one of A, B is not in the ledger: 101 ties on every account without it, and nothing tells them apart',
  ];
  expect(await told(facts, ledger.documents, true)).toEqual({ nights: [night, night], proposed: ['ev-B'] });
});

test('a summary booked twice is told in the same words every night', async () => {
  const ledger = new Ledger(1);
  const facts = [till('A', 'S1', 5000)];
  summary(ledger, 'POS-S1-5', facts);
  summary(ledger, 'POS-S1-5', facts);
  const { nights } = await told(facts, ledger.documents, true);
  expect(nights[0]).toContain(
    'DUPLICATE_POSTING 102 102/1 repeats 101/1: same account, reference and amount 50.00',
  );
  expect(nights[1]).toEqual(nights[0]);
});

test("another store's summary is found beside one that is wrong itself", async () => {
  const ledger = new Ledger(1);
  const away = [till('A', 'S1', 5000), till('B', 'S1', 1200)];
  const here = [till('C', 'S2', 2000), till('D', 'S2', 900), till('E', 'S2', 4100)];
  summary(ledger, 'POS-S1-5', away, 'S2');
  summary(ledger, 'POS-S2-5', here.slice(2));
  const { nights, proposed } = await told([...away, ...here], ledger.documents);
  expect(nights[1]).toContain('WRONG_LOCATION 101 A B');
  expect(nights[1]?.filter((item) => item.startsWith('MISSING'))).toEqual([]);
  expect(proposed).toEqual([]);
});

test('a summary that is more than its group may hold the day of a store that has none', async () => {
  const ledger = new Ledger(1);
  const away = [till('A', 'S1', 5000), till('B', 'S1', 1200), till('X', 'S1', 300)];
  const here = [till('C', 'S2', 2000)];
  summary(ledger, 'POS-S1-5', away.slice(0, 2), 'S2');
  summary(ledger, 'POS-S2-5', here);
  const { nights, proposed } = await told([...away, ...here], ledger.documents);
  expect(nights[1]?.filter((item) => item.startsWith('MISSING'))).toEqual([]);
  expect(proposed).toEqual([]);
});
