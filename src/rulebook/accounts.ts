// Compiles accounts.yaml: the names that rules use, each with its GL number, per company where they differ.
import type { Account } from './model.ts';
import { didYouMean } from './nearest.ts';
import type { YamlValue } from './yaml.ts';

/**
 * Reads every account of the file. One that cannot be read is noted, and keeps its name known: rules that name it are not
 * wrong for that.
 */
export function readAccounts(file: YamlValue): Map<string, Account> {
  const accounts = new Map<string, Account>();
  for (const [name, value] of file.map('NAME: { number: "1200", side: debit }')?.entries ?? []) {
    accounts.set(name, readAccount(name, value));
  }
  return accounts;
}

function readAccount(name: string, value: YamlValue): Account {
  const map = value.map('{ number: "1200", side: debit }');
  const number = map?.need('number', 'GL account number in quotes')?.text('GL account number in quotes');
  const normalSide = map
    ?.need('side', 'debit or credit, its normal side')
    ?.oneOf(['debit', 'credit'] as const);
  const title = map?.get('title')?.text() ?? name;
  const dimension =
    map
      ?.get('dimension')
      ?.oneOf(['jurisdiction', 'funder', 'type', 'kind', 'category', 'taxRate'] as const) ?? '';
  const statement = map?.get('statement')?.oneOf(['income', 'balance'] as const);
  const companies = new Map<string, string>();
  for (const [company, other] of map?.get('companies')?.map('COMPANY: "8400"')?.entries ?? []) {
    const text = other.text('GL account number in quotes');
    if (text !== undefined) companies.set(company, text);
  }
  map?.end();
  return {
    name,
    title,
    number: number ?? '',
    companies,
    normalSide: normalSide ?? 'debit',
    dimension,
    ...(statement === undefined ? {} : { statement }),
  };
}

/** The name of an account that accounts.yaml holds. */
export function readAccountName(
  value: YamlValue,
  accounts: ReadonlyMap<string, Account>,
): string | undefined {
  const name = value.text('a name in accounts.yaml');
  if (name === undefined || accounts.has(name)) return name;
  const todo = `${didYouMean(name, accounts.keys())}; a new account goes into accounts.yaml`;
  return value.refuse({ what: `accounts.yaml has no account ${name}`, todo });
}

/** The number of an account in one company. */
export function numberIn({ number, companies }: Account, company: string): string {
  return companies.get(company) ?? number;
}

/** The number of the account that a person named by its name or its number in one company; undefined for neither. */
export function numberWritten(
  accounts: ReadonlyMap<string, Account>,
  written: string,
  company: string,
): string | undefined {
  const known = accounts.get(written);
  if (known !== undefined) return numberIn(known, company);
  return [...accounts.values()].some((account) => numberIn(account, company) === written)
    ? written
    : undefined;
}

/**
 * Names by company and number, to compare accounts between companies that number them differently. Where several names
 * share a number the first counts; a number that no name has stands for itself.
 */
export function accountNaming(
  accounts: ReadonlyMap<string, Account>,
  companies: readonly string[],
): (line: { company: string; account: string }) => string {
  const names = new Map<string, string>();
  for (const account of [...accounts.values()].toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    for (const company of companies) {
      const key = `${company}\u001f${numberIn(account, company)}`;
      if (!names.has(key)) names.set(key, account.name);
    }
  }
  return ({ company, account }) => names.get(`${company}\u001f${account}`) ?? account;
}
