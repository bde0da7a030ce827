// The register of sources with the store-days of each.
import type pg from 'pg';
import { addDays, type IsoDate, isoDate, localDate } from '../../src/accounting/dates.ts';
import type { Authority, Config, Source } from '../../src/config/model.ts';
import { lackOf, stateOf, type StoreDayFacts, type StoreDayState } from '../../src/exceptions/storeDays.ts';
import { completing, storeDays } from '../run/storeDays.ts';

const DAYS_BACK = 14;
const LAST_BATCH = '9223372036854775807';
/** Without a stated hour a store-day has the whole day after it. */
const WHOLE_DAY = '00:00';

export interface StoreDay {
  location: string;
  businessDate: string;
  state: StoreDayState;
  /** What is missing; '' of a complete one. */
  lacks: string;
}

export interface SourceReport {
  source: string;
  owner: string;
  contact: string;
  types: readonly string[];
  locations: readonly string[];
  authoritative: readonly Authority[];
  /** Store-days of the last 14 days; empty for a source that does not say when one is complete. */
  days: StoreDay[];
}

/** @param nowMs milliseconds since 1970 */
export async function listSources(client: pg.Pool, config: Config, nowMs: number): Promise<SourceReport[]> {
  const today = localDate(nowMs, 'UTC', WHOLE_DAY);
  const from = addDays(today, -DAYS_BACK);
  const window = { from, to: addDays(today, 1), horizon: LAST_BATCH, expectTo: today };
  const days = completing(config).length === 0 ? [] : await storeDays(client, config, window);
  return [...config.sources.values()].map((source) => ({
    source: source.name,
    owner: source.owner,
    contact: source.contact ?? '',
    types: source.types,
    locations: source.locations,
    authoritative: source.authoritative,
    days: days
      .filter((each) => each.source === source.name)
      .map((each) => storeDay(each, lastDue(config, source, each, nowMs)))
      .sort((a, b) => (`${a.businessDate} ${a.location}` < `${b.businessDate} ${b.location}` ? -1 : 1)),
  }));
}

function storeDay(facts: StoreDayFacts, due: IsoDate): StoreDay {
  const state = stateOf(facts, due);
  return {
    location: facts.location,
    businessDate: isoDate(facts.day),
    state,
    lacks: state === 'complete' ? '' : lackOf(facts),
  };
}

/** The last business day whose hour is over at the store. */
function lastDue(
  { companies, locations }: Config,
  { expect }: Source,
  { company, location }: StoreDayFacts,
  nowMs: number,
): IsoDate {
  const zone = locations.get(location)?.timeZone ?? companies.get(company)?.timeZone ?? 'UTC';
  return expect === undefined
    ? addDays(localDate(nowMs, zone, WHOLE_DAY), -2)
    : addDays(localDate(nowMs, zone, expect.by), -1);
}
