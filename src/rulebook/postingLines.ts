// Compiles one line of a posting rule: side, account, measure, place. Every term is one that the event type knows.
import { readAccountName } from './accounts.ts';
import type { Account, PostingLine } from './model.ts';
import { didYouMean } from './nearest.ts';
import { divisionOf, divisionsOf } from '../events/ruleTerms.ts';
import type { MeasureTerm } from '../events/ruleTerms.ts';
import type { RuleVocabulary } from './vocabulary.ts';
import type { YamlMap, YamlValue } from './yaml.ts';

const SIDES = ['debit', 'credit'] as const;
/** Under which key `account` names other accounts for the members of a division. */
const ACCOUNTS_BY: Readonly<Record<string, string>> = {
  kinds: 'kind',
  categories: 'category',
  taxRates: 'taxRate',
  jurisdictions: 'jurisdiction',
  types: 'type',
  codes: 'code',
  funders: 'funder',
};

/** One line of a posting rule; `terms` are those of its event type, undefined where that is unknown. */
export function readPostingLine(
  value: YamlValue,
  terms: RuleVocabulary | undefined,
  accounts: ReadonlyMap<string, Account>,
): PostingLine | undefined {
  const map = value.map('{ side: debit, account: receivable, amount: total }');
  if (map === undefined) return undefined;
  const side = map.need('side', 'debit or credit')?.oneOf(SIDES);
  const account = map.need('account', 'a name in accounts.yaml');
  const amount = map.need('amount', 'a measure of the event');
  const measure = amount?.text('a measure of the event');
  const known = terms === undefined || measure === undefined ? undefined : terms.measures[measure];
  if (terms !== undefined && measure !== undefined && known === undefined) {
    const todo = didYouMean(measure, Object.keys(terms.measures));
    amount?.refuse({ what: `the event has no measure ${measure}`, todo });
  }
  const choice = readAccountChoice(account, accounts, measure ?? '', known);
  const of = readOf(map.get('of'), measure ?? '', known);
  const by = readBy(map.get('by'), measure ?? '', known);
  const at = readPlace(map, terms);
  map.end();
  if (side === undefined || choice === undefined || measure === undefined || at === undefined)
    return undefined;
  return {
    side,
    ...choice,
    measure,
    ...(of === undefined ? {} : { of }),
    ...(by === undefined ? {} : { by }),
    at,
  };
}

function readAccountChoice(
  value: YamlValue | undefined,
  accounts: ReadonlyMap<string, Account>,
  measure: string,
  term: MeasureTerm | undefined,
): Pick<PostingLine, 'account' | 'accountBy' | 'accountOf'> | undefined {
  if (value === undefined) return undefined;
  if (!value.isMap) {
    const account = readAccountName(value, accounts);
    return account === undefined ? undefined : { account };
  }
  const map = value.map();
  const standard = map?.need('default', 'a name in accounts.yaml');
  const account = standard === undefined ? undefined : readAccountName(standard, accounts);
  const accountBy: NonNullable<PostingLine['accountBy']> = {};
  const assessed = map?.get('taxAssessed');
  const taxAssessed = assessed === undefined ? undefined : readAccountName(assessed, accounts);
  if (taxAssessed !== undefined) accountBy.taxAssessed = taxAssessed;
  for (const key of ['companies', 'channels', 'locations'] as const) {
    const section = map?.get(key);
    if (section !== undefined) accountBy[key] = readAccountsByValue(section, accounts);
  }
  const accountOf = Object.entries(ACCOUNTS_BY).flatMap(([key, by]) => {
    const section = map?.get(key);
    if (section === undefined) return [];
    if (term !== undefined && divisionOf(term, by) === undefined)
      section.refuse({ what: `measure ${measure} is not divided by ${by}`, todo: `remove \`${key}\`` });
    return [{ by, accounts: readAccountsByValue(section, accounts) }];
  });
  map?.end();
  if (account === undefined) return undefined;
  return { account, accountBy, ...(accountOf.length === 0 ? {} : { accountOf }) };
}

function readAccountsByValue(
  value: YamlValue,
  accounts: ReadonlyMap<string, Account>,
): ReadonlyMap<string, string> {
  const byValue = new Map<string, string>();
  for (const [each, name] of value.map('VALUE: ACCOUNT')?.entries ?? []) {
    const other = readAccountName(name, accounts);
    if (other !== undefined) byValue.set(each, other);
  }
  return byValue;
}

/** `of: food` takes a member of the measure's first division, `of: { category: food }` one of another. */
function readOf(
  value: YamlValue | undefined,
  measure: string,
  term: MeasureTerm | undefined,
): PostingLine['of'] {
  if (value === undefined) return undefined;
  const entry = value.isMap ? [...(value.map('{ DIVISION: MEMBER }')?.entries ?? [])] : undefined;
  if (entry !== undefined && entry.length !== 1)
    return value.refuse({ what: 'of names one member', expected: 'of: MEMBER or of: { DIVISION: MEMBER }' });
  const by = entry?.[0]?.[0] ?? term?.members?.name ?? '';
  const member = (entry?.[0]?.[1] ?? value).text();
  if (member === undefined) return undefined;
  if (term === undefined) return { by, member };
  const division = divisionOf(term, by);
  if (term.members === undefined)
    return value.refuse({ what: `measure ${measure} has no members`, todo: 'remove `of`' });
  if (division === undefined) {
    const todo = didYouMean(by, divisionNames(term));
    return value.refuse({ what: `measure ${measure} is not divided by ${by}`, todo });
  }
  const { known } = division;
  if (known === undefined || Object.hasOwn(known, member)) return { by, member };
  const todo = didYouMean(member, Object.keys(known));
  return value.refuse({ what: `measure ${measure} has no member ${member}`, todo });
}

function readBy(
  value: YamlValue | undefined,
  measure: string,
  term: MeasureTerm | undefined,
): string | undefined {
  const by = value?.text();
  if (by === undefined || term === undefined || divisionOf(term, by) !== undefined) return by;
  const names = divisionNames(term);
  const todo = names.length === 0 ? 'remove `by`' : `use by: ${names.join(' or by: ')}`;
  return value?.refuse({ what: `measure ${measure} is not divided by ${by}`, todo });
}

const divisionNames = (term: MeasureTerm): string[] => divisionsOf(term).map(({ name }) => name);

function readPlace(map: YamlMap, terms: RuleVocabulary | undefined): PostingLine['at'] | undefined {
  const at = map.get('at');
  // The event is unknown, which is noted: nothing can be said about its places.
  if (terms === undefined) return 'location';
  const { places } = terms;
  if (at !== undefined) return at.oneOf(places);
  if (places.includes('location')) return 'location';
  return map.value.refuse({
    what: 'the line does not say where it is',
    expected: `at: ${places.join(' or ')}`,
    found: 'no `at`; this event has no single location',
  });
}
