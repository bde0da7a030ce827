// Compiles exceptions.yaml: for each reason its plain title, owner, due days and usual action. They are words for people
// and no part of the rulebook's hash: a new owner must not make another rulebook.
import { CONTROL_REASONS, DIFFERENCE_REASONS } from './reasons.ts';
import type { Decimal } from '../money/decimal.ts';
import { readAccountName } from './accounts.ts';
import type { Account, ExceptionPolicy } from './model.ts';
import type { YamlMap, YamlValue } from './yaml.ts';

const REASONS: readonly string[] = [...DIFFERENCE_REASONS, ...CONTROL_REASONS];
const MOST_DUE_DAYS = 366;

/** A policy for every reason there is; where the file has none, plain words of last resort. */
export function readExceptionPolicies(
  file: YamlValue | undefined,
  accounts: ReadonlyMap<string, Account>,
): Map<string, ExceptionPolicy> {
  const map = file?.map('REASON: { title, owner, dueDays, action }');
  const policies = new Map<string, ExceptionPolicy>();
  for (const reason of REASONS) {
    const value = map?.get(reason);
    policies.set(
      reason,
      (value && readPolicy(reason, value.map(), value, accounts)) ?? policyOfLastResort(reason),
    );
  }
  map?.end();
  return policies;
}

function policyOfLastResort(reason: string): ExceptionPolicy {
  const words = reason.toLowerCase().replaceAll('_', ' ');
  const title = words.charAt(0).toUpperCase() + words.slice(1);
  return {
    reason,
    title,
    owner: 'finance',
    owners: [],
    dueDays: 5,
    action: 'Find the cause and correct it.',
  };
}

function readPolicy(
  reason: string,
  map: YamlMap | undefined,
  value: YamlValue,
  accounts: ReadonlyMap<string, Account>,
): ExceptionPolicy | undefined {
  if (map === undefined) return undefined;
  const title = map.need('title', 'what happened, in plain words')?.text();
  const owner = map.need('owner', 'who looks at it')?.text();
  const owners = (map.get('owners')?.list() ?? []).flatMap((item) => readOwner(item, accounts) ?? []);
  const dueDays = map.need('dueDays', 'days until it should be settled')?.wholeNumber(0, MOST_DUE_DAYS);
  const action = map.need('action', 'what is usually done')?.text();
  map.end();
  if (title === undefined || owner === undefined || dueDays === undefined || action === undefined) {
    return undefined;
  }
  if (action === '' || title === '') value.refuse({ what: `${reason} has an empty text` });
  return { reason, title, owner, owners, dueDays, action };
}

/** `{ account: salesTax, owner: tax }`: narrower owners, the first that fits wins. */
function readOwner(
  value: YamlValue,
  accounts: ReadonlyMap<string, Account>,
): ExceptionPolicy['owners'][number] | undefined {
  const map = value.map('{ account: salesTax, owner: tax }');
  const named = map?.get('account');
  const account = named === undefined ? undefined : readAccountName(named, accounts);
  const location = map?.get('location')?.text();
  const over: Decimal | undefined = map?.get('over')?.decimal();
  const owner = map?.need('owner', 'who looks at it')?.text();
  map?.end();
  if (owner === undefined) return undefined;
  return {
    ...(account === undefined ? {} : { account }),
    ...(location === undefined ? {} : { location }),
    ...(over === undefined ? {} : { over }),
    owner,
  };
}
