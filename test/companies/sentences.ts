// Law 12: a sentence is true or it is not printed. For each sentence that a reason has, what it says is held against the lines
// it names: what it says agrees agrees, what differs differs, what is absent is absent. A sentence that nobody knows here is
// wrong too.
import { addDays, daysBetween, isoDate } from '../../src/accounting/dates.ts';
import { list, sum, unless } from './claims.ts';
import type { Item, Line, Outcome } from './live.ts';
import { untrueVerdict } from './verdicts.ts';

/** What a checker may look at. */
interface Page {
  item: Item;
  E: Line[];
  L: Line[];
  outcome: Outcome;
  /** All live lines by label. */
  named: (label: string, side?: 'E' | 'L') => Line[];
}

/** Returns what is not true; the words are the pattern's groups. */
type Check = (words: string[], page: Page) => (string | false)[];

const cents = (text: string | undefined): number => Math.round(Number(text) * 100);
const place = ({ location, dimension }: Line): string =>
  [location, dimension].filter((part) => part !== '').join(' / ') || 'no location';
const GRACE = 5;

const DIFFERENCES: Readonly<Record<string, readonly (readonly [RegExp, Check])[]>> = {
  CURRENCY_MISMATCH: [
    [
      /^(\S+) posts (\S+) in (\w+); (.+) says (\w+)$/,
      ([l, amount, currency, e, says], { E: [one], L: [other] }) => [
        unless(
          other?.label === l && other?.cents === cents(amount) && other?.currency === currency,
          'the ledger line',
        ),
        unless(one?.label === e && one?.currency === says, 'the expected line'),
        unless(
          currency !== says && one?.cents === other?.cents && one?.reference === other?.reference,
          'agrees',
        ),
      ],
    ],
  ],
  SIGN_REVERSED: [
    [
      /^(\S+) posts (\S+) where (\S+) is expected: debit and credit are exchanged$/,
      ([l, amount, wanted], { E: [one], L: [other] }) => [
        unless(
          other?.label === l && other?.cents === cents(amount) && one?.cents === cents(wanted),
          'the amounts',
        ),
        unless(cents(amount) === -cents(wanted) && one?.account === other?.account, 'exchanged'),
      ],
    ],
  ],
  WRONG_COMPANY: [
    [
      /^posted in company (\S+) \((\S+)\), expected in company (\S+)$/,
      ([company, l, wanted], { E: [one], L: [other] }) => [
        unless(other?.label === l && other?.company === company && one?.company === wanted, 'the companies'),
        unless(company !== wanted && agree(one, other), 'agrees'),
      ],
    ],
  ],
  WRONG_ACCOUNT: [
    [
      /^posted to account (\S+) \((\S+)\), which is (outside the rulebook|out of scope), expected on account (\S+)$/,
      ([account, l, where, wanted], { E: [one], named }) => {
        const other = named(l ?? '', 'L').find((line) => line.account === account);
        return [
          unless(other !== undefined && one?.account === wanted && account !== wanted, 'the accounts'),
          unless(where === 'out of scope' ? other?.scope === 'out' : other?.unit === '0', 'where it lies'),
          unless(agree(one, other), 'agrees'),
        ];
      },
    ],
    [
      /^posted to account (\S+) \((\S+)\), expected on account (\S+)$/,
      ([account, l, wanted], { E: [one], L: [other] }) => [
        unless(other?.label === l && other?.account === account && one?.account === wanted, 'the accounts'),
        unless(account !== wanted && agree(one, other), 'agrees'),
      ],
    ],
  ],
  WRONG_LOCATION: [
    [
      /^posted at (.+) \((.+)\), expected at (.+): the sum of (\d+) expected lines? \((.+)\), on every account$/,
      ([at, l, wanted, count], { E, L, named, outcome }) => {
        const document = L[0]?.document;
        const others = outcome.lines.filter(
          (line) => line.side === 'L' && line.document === document && line.unit !== '0' && line.cents !== 0,
        );
        return [
          unless(sum(E) === sum(L) && E.length === Number(count), 'the sum'),
          unless(
            L.every((line) => line.location === at),
            'posted at',
          ),
          unless(E.every((line) => line.location === wanted) && at !== wanted, 'expected at'),
          unless(
            list(l ?? '').every((name) => named(name, 'L').some((line) => L.includes(line))),
            'the names',
          ),
          unless(
            others.every((line) =>
              outcome.items.some((item) => item.reason === 'WRONG_LOCATION' && item.lines.includes(line)),
            ),
            'on every account',
          ),
        ];
      },
    ],
    [
      /^posted at (.+) \((\S+)\), expected at (.+)$/,
      ([at, l, wanted], { E: [one], L: [other] }) => [
        unless(other !== undefined && other.label === l && place(other) === at, 'posted at'),
        unless(one !== undefined && place(one) === wanted && at !== wanted, 'expected at'),
        unless(agree(one, other) && one?.account === other?.account, 'agrees'),
      ],
    ],
  ],
  DATE_OUT_OF_WINDOW: [
    [
      /^amount and keys agree; business dates (\S+) and (\S+) lie outside the window of (-?\d+) to (-?\d+) days$/,
      ([e, l, from, to], { E: [one], L: [other] }) => {
        const days = daysBetween(isoDate(e ?? ''), isoDate(l ?? ''));
        return [
          unless(one?.businessDate === e && other?.businessDate === l, 'the dates'),
          unless(days < Number(from) || days > Number(to), 'outside'),
          unless(
            Math.abs((one?.cents ?? 0) - (other?.cents ?? 0)) <= 5 && one?.reference === other?.reference,
            'agrees',
          ),
        ];
      },
    ],
  ],
  SPLIT_INCOMPLETE: [
    [
      /^(.+?) equals? (the group|its postings) without (.+) \((-?[\d.]+)\)$/,
      ([of, what, without, amount], { E, L }) => {
        const [ones, many] = what === 'the group' ? [L, E] : [E, L];
        const ways = (without ?? '').split(', or without ');
        return [
          unless(
            list(of ?? '').every((name) => ones.some(({ label }) => label === name)),
            'the names',
          ),
          unless(sum(many) - cents(amount) === sum(ones), 'equals'),
          ...ways.map((way) => unless(canSum(way.split(' + '), many, cents(amount)), `without ${way}`)),
        ];
      },
    ],
  ],
  DUPLICATE_POSTING: [
    [
      /^(\S+) repeats (\S+): same account, reference and amount (\S+)$/,
      ([l, first, amount], { L: [one], named }) => [
        unless(one?.label === l && one?.cents === cents(amount), 'the line'),
        unless(
          named(first ?? '', 'L').some(
            (other) =>
              other !== one &&
              other.account === one?.account &&
              other.reference === one.reference &&
              other.cents === one.cents &&
              other.match !== null,
          ),
          'what it repeats',
        ),
      ],
    ],
    [
      /^(\S+) repeats document (\S+): the same amounts on every account for the same day, which ties without it$/,
      ([l, first], { L: [one], outcome }) => {
        const amounts = (document: string | undefined): string =>
          JSON.stringify(
            outcome.lines
              .filter((line) => line.side === 'L' && line.document === document && line.unit !== '0')
              .map((line) => [line.account, line.location, line.dimension, line.cents].join(' '))
              .sort(),
          );
        const ties = outcome.lines.filter(
          (line) => line.side === 'L' && line.document === first && line.unit !== '0',
        );
        return [
          unless(one?.label === l && one?.document !== first, 'the line'),
          unless(amounts(one?.document) === amounts(first), 'the same amounts'),
          unless(ties.length > 0 && ties.every(({ match }) => match !== null), 'ties'),
        ];
      },
    ],
  ],
  MISSING_IN_LEDGER: [
    [
      /^no ledger line on account (\S+) for (.+); the ledger is complete beyond its grace days, which ended on (\S+?)(; .+)?$/,
      ([account, e, end], { E: [one], outcome }) => [
        unless(one?.account === account && one?.label === e, 'the line'),
        unless(
          lastDay(one) === end && outcome.reach >= (end ?? '') && outcome.asOf > (end ?? ''),
          'the days',
        ),
        unless(!namedBy(one, outcome), 'no ledger line'),
      ],
    ],
    [
      /^(one of )?(.+) is not in the ledger: (.+) ties on every account without it(?:, and nothing tells them apart)?$/,
      ([oneOf, e, documents], { E: [one], outcome }) => [
        unless(
          one !== undefined && list(e ?? '').some((name) => name === one.label || name === one.reference),
          'the line',
        ),
        unless(oneOf !== undefined || list(e ?? '').length === 1, 'one of'),
        unless(
          list(documents ?? '').every((document) => ties(document, outcome)),
          'ties',
        ),
        unless(!namedBy(one, outcome), 'not in the ledger'),
      ],
    ],
  ],
  MISSING_EVENT: [
    [
      /^no event explains (\S+)(?:, which names (\S+): no line of that is open here with its amount)?; its grace days ended on (\S+)$/,
      ([l, name, end], { L: [one], outcome }) => [
        unless(one?.label === l && lastDay(one) === end && outcome.asOf > (end ?? ''), 'the line'),
        unless(
          name === undefined ||
            (one?.reference === name && outcome.lines.some((e) => e.side === 'E' && e.reference === name)),
          'names',
        ),
        unless(
          !outcome.lines.some(
            (e) =>
              e.side === 'E' &&
              e.match === null &&
              e.unit === one?.unit &&
              e.account === one.account &&
              e.reference === one.reference &&
              e.reference !== '' &&
              e.cents === one.cents &&
              e.currency === one.currency &&
              e.postingDate <= outcome.asOf,
          ),
          'no line of that is open',
        ),
      ],
    ],
  ],
  REFERENCE_MISMATCH: [
    [
      /^(.+) and (\S+) agree in amount, place and about the day, but not in reference \((.+), (\S*)\)$/,
      ([e, l, wanted, borne], { E: [one], L: [other] }) => [
        unless(one?.label === e && other?.label === l, 'the lines'),
        unless(one?.reference === wanted && other?.reference === borne && wanted !== borne, 'the references'),
        unless(
          one?.cents === other?.cents && one?.unit === other?.unit && one?.account === other?.account,
          'agrees',
        ),
        unless(
          Math.abs(daysBetween(isoDate(one?.businessDate ?? ''), isoDate(other?.businessDate ?? ''))) <=
            GRACE,
          'the day',
        ),
      ],
    ],
  ],
  AMBIGUOUS: [
    [
      /^pass (\S+): (.+) and (\S+.*) fit each other equally well; nothing is confirmed$/,
      (_, { E, L }) => [
        unless(E.length > 0 && L.length > 0 && E.length + L.length > 2, 'several'),
        ...E.map((e) =>
          unless(
            L.some((l) => isNear(e, l)),
            `${e.label} fits none`,
          ),
        ),
        ...L.map((l) =>
          unless(
            E.some((e) => isNear(e, l)),
            `${l.label} fits none`,
          ),
        ),
      ],
    ],
    [
      /^pass (\S+) takes one line, but its key has (\d+) expected \((.+)\) and (\d+) ledger lines \((.+)\)$/,
      ([, e, , l], { E, L }) => [unless(E.length === Number(e) && L.length === Number(l), 'counts')],
    ],
  ],
  TIMING: [
    [
      /^expected in the ledger by (\S+), within (\d+) grace days$/,
      ([end], { E: [one], outcome }) => [
        unless(lastDay(one) === end || isCorrected(one, outcome), 'the day'),
        unless(
          !(outcome.asOf > (end ?? '') && outcome.reach > (end ?? '')) || isCorrected(one, outcome),
          `expected ${one?.label}`,
        ),
      ],
    ],
    [
      /^its event is expected by (\S+), within (\d+) grace days$/,
      ([end], { L: [one], outcome }) => [
        unless(lastDay(one) === end && outcome.asOf <= (end ?? ''), 'the day'),
      ],
    ],
    [
      /^(.*); (?:it|the group) is still inside its grace days$/,
      ([words], page) => [
        ...untied(words ?? '', page),
        unless(
          page.item.lines.some(
            (line) =>
              lastDay(line) >= page.outcome.asOf || (line.side === 'E' && lastDay(line) > page.outcome.reach),
          ),
          'inside its grace days',
        ),
      ],
    ],
  ],
  REVIEW_MATCH: [
    [
      /^(.+); a person says whether that is so$/,
      ([readings], { outcome }) =>
        (readings ?? '')
          .replace(/ and \d+ more readings$/, '')
          .split(/(?<=on every account), /)
          .map((reading) => unless(isHolding(reading, outcome), reading)),
    ],
    [
      /^(\S+) may be it: it names (\S+) and is (open|out of scope|outside the rulebook), on account (\S+?)(?: at (\S+))?$/,
      ([l, name, state, account, at], { E: [one], named, outcome }) => {
        const other = named(l ?? '', 'L').find((line) => line.account === account);
        return [
          unless(
            other !== undefined && other.reference === name && other.location === (at ?? ''),
            'the line',
          ),
          unless(other?.match === null, 'in no match'),
          unless(
            state === 'open'
              ? other?.scope === 'in' && other.unit !== '0'
              : state === 'out of scope'
                ? other?.scope === 'out'
                : other?.unit === '0',
            `is ${state}`,
          ),
          unless((other?.postingDate ?? '') <= outcome.asOf, 'after the day'),
          unless(
            Math.sign(other?.cents ?? 0) === Math.sign(one?.cents ?? 0) ||
              other?.cents === -(one?.cents ?? 0),
            'its sign',
          ),
        ];
      },
    ],
    [
      /^(\S+) of (\S+) may hold it: a summary that does not tie yet$/,
      ([l, day], { E: [one], named, outcome }) => {
        const other = named(l ?? '', 'L').find((line) => line.location === one?.location);
        return [
          unless(other?.businessDate === day && other?.match === null, 'the summary'),
          unless((day ?? '') >= (one?.businessDate ?? '') && (day ?? '') <= lastDay(one), 'its day'),
          unless((day ?? '') <= outcome.asOf, 'of the cut'),
        ];
      },
    ],
    [
      /^(.+) at (\S+) may hold it: a summary that is more than its group$/,
      ([l, at], { E: [one], named }) => {
        const others = list(l ?? '').flatMap((name) => named(name, 'L'));
        return [
          unless(
            others.length > 0 && others.every((line) => line.location === at && line.match === null),
            'the summary',
          ),
          unless(one?.location !== at, 'elsewhere'),
        ];
      },
    ],
    [
      /^(.+) expected and (.+) ledger lines agree in sum, but not line by line$/,
      (_, { E, L }) => [unless(sum(E) === sum(L), 'agree in sum')],
    ],
    [
      /^pass (\S+) suggests this match; its result is only a suggestion$/,
      (_, { E, L }) => [
        unless(E.length === 1 && L.length === 1 && E[0]?.reference === L[0]?.reference, 'the keys'),
      ],
    ],
  ],
  AMOUNT_VARIANCE: [[/^(.*)$/, ([words], page) => untied(words ?? '', page)]],
  TAX_VARIANCE: [[/^(.*)$/, ([words], page) => untied(words ?? '', page)]],
  ROUNDING: [[/^(.*)$/, ([words], page) => untied(words ?? '', page)]],
};

/** Reference and amount agree. */
const agree = (one: Line | undefined, other: Line | undefined): boolean =>
  one !== undefined && other !== undefined && one.reference === other.reference && one.cents === other.cents;

const isNear = (one: Line, other: Line): boolean =>
  one.unit === other.unit && one.account === other.account && Math.abs(one.cents - other.cents) <= 5;

function untied(words: string, { E, L }: Page): (string | false)[] {
  const found =
    /^(keys agree, amounts do not|the summary and its group do not tie): ledger (\S+) \((.+)\), expected (\S+) \((.+)\), difference (\S+)$/.exec(
      words,
    );
  if (found === null) return ['no such sentence is known'];
  const [, , ledger, , expected, , difference] = found;
  return [
    unless(sum(L) === cents(ledger) && sum(E) === cents(expected), 'the sums'),
    unless(sum(L) - sum(E) === cents(difference) && cents(difference) !== 0, 'the difference'),
  ];
}

const lastDay = (line: Line | undefined): string =>
  line === undefined ? '' : addDays(isoDate(line.businessDate), GRACE);

/** Some lines of these names (one each) have that sum. */
function canSum(names: readonly string[], among: readonly Line[], wanted: number): boolean {
  const [name, ...rest] = names;
  if (name === undefined) return wanted === 0;
  return among.some(
    (line) =>
      line.label === name &&
      canSum(
        rest,
        among.filter((other) => other !== line),
        wanted - line.cents,
      ),
  );
}

/** Reasons by which an item has a ledger line for another entry. */
const BY_NAME = new Set([
  'CURRENCY_MISMATCH',
  'SIGN_REVERSED',
  'WRONG_COMPANY',
  'WRONG_ACCOUNT',
  'WRONG_LOCATION',
  'DATE_OUT_OF_WINDOW',
  'TAX_VARIANCE',
  'ROUNDING',
  'AMOUNT_VARIANCE',
  'DUPLICATE_POSTING',
]);

/** A ledger line in no match and in no item by name is on its account and its side, and bears its reference. */
const namedBy = (line: Line | undefined, { lines, items, asOf }: Outcome): boolean =>
  lines.some(
    (other) =>
      !items.some((item) => BY_NAME.has(item.reason) && item.lines.includes(other)) &&
      other.side === 'L' &&
      other.reference === line?.reference &&
      other.account === line?.account &&
      other.company === line?.company &&
      other.match === null &&
      other.scope === 'in' &&
      Math.sign(other.cents) === Math.sign(line?.cents ?? 0) &&
      other.postingDate <= asOf,
  );

const isCorrected = (line: Line | undefined, { lines }: Outcome): boolean =>
  line !== undefined && lines.some((other) => other.isNegation && other.reference === line.reference);

/** Every line of the document that a summary pass sees is matched. */
const ties = (document: string, { lines }: Outcome): boolean => {
  const own = lines.filter((line) => line.side === 'L' && line.document === document && line.unit !== '0');
  return own.length > 0 && own.every(({ match }) => match !== null);
};

/** `101, 102, without a match, together hold exactly what A, B lack together on every account`: by the sums of their open lines. */
function isHolding(reading: string, { lines }: Outcome): boolean {
  const found =
    /^(.+), without a match, (holds|each hold|together hold) exactly what (.+?) (?:lacks|lack together) on every account$/.exec(
      reading,
    );
  if (found === null) return false;
  const [, by = '', how, what = ''] = found;
  if (by.endsWith(' more') || what.endsWith(' more')) return true;
  const open = lines.filter(({ match, unit }) => match === null && unit !== '0');
  const sums = (some: readonly Line[]): string => {
    const cells = new Map<string, number>();
    for (const { company, account, location, currency, cents: amount } of some) {
      const cell = [company, account, location, currency].join(' ');
      cells.set(cell, (cells.get(cell) ?? 0) + amount);
    }
    return JSON.stringify(
      [...cells].filter(([, amount]) => amount !== 0).sort(([a], [b]) => (a < b ? -1 : 1)),
    );
  };
  const documents = list(by).map((name) =>
    open.filter(({ side, document }) => side === 'L' && document === name),
  );
  const agree = (expected: readonly Line[], held: readonly Line[]): boolean => {
    const cells = new Set(expected.map(({ account, location }) => `${account} ${location}`));
    return (
      sums(expected) === sums(held.filter(({ account, location }) => cells.has(`${account} ${location}`)))
    );
  };
  return waysToRead(list(what), open).some((expected) =>
    how === 'each hold'
      ? documents.every((held) => agree(expected, held))
      : agree(expected, documents.flat()),
  );
}

/** The open lines of entries of these names; where an event and its correction share one, either or both. */
function waysToRead(names: readonly string[], open: readonly Line[]): Line[][] {
  let ways: Line[][] = [[]];
  for (const name of new Set(names)) {
    const own = open.filter(
      ({ side, reference }) =>
        side === 'E' && [reference, `TA-${reference} 1`, `${reference} RC-${reference}`].includes(name),
    );
    const parts = [...new Set(own.map(({ event, isNegation }) => `${event} ${isNegation}`))].map((part) =>
      own.filter(({ event, isNegation }) => `${event} ${isNegation}` === part),
    );
    const choices = parts.reduce<Line[][]>(
      (all, part) => [...all, ...all.map((one) => [...one, ...part])],
      [[]],
    );
    ways = ways.flatMap((way) =>
      choices.filter((choice) => choice.length > 0).map((choice) => [...way, ...choice]),
    );
  }
  return ways;
}

/** What is untrue in the sentences of an outcome. */
export function untrueSentences(outcome: Outcome): string[] {
  const byLabel = new Map<string, Line[]>();
  for (const line of outcome.lines) byLabel.set(line.label, [...(byLabel.get(line.label) ?? []), line]);
  const named: Page['named'] = (label, side) =>
    (byLabel.get(label) ?? []).filter((line) => side === undefined || line.side === side);
  const verdicts = outcome.verdicts.flatMap((verdict) => {
    const untrue = untrueVerdict(verdict, outcome).filter((each) => each !== false);
    return untrue.length === 0 ? [] : [`untrue (${untrue.join(', ')}): ${verdict.event} ${verdict.why}`];
  });
  const items = outcome.items.flatMap((item) => {
    if (item.kind !== 'difference') return [];
    const E = item.lines.filter(({ side }) => side === 'E');
    const L = item.lines.filter(({ side }) => side === 'L');
    for (const [pattern, check] of DIFFERENCES[item.reason] ?? []) {
      const words = pattern.exec(item.why)?.slice(1);
      if (words === undefined) continue;
      const untrue = check(words, { item, E, L, outcome, named }).filter((each) => each !== false);
      return untrue.length === 0 ? [] : [`untrue (${untrue.join(', ')}): ${item.reason} ${item.why}`];
    }
    return [`no checker knows: ${item.reason} ${item.why}`];
  });
  return [...items, ...verdicts];
}
