// What happens in a random company: scenes that know nothing of each other and meet on few places, days and amounts. A scene
// draws from a stream of its own, so that leaving one out changes no other: a failing company is made small that way.
import { Random } from '../../simulate/random.ts';
import { bookWith, entriesOf, isCost, Ledger, linesOf, pickMistake, STORES } from './documents.ts';
import { assessment, correction, type Goods, type Place, refund, sale, transfer } from './events.ts';
import type { Day, Document, DocumentLine, Fact } from './world.ts';

export interface Scene {
  facts: Fact[];
  documents: Document[];
}

/** How a store's tills are booked; alike on all its days. */
interface Habits {
  sessions: 1 | 2;
  nextDay: boolean;
  costInSummary: boolean;
  taxed: boolean;
}

/** The scene of one scene. */
class SceneWriter {
  readonly dice: Random;
  readonly ledger: Ledger;
  readonly facts: Fact[] = [];
  readonly #label: string;
  readonly #scene: number;
  readonly assessed: boolean;
  #count = 0;

  constructor(seed: string, scene: number, assessed: boolean) {
    this.dice = new Random(seed, 'scene', scene);
    this.ledger = new Ledger(scene);
    this.#scene = scene;
    this.#label = String(scene);
    this.assessed = assessed;
  }

  name(prefix: string): string {
    this.#count += 1;
    return `${prefix}-${this.#label}-${this.#count}`;
  }

  place(day: Day, location: string, channel: string): Place {
    return { day, minute: this.minute(), location, channel, assessed: this.assessed };
  }

  /** Another minute for each fact of the company. */
  minute(): number {
    this.#count += 1;
    return (this.#scene * 7 + this.#count * 3) % 540;
  }

  goods(taxed: boolean): Goods {
    const { dice } = this;
    const net = dice.chance(600) ? dice.pick([1999, 2500, 5000, 10000]) : dice.int(500, 20000);
    return { net, cost: Math.floor(net / 2), tax: taxed ? Math.round(net * 0.08) : 0, jurisdiction: 'US-NY' };
  }

  tell(fact: Fact): Fact {
    if (this.dice.chance(60)) fact.arrives += this.dice.int(3, 12);
    this.facts.push(fact);
    return fact;
  }

  /** What the tax engine says of a sale, and how that is booked. */
  assess(of: Fact, { tax, jurisdiction }: Goods): void {
    if (!this.assessed || tax === 0 || this.dice.chance(60)) return;
    const day = of.day + this.dice.int(0, 1);
    const told = this.tell(assessment(of, jurisdiction, tax, day, this.minute()));
    const mistake = this.dice.pick(['right', 'right', 'right', 'missing', 'sign', 'twice'] as const);
    bookWith(mistake, this.ledger, linesOf(told.entries, told.reference), day, this.dice);
  }
}

export function habitsOf(seed: string, store: string): Habits {
  const dice = new Random(seed, 'habits', store);
  return {
    sessions: dice.chance(300) ? 2 : 1,
    nextDay: dice.chance(300),
    costInSummary: dice.chance(600),
    taxed: dice.chance(500),
  };
}

/** A store's day: sales and refunds of its tills, held by one or two summaries. */
function tills(scene: SceneWriter, store: string, day: Day, habits: Habits): void {
  const { dice, ledger } = scene;
  const summary = `POS-${store}-${day + 1}`;
  const members = new Map<string, Fact[]>();
  const sales: { fact: Fact; goods: Goods }[] = [];
  for (let i = dice.int(1, 5); i > 0; i -= 1) {
    const session = habits.sessions === 2 ? `${summary}-${dice.int(1, 2)}` : summary;
    const place = scene.place(day, store, 'store');
    const returned = sales.length > 0 && dice.chance(150) ? sales.pop() : undefined;
    const goods = returned?.goods ?? scene.goods(habits.taxed);
    const named = habits.sessions === 2 && dice.chance(700) ? { session } : {};
    const fact =
      returned === undefined
        ? sale(scene.name('TILL'), place, goods, named)
        : refund(scene.name('BACK'), place, goods, { of: returned.fact, ...named });
    if (returned === undefined) sales.push({ fact, goods });
    fact.till = store;
    scene.tell(fact);
    scene.assess(fact, goods);
    members.set(session, [...(members.get(session) ?? []), fact]);
  }
  const posted = habits.nextDay && dice.chance(800) ? day + 1 : day;
  const mistake = dice.chance(600)
    ? 'right'
    : dice.pick([
        'missing',
        'short',
        'short',
        'shortOfTwo',
        'amount',
        'twice',
        'store',
        'late',
        'alone',
      ] as const);
  for (const [session, facts] of members) {
    if (!habits.costInSummary)
      for (const fact of facts) ledger.book(linesOf(fact.entries.filter(isCost), fact.reference), day);
    const left = mistake === 'short' ? 1 : mistake === 'shortOfTwo' ? 2 : 0;
    const held = facts.slice(Math.min(left, facts.length));
    const entries = entriesOf(held).filter((entry) => habits.costInSummary || !isCost(entry));
    const lines = linesOf(entries, session);
    if (mistake === 'missing' || lines.length === 0) continue;
    bookSummary(scene, mistake, lines, posted);
    const [one] = facts;
    // A sale of the tills booked by itself too, under its own number.
    if (mistake === 'alone' && one !== undefined)
      ledger.book(
        linesOf(
          one.entries.filter((entry) => habits.costInSummary || !isCost(entry)),
          one.reference,
        ),
        day,
      );
  }
}

function bookSummary(scene: SceneWriter, mistake: string, lines: DocumentLine[], posted: Day): void {
  const { dice, ledger } = scene;
  if (mistake === 'late') {
    ledger.book(lines, posted, posted + dice.int(5, 15));
    return;
  }
  if (mistake === 'twice') {
    ledger.again(ledger.book(lines, posted), posted);
    return;
  }
  if (mistake === 'amount') {
    const [first, second] = lines;
    if (first !== undefined && second !== undefined) {
      first.cents += 700;
      second.cents -= 700;
    }
  }
  if (mistake === 'store') {
    const to = STORES[(STORES.indexOf(lines[0]?.location ?? '') + 1) % STORES.length] ?? '';
    for (const line of lines) line.location = to;
  }
  ledger.book(lines, posted);
}

/** A web order that a store or the warehouse ships: a document of its own. */
function webSale(scene: SceneWriter, day: Day): void {
  const { dice, ledger } = scene;
  const goods = scene.goods(dice.chance(500));
  const sold = scene.tell(sale(scene.name('SHP'), scene.place(day, dice.pick(STORES), 'web'), goods));
  const mistake = pickMistake(dice);
  const lines = linesOf(sold.entries, sold.reference);
  bookWith(mistake, ledger, lines, day, dice);
  scene.assess(sold, goods);
  if (dice.chance(200))
    ledger.book(payment(sold), day + dice.int(0, 3), day + 3, { journalSource: 'Receipts' });
  if (!dice.chance(250)) return;
  const back = scene.tell(
    refund(
      scene.name('RF'),
      scene.place(day + dice.int(1, 4), sold.entries[0]?.location ?? 'S1', 'web'),
      goods,
      {
        of: sold,
      },
    ),
  );
  bookWith(pickMistake(dice), ledger, linesOf(back.entries, back.reference), back.day, dice);
  scene.assess(back, goods);
}

/** The customer pays: it names the sale, and books it not. */
function payment({ entries, reference }: Fact): DocumentLine[] {
  const owed = entries.find(({ account }) => account === '1200');
  if (owed === undefined) return [];
  const { location, cents } = owed;
  const common = { location, dimension: '', currency: 'USD', reference, holds: [], takes: [] };
  return [
    { ...common, account: '1000', cents },
    { ...common, account: '1200', cents: -cents },
  ];
}

function goodsMoved(scene: SceneWriter, day: Day): void {
  const { dice, ledger } = scene;
  const from = dice.pick(['W1', ...STORES]);
  const to = dice.pick(STORES.filter((store) => store !== from));
  const arrived = day + dice.int(1, 3);
  const { cost } = scene.goods(false);
  const both = transfer(scene.name('TR'), { from, to, cost, left: day, arrived, minute: scene.minute() });
  for (const fact of both) {
    scene.tell(fact);
    const mistake = dice.pick(['right', 'right', 'missing', 'twice', 'place', 'backdated'] as const);
    bookWith(mistake, ledger, linesOf(fact.entries, fact.reference), fact.day, dice);
  }
}

/** Web orders paid by wallet: their money is one journal of the payout, their goods are booked order by order. */
function payout(scene: SceneWriter, day: Day): void {
  const { dice, ledger } = scene;
  const number = scene.name('PAYOUT');
  const sold: Fact[] = [];
  const goods = scene.goods(false);
  for (let i = dice.int(2, 4); i > 0; i -= 1) {
    const place = scene.place(day + dice.int(0, 2), dice.pick(STORES), 'web');
    const own = dice.chance(300) ? goods : scene.goods(false);
    const fact = scene.tell(sale(scene.name('WAL'), place, own, { payout: number }));
    sold.push(fact);
    ledger.book(linesOf(fact.entries.filter(isCost), fact.reference), fact.day);
  }
  const mistake = dice.pick(['right', 'right', 'right', 'missing', 'short', 'twice', 'late'] as const);
  if (mistake === 'missing') return;
  const paid = mistake === 'short' ? sold.slice(1) : sold;
  const lines = linesOf(
    entriesOf(paid).filter((entry) => !isCost(entry)),
    number,
  );
  const last = day + 2;
  const first = ledger.book(lines, last, mistake === 'late' ? last + dice.int(4, 12) : last);
  if (mistake === 'twice') ledger.again(first, last);
}

/** Goods brought back for others, booked in one document under the number of the exchange. */
function exchange(scene: SceneWriter, day: Day): void {
  const { dice, ledger } = scene;
  const number = scene.name('EX');
  const store = dice.pick(STORES);
  const old = scene.goods(false);
  const dearer = { ...scene.goods(false), net: old.net + dice.pick([0, 500, 2500]) };
  const back = scene.tell(
    refund(scene.name('RF'), scene.place(day, store, 'store'), old, { exchangeId: number }),
  );
  const out = scene.tell(
    sale(scene.name('SHP'), scene.place(day, store, 'store'), dearer, {
      exchangeId: number,
      exchanged: old.net,
    }),
  );
  out.arrives = back.arrives;
  const clearing = dice.chance(500);
  const entries = entriesOf([back, out]).filter(({ account }) => clearing || account !== '2130');
  const lines = linesOf(entries, number).filter(({ cents }) => cents !== 0);
  const mistake = dice.pick(['right', 'right', 'missing', 'twice', 'backdated'] as const);
  if (!clearing && mistake !== 'missing')
    lines[0]?.holds.push(...entriesOf([back, out]).filter(({ account }) => account === '2130'));
  bookWith(mistake, ledger, lines, day, dice);
}

/** A sale that is voided or replaced some days later, and the ways in which the ERP follows. */
function corrected(scene: SceneWriter, day: Day): void {
  const { dice, ledger } = scene;
  const store = dice.pick(STORES);
  const place = scene.place(day, store, 'web');
  const first = scene.tell(sale(scene.name('SHP'), place, scene.goods(false)));
  const later = day + dice.int(1, 6);
  const instead = dice.chance(500)
    ? sale(first.reference, { ...scene.place(later, store, 'web') }, scene.goods(false))
    : undefined;
  const told = correction(first, later, scene.minute(), instead);
  told.arrives = Math.max(first.arrives, later + (dice.chance(200) ? dice.int(3, 9) : 0));
  scene.facts.push(told);
  if (dice.chance(150)) return;
  const booked = ledger.book(linesOf(first.entries, first.reference), day);
  const way = dice.pick(['linked', 'unlinked', 'not'] as const);
  if (way === 'not') return;
  const reversal = ledger.reverse(booked, later, way === 'linked', told);
  const fresh = told.entries.filter(({ negates }) => negates === undefined);
  if (fresh.length > 0 && dice.chance(700))
    ledger.book(linesOf(fresh, first.reference), reversal.posted + dice.int(0, 1));
}

/** Other business, keyed in by hand; its amounts are often those of a sale or two. */
function manual(scene: SceneWriter, day: Day): void {
  const { dice, ledger } = scene;
  const parts = dice.pick([1, 1, 1, 2]);
  const net = Array.from({ length: parts }, () => scene.goods(false).net).reduce((all, one) => all + one, 0);
  const common = { location: dice.pick(STORES), dimension: '', currency: 'USD', holds: [], takes: [] };
  const reference = dice.pick([scene.name('MAN'), scene.name('INV'), '']);
  const [debit, credit] = dice.pick([
    ['1200', '4000'],
    ['1200', '4000'],
    ['5000', '1400'],
    ['1200', '1000'],
    ['4200', '1200'],
  ] as const);
  const lines: DocumentLine[] = [
    { ...common, reference, account: debit, cents: net },
    { ...common, reference, account: credit, cents: -net },
  ];
  if (debit === '1200' && credit === '4000' && dice.chance(400)) {
    const cost = Math.floor(net / 2);
    lines.push({ ...common, reference, account: '5000', cents: cost });
    lines.push({ ...common, reference, account: '1400', cents: -cost });
  }
  ledger.book(lines, day, day + dice.pick([0, 0, 5]), { journalSource: 'Manual' });
}

const OTHERS = [
  webSale,
  webSale,
  webSale,
  webSale,
  goodsMoved,
  payout,
  exchange,
  corrected,
  corrected,
  manual,
  manual,
];

/** How many scenes a company has, and each of them by its number. */
export function scenesOf(seed: string): {
  count: number;
  assessed: boolean;
  scene: (number: number) => Scene;
} {
  const dice = new Random(seed, 'company');
  const days = Array.from({ length: dice.int(2, 5) }, () => dice.int(0, 18)).sort((a, b) => a - b);
  const storeDays = STORES.flatMap((store) => [...new Set(days)].map((day) => ({ store, day })));
  const count = storeDays.length + dice.int(25, 50);
  const assessed = dice.chance(350);
  return {
    count,
    assessed,
    scene: (number) => {
      const scene = new SceneWriter(seed, number + 1, assessed);
      const till = storeDays[number];
      if (till !== undefined) tills(scene, till.store, till.day, habitsOf(seed, till.store));
      else scene.dice.pick(OTHERS)(scene, scene.dice.pick(days));
      return { facts: scene.facts, documents: scene.ledger.documents };
    },
  };
}
