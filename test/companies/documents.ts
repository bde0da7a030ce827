// How the ERP books facts, and the ways in which it goes wrong. Each ledger line keeps what it truly is.
import type { Random } from '../../simulate/random.ts';
import type { Day, Document, DocumentLine, Entry, Fact } from './world.ts';

/** The entries of some facts as the lines of one document: one line for each account, place and dimension. */
export function linesOf(entries: readonly Entry[], reference: string): DocumentLine[] {
  const lines = new Map<string, DocumentLine>();
  for (const entry of entries) {
    const { account, location, dimension } = entry;
    const key = JSON.stringify([account, location, dimension]);
    const line = lines.get(key) ?? {
      account,
      location,
      dimension,
      currency: 'USD',
      cents: 0,
      reference,
      holds: [],
      takes: [],
    };
    line.cents += entry.cents;
    line.holds.push(entry);
    lines.set(key, line);
  }
  return [...lines.values()];
}

export const entriesOf = (facts: readonly Fact[]): Entry[] => facts.flatMap(({ entries }) => entries);
export const isCost = ({ account }: { account: string }): boolean => account === '5000' || account === '1400';

/** Writes documents, numbered within one scene. */
export class Ledger {
  readonly documents: Document[] = [];
  readonly #scene: number;
  constructor(scene: number) {
    this.#scene = scene;
  }

  book(lines: DocumentLine[], posted: Day, made: Day = posted, more: Partial<Document> = {}): Document {
    const number = String(this.#scene * 100 + this.documents.length + 1);
    const document = { number, company: 'US01', posted, made, lines, ...more };
    this.documents.push(document);
    return document;
  }

  /** The same document once more, under another number. */
  again(of: Document, posted: Day): Document {
    return this.book(
      of.lines.map((line) => ({ ...line })),
      posted,
      Math.max(posted, of.made),
      of.journalSource === undefined ? {} : { journalSource: of.journalSource },
    );
  }

  /** Takes a document back; where a correction tells of it, the reversal is what that expects. */
  reverse(of: Document, posted: Day, saysReversal: boolean, told?: Fact): Document {
    const lines = of.lines.map((line) => {
      const holds = told?.entries.filter(
        ({ negates }) => negates !== undefined && line.holds.includes(negates),
      );
      return {
        ...line,
        cents: -line.cents,
        holds: holds ?? [],
        takes: told === undefined ? line.holds : [],
      };
    });
    return this.book(lines, posted, posted, { reversalOf: of, saysReversal });
  }
}

/** What may become of a document that should just have been booked. */
export const MISTAKES = {
  right: 34,
  missing: 14,
  twice: 5,
  amount: 5,
  cents: 2,
  place: 5,
  account: 4,
  outside: 3,
  allOutside: 2,
  sign: 4,
  mistyped: 5,
  blank: 2,
  orderNumber: 2,
  late: 3,
  dimension: 2,
  part: 3,
  company: 2,
  currency: 2,
  parked: 2,
  reversed: 4,
  reposted: 3,
  backdated: 4,
} as const;
export type Mistake = keyof typeof MISTAKES;

export const STORES = ['S1', 'S2', 'S3', 'S4', 'S5'];

/** Books one document, or what a mistake makes of it. */
export function bookWith(
  mistake: Mistake,
  ledger: Ledger,
  lines: DocumentLine[],
  day: Day,
  dice: Random,
): void {
  const posted = day + dice.pick([0, 0, 0, 1]);
  switch (mistake) {
    case 'missing':
      return;
    case 'twice': {
      const first = ledger.book(lines, posted);
      ledger.again(first, posted);
      return;
    }
    case 'late':
      ledger.book(lines, day + dice.int(7, 11));
      return;
    case 'backdated':
      ledger.book(lines, posted, posted + dice.int(4, 14));
      return;
    case 'parked':
      ledger.book(lines, posted, posted, { status: 'parked' });
      return;
    case 'company':
      ledger.book(lines, posted, posted, { company: 'US02' });
      return;
    case 'reversed':
    case 'reposted': {
      const first = ledger.book(lines, posted);
      ledger.reverse(first, posted + dice.int(0, 4), dice.chance(500));
      if (mistake === 'reposted') ledger.again(first, posted + dice.int(0, 5));
      return;
    }
    default:
      spoil(mistake, lines, dice);
      ledger.book(lines, posted);
  }
}

/** Changes the lines of a document. */
function spoil(mistake: Mistake, lines: DocumentLine[], dice: Random): void {
  const [first, second] = lines.filter((line) => !isCost(line));
  const other = (location: string): string => dice.pick(STORES.filter((store) => store !== location));
  switch (mistake) {
    case 'amount':
    case 'cents': {
      const by = mistake === 'cents' ? dice.pick([1, 2, -2]) : dice.pick([10, 100, 900, -100]);
      if (first !== undefined) first.cents += by;
      if (second !== undefined) second.cents -= by;
      return;
    }
    case 'place': {
      const whole = dice.chance(500);
      const to = other(first?.location ?? '');
      for (const line of lines) if ((whole || !isCost(line)) && line.location !== '') line.location = to;
      return;
    }
    case 'account':
      for (const line of lines) if (line.account === '4000' || line.account === '2200') line.account = '4100';
      return;
    case 'outside':
      for (const line of lines) if (line.account === '4000' || line.account === '2210') line.account = '4990';
      return;
    case 'allOutside':
      for (const line of lines) line.account = `9${line.account.slice(1)}`;
      return;
    case 'sign':
      for (const line of lines) line.cents = -line.cents;
      return;
    case 'currency':
      for (const line of lines) line.currency = 'CAD';
      return;
    case 'dimension':
      for (const line of lines) if (line.dimension !== '') line.dimension = 'US-TX';
      return;
    case 'part':
      lines.splice(0, lines.length, ...lines.filter((line) => !isCost(line)));
      return;
    case 'mistyped':
      for (const line of lines) line.reference = line.reference.replace(/^(.)(.)/, '$2$1');
      return;
    case 'blank':
      for (const line of lines) line.reference = '';
      return;
    case 'orderNumber':
      for (const line of lines) line.reference = `O-${line.reference}`;
      return;
    default:
  }
}

/** Any of them, by their weights. */
export function pickMistake(dice: Random): Mistake {
  return (Object.keys(MISTAKES) as Mistake[])[dice.weighted(Object.values(MISTAKES))] as Mistake;
}
