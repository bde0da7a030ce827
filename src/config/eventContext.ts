// What the intake asks the configuration about a place, a sender or a company; lookups only, so that pure rooms can be
// handed them as functions.
import type { IsoDate } from '../accounting/dates.ts';
import type { EventContext } from '../events/model.ts';
import type { Config, Source } from './model.ts';

/** What reading an event needs to know: companies, locations and rates. */
export function eventContext(config: Config): EventContext {
  return {
    company: (code) => config.companies.get(code),
    location: (code) => config.locations.get(code),
    rate: (from, to, day) => (from === to ? '1' : config.rates.rate(from, to, day)),
    ...(config.sources.size === 0 ? {} : { source: (name) => sourceOf(config, name) }),
  };
}

/** The sender's own entry, else the one for whoever else. */
function sourceOf({ sources }: Config, name: string): Source | undefined {
  return sources.get(name) ?? sources.get('*');
}

/** True where the source's word on a fact of this type, at this place and day, counts over other sources'. */
export function isAuthoritative(
  config: Config,
  source: string,
  type: string,
  location: string,
  day: IsoDate,
): boolean {
  const setting = sourceOf(config, source);
  if (setting === undefined || (setting.types.length > 0 && !setting.types.includes(type))) return false;
  return setting.authoritative.some(
    ({ locations, from, to }) =>
      (locations === undefined || locations.includes(location)) &&
      (from === undefined || from <= day) &&
      (to === undefined || day <= to),
  );
}
