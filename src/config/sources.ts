// The register of sources: who sends events, who answers for them, what they may say, and when a day of theirs is complete.
import type { IsoDate } from '../accounting/dates.ts';
import type { YamlValue } from '../rulebook/yaml.ts';
import type { Authority, Source, StoreDaysExpected } from './model.ts';

const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] as const;
const MOST_HELD = 31;

/** One entry of `sources`; all but the owner may be left out. */
export function readSource(value: YamlValue): Source | undefined {
  const map = value.map('{ owner: ..., types: [...], locations: [...], authoritative: true }');
  const owner = map?.need('owner', 'who answers for it')?.text();
  const contact = map?.get('contact')?.text();
  const types = map?.get('types')?.texts('a list of event types') ?? [];
  const locations = map?.get('locations')?.texts('a list of location codes') ?? [];
  const since = map?.get('since')?.date();
  const authoritative = readAuthority(map?.get('authoritative'), since);
  const complete = map?.get('complete')?.oneOf(['dayClose'] as const);
  const holdAtMost = map?.get('holdAtMost')?.wholeNumber(1, MOST_HELD);
  const expect = readExpected(map?.get('expect'), since);
  if (complete === undefined && (holdAtMost !== undefined || expect !== undefined))
    value.refuse({
      what: 'store-days are expected or held, and nothing says when one is complete',
      expected: 'complete: dayClose',
    });
  if (expect !== undefined && locations.length === 0)
    value.refuse({ what: 'store-days are expected of no store', expected: 'locations: [S001, ...]' });
  map?.end();
  if (owner === undefined) return undefined;
  return {
    name: value.name,
    owner,
    types,
    locations,
    authoritative,
    ...(contact === undefined ? {} : { contact }),
    ...(expect === undefined ? {} : { expect }),
    ...(complete === undefined ? {} : { complete }),
    ...(holdAtMost === undefined ? {} : { holdAtMost }),
  };
}

function readExpected(
  value: YamlValue | undefined,
  since: IsoDate | undefined,
): StoreDaysExpected | undefined {
  const map = value?.map('{ every: day, by: "06:00" }');
  map?.need('every', 'day')?.oneOf(['day'] as const);
  const by = map?.need('by', 'a local time of the day after, "HH:MM"')?.timeOfDay();
  const opened = map?.get('weekdays')?.list();
  const calendar = map?.get('calendar')?.text();
  const weekdays = opened?.flatMap((each) => each.oneOf(WEEKDAYS) ?? []);
  map?.end();
  if (by === undefined) return undefined;
  return {
    by,
    ...(since === undefined ? {} : { since }),
    ...(weekdays === undefined ? {} : { weekdays: new Set(weekdays.map((each) => WEEKDAYS.indexOf(each))) }),
    ...(calendar === undefined ? {} : { calendar }),
  };
}

/** `true` (from `since` on), `false`, or a list of where and when: `[{ locations: [S001], from: 2026-10-01 }]`. */
function readAuthority(value: YamlValue | undefined, since: IsoDate | undefined): readonly Authority[] {
  if (value === undefined) return [];
  if (!value.isList) return value.flag() === true ? [since === undefined ? {} : { from: since }] : [];
  return value.list().flatMap((item) => {
    const map = item.map('{ locations: [S001], from: YYYY-MM-DD, to: YYYY-MM-DD }');
    const locations = map?.get('locations')?.texts();
    const from = map?.get('from')?.date();
    const to = map?.get('to')?.date();
    map?.end();
    const authority = {
      ...(locations === undefined ? {} : { locations }),
      ...(from === undefined ? {} : { from }),
      ...(to === undefined ? {} : { to }),
    };
    return map === undefined ? [] : [authority];
  });
}
