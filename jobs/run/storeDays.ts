// The store-days that the register of sources expects, with what has come of each.
import type pg from 'pg';
import { weekday } from '../../src/accounting/businessDays.ts';
import { addDays, type IsoDate, isoDate } from '../../src/accounting/dates.ts';
import type { Config, Source } from '../../src/config/model.ts';
import { storeDayFacts } from '../../src/db/run/controls/storeDays.ts';
import { STORE_DAY_CLOSED } from '../../src/events/dayClosed.ts';
import { REFUND } from '../../src/events/refund.ts';
import { SHIPMENT } from '../../src/events/shipment.ts';
import {
  type HeldStoreDay,
  heldStoreDays,
  lastDueOf,
  type StoreDayFacts,
} from '../../src/exceptions/storeDays.ts';

/** Sources that say when a store-day is complete. */
export function completing({ sources }: Config): Source[] {
  return [...sources.values()].filter(({ complete }) => complete !== undefined);
}

/**
 * Store-days from `from` to `to` (both inside): those of which something came, and those that the calendar expects.
 * @param expectTo the last day that is expected already; later ones count only when something of them came
 */
export async function storeDays(
  client: pg.ClientBase | pg.Pool,
  config: Config,
  { from, to, horizon, expectTo }: { from: IsoDate; to: IsoDate; horizon: string; expectTo: IsoDate },
): Promise<StoreDayFacts[]> {
  const sources = completing(config);
  if (sources.length === 0) return [];
  const came = await storeDayFacts(client, {
    sources: sources.map(({ name }) => name),
    from,
    to,
    horizon,
    types: { sale: SHIPMENT.type, refund: REFUND.type, dayClosed: STORE_DAY_CLOSED.type },
  });
  const keyOf = ({ source, location, day }: Pick<StoreDayFacts, 'source' | 'location' | 'day'>): string =>
    [source, location, day].join('\u001f');
  const known = new Set(came.map(keyOf));
  const companies = new Map(came.map((each) => [`${each.source}\u001f${each.location}`, each.company]));
  const only = config.companies.size === 1 ? ([...config.companies.keys()][0] ?? '') : '';
  const silent = sources
    .flatMap((source) => expectedOf(source, config, from, expectTo))
    .filter((each) => !known.has(keyOf(each)))
    .map((each) => ({
      ...each,
      company: companies.get(`${each.source}\u001f${each.location}`) ?? only,
      receipts: 0,
      closed: false,
      gaps: [],
      missing: 0,
    }));
  return [...came, ...silent];
}

function expectedOf(
  { name: source, locations, expect }: Source,
  { startDate, calendars }: Config,
  from: IsoDate,
  to: IsoDate,
): { source: string; location: string; day: string }[] {
  if (expect === undefined) return [];
  const holidays = calendars.get(expect.calendar ?? '')?.holidays;
  const days: IsoDate[] = [];
  const first = [from, startDate, expect.since ?? startDate].reduce((a, b) => (a > b ? a : b));
  for (let day = first; day <= to; day = addDays(day, 1))
    if (expect.weekdays?.has(weekday(day)) !== false && holidays?.has(day) !== true) days.push(day);
  return locations.flatMap((location) => days.map((day) => ({ source, location, day })));
}

/** The store-days whose lines wait in a run. */
export async function storeDaysHeld(
  client: pg.ClientBase,
  config: Config,
  pins: { asOf: string; horizon: string },
): Promise<HeldStoreDay[]> {
  const most = new Map(completing(config).map(({ name, holdAtMost }) => [name, holdAtMost]));
  const longest = Math.max(0, ...[...most.values()].map((days) => days ?? 0));
  if (longest === 0) return [];
  const asOf = isoDate(pins.asOf);
  const days = await storeDays(client, config, {
    from: addDays(asOf, -longest),
    to: asOf,
    horizon: pins.horizon,
    expectTo: lastDueOf(asOf),
  });
  return heldStoreDays(days, asOf, (source) => most.get(source));
}
