// Compiles one line of a posting rule: side, account, measure, place. Every term is one that the event type knows.
import { readAccountName } from './accounts.ts';
import type { Account, PostingLine } from './model.ts';
import { didYouMean } from './nearest.ts';
import type { MemberKind } from '../events/ruleTerms.ts';
import type { RuleVocabulary } from './vocabulary.ts';
import type { YamlMap, YamlValue } from './yaml.ts';

const SIDES = ['debit', 'credit'] as const;

/** One line of a posting rule; `terms` are those of its event type, undefined where that is unknown. */
export function readPostingLine(
  value: YamlValue,
  terms: RuleVocabulary | undefined,
  accounts: ReadonlyMap<string, Account>,
): PostingLine | undefined {
  const map = value.map('{ side: debit, account: receivable, amount: total }');
  if (map === undefined) return undefined;
  const side = map.need('side', 'debit or credit')?.oneOf(SIDES);
  const account = readAccountChoice(map.need('account', 'a name in accounts.yaml'), accounts);
  const amount = map.need('amount', 'a measure of the event');
  const measure = amount?.text('a measure of the event');
  const known = terms === undefined || measure === undefined ? undefined : terms.measures[measure];
  if (terms !== undefined && measure !== undefined && known === undefined) {
    const todo = didYouMean(measure, Object.keys(terms.measures));
    amount?.refuse({ what: `the event has no measure ${measure}`, todo });
  }
  const members = known?.members;
  const of = known === undefined ? map.get('of')?.text() : readOf(map.get('of'), measure ?? '', members);
  const by =
    known === undefined ? map.get('by') !== undefined : readBy(map.get('by'), measure ?? '', members);
  const at = readPlace(map, terms);
  map.end();
  if (side === undefined || account === undefined || measure === undefined || at === undefined)
    return undefined;
  return {
    side,
    ...account,
    measure,
    ...(of === undefined ? {} : { of }),
    ...(by ? { by: 'member' as const } : {}),
    at,
  };
}

function readAccountChoice(
  value: YamlValue | undefined,
  accounts: ReadonlyMap<string, Account>,
): Pick<PostingLine, 'account' | 'accountBy'> | undefined {
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
    const section = map?.get(key)?.map('VALUE: ACCOUNT');
    if (section === undefined) continue;
    const byValue = new Map<string, string>();
    for (const [each, name] of section.entries) {
      const other = readAccountName(name, accounts);
      if (other !== undefined) byValue.set(each, other);
    }
    accountBy[key] = byValue;
  }
  map?.end();
  return account === undefined ? undefined : { account, accountBy };
}

function readOf(
  value: YamlValue | undefined,
  measure: string,
  members: MemberKind | undefined,
): string | undefined {
  const of = value?.text();
  if (of === undefined) return undefined;
  if (members === undefined) {
    return value?.refuse({ what: `measure ${measure} has no members`, todo: 'remove `of`' });
  }
  const { known } = members;
  if (known === undefined || Object.hasOwn(known, of)) return of;
  const todo = didYouMean(of, Object.keys(known));
  return value?.refuse({ what: `measure ${measure} has no member ${of}`, todo });
}

function readBy(value: YamlValue | undefined, measure: string, members: MemberKind | undefined): boolean {
  const by = value?.text();
  if (by === undefined || by === members?.name) return by !== undefined;
  const todo = members === undefined ? 'remove `by`' : `use by: ${members.name}`;
  value?.refuse({ what: `measure ${measure} is not divided by ${by}`, todo });
  return false;
}

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
