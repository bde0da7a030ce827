// The feeds by name. Adding a format is one file and one line here.
import { UserError } from '../errors.ts';
import { didYouMean } from '../rulebook/nearest.ts';
import type { EventFeed, LedgerFeed } from './feed.ts';
import { cloudEvents } from './cloudEvents.ts';
import { canonicalLedger } from './ledgerCsv.ts';
import { canonicalEvents } from './ndjson.ts';
import { olistItems, olistPayments } from './olist.ts';
import { sapFi } from './sapFi.ts';
import { uciInvoices } from './uci.ts';

export const EVENT_FEEDS: ReadonlyMap<string, EventFeed> = new Map(
  [canonicalEvents, cloudEvents, olistItems, uciInvoices].map((feed) => [feed.name, feed]),
);
export const LEDGER_FEEDS: ReadonlyMap<string, LedgerFeed> = new Map(
  [canonicalLedger, sapFi, olistPayments].map((feed) => [feed.name, feed]),
);

/** The feed that `--feed` names, or the canonical one. */
export function feedNamed<F>(feeds: ReadonlyMap<string, F>, name = 'canonical'): F {
  const feed = feeds.get(name);
  if (feed !== undefined) return feed;
  throw new UserError({
    where: '--feed',
    what: `there is no feed ${JSON.stringify(name)} for this`,
    expected: [...feeds.keys()].join(', '),
    found: name,
    todo: didYouMean(name, feeds.keys()),
  });
}
