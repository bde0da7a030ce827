// Causes that are an exchange: this account, location, company, currency or tax jurisdiction for that one. The same
// exchange on three documents is a setting; on two it may be chance.
import {
  byKey,
  type Cause,
  type CauseItem,
  type CauseLine,
  factsOf,
  FEWEST_FACTS,
  linesOf,
  only,
} from './causeItem.ts';

interface Exchange {
  /** Both values, expected and found; undefined where the item is no exchange of one thing. */
  of(expected: CauseLine, ledger: CauseLine): readonly [string, string];
  words(expected: string, found: string): string;
}

const TAX: Exchange = {
  of: (e, l) => [e.dimension, l.dimension],
  words: (e, l) => `wrong tax code: ${l} posted for ${e}`,
};
const EXCHANGES: Readonly<Record<string, Exchange>> = {
  WRONG_ACCOUNT: {
    of: (e, l) => [e.account, l.account],
    words: (e, l) => `account ${l} posted for account ${e}`,
  },
  WRONG_LOCATION: {
    of: (e, l) => [e.location, l.location],
    words: (e, l) => `location ${l} posted for location ${e}`,
  },
  WRONG_COMPANY: {
    of: (e, l) => [e.company, l.company],
    words: (e, l) => `company ${l} posted for company ${e}`,
  },
  CURRENCY_MISMATCH: {
    of: (e, l) => [e.currency, l.currency],
    words: (e, l) => `currency ${l} posted for ${e}`,
  },
};

function exchangeOf(item: CauseItem): { exchange: Exchange; expected: string; found: string } | undefined {
  const [e, l] = [linesOf(item, 'E')[0], linesOf(item, 'L')[0]];
  if (e === undefined || l === undefined || item.lines.length !== 2) return undefined;
  const isTax = item.reason === 'WRONG_LOCATION' && e.location === l.location && e.dimension !== l.dimension;
  const exchange = isTax ? TAX : EXCHANGES[item.reason];
  if (exchange === undefined) return undefined;
  const [expected, found] = exchange.of(e, l);
  return expected === found ? undefined : { exchange, expected, found };
}

/** First within one location, then over all: a store's own setting is named as the store's. */
export function exchanges(free: ReadonlySet<CauseItem>): Cause[] {
  const causes: Cause[] = [];
  const left = new Set(free);
  for (const local of [true, false]) {
    const keyOf = (item: CauseItem): string | undefined => {
      const pair = exchangeOf(item);
      const location = only(linesOf(item, 'E').map((line) => line.location));
      // An exchange of locations is local by itself.
      if (pair === undefined || (local && (location === '' || pair.exchange === EXCHANGES.WRONG_LOCATION)))
        return undefined;
      const company = linesOf(item, 'E')[0]?.company ?? '';
      return [item.reason, company, local ? location : '', pair.expected, pair.found].join('\u001f');
    };
    for (const [, items] of byKey(left, keyOf)) {
      const [first] = items;
      const pair = first === undefined ? undefined : exchangeOf(first);
      if (first === undefined || pair === undefined || factsOf(items, 'E').size < FEWEST_FACTS) continue;
      for (const item of items) left.delete(item);
      const place = linesOf(first, 'E')[0];
      const where = local ? `location ${place?.location}` : `company ${place?.company}`;
      causes.push({ label: `${where}, ${pair.exchange.words(pair.expected, pair.found)}`, items });
    }
  }
  return causes;
}
