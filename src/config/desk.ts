// What the desk needs of tieout.yaml: what is material in a company, and who is in a team.
import { decimal, type Decimal } from '../money/decimal.ts';
import type { YamlValue } from '../rulebook/yaml.ts';

/** Where nobody says: an amount that a person looks at first. */
const OTHERWISE = '100';

/**
 * `{ default: 100.00, US01: 250.00 }`: in company currency, more than zero. Under `default` what counts for the others.
 */
export function readMateriality(
  value: YamlValue | undefined,
  companies: ReadonlyMap<string, unknown>,
): ReadonlyMap<string, Decimal> {
  const found = new Map<string, Decimal>([['default', decimal(OTHERWISE)]]);
  for (const [name, each] of value?.map('{ default: AMOUNT, COMPANY: AMOUNT }')?.entries ?? []) {
    if (name !== 'default' && !companies.has(name))
      each.refuse({ what: `no company ${name}`, expected: `default, ${[...companies.keys()].join(', ')}` });
    const amount = each.decimal();
    if (amount === undefined) continue;
    if (amount.isPositive() && !amount.isZero()) found.set(name, amount);
    else each.refuse({ what: 'what is material is more than zero', found: amount.toFixed() });
  }
  return found;
}

/** `{ keyFile: /etc/tieout/evidence.pem }` */
export function readEvidence(
  value: YamlValue | undefined,
  absolute: (path: string) => string,
): { keyFile?: string } {
  const map = value?.map('{ keyFile: FILE }');
  const keyFile = map?.need('keyFile', 'the file of the private key')?.text('a path');
  map?.end();
  return keyFile === undefined ? {} : { keyFile: absolute(keyFile) };
}

/** `{ tax: [mia], store-accounting: [ben, ana] }`: the people behind an owner that exceptions.yaml names. */
export function readTeams(value: YamlValue | undefined): ReadonlyMap<string, readonly string[]> {
  const teams = new Map<string, readonly string[]>();
  for (const [team, people] of value?.map('{ TEAM: [USER, ...] }')?.entries ?? [])
    teams.set(team, people.texts('a list of users') ?? []);
  return teams;
}
