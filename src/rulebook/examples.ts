// Reads the worked examples of a posting rule: an event as an accountant would describe it, and the entry that should
// come of it. They are run by `rules check` and are no part of the rulebook's hash.
import type { Account, ExampleLine, WorkedExample } from './model.ts';
import { readAccountName } from './accounts.ts';
import type { YamlMap, YamlValue } from './yaml.ts';

/** The examples of one rule; where one cannot be read its problem is noted. */
export function readExamples(
  rule: string,
  map: YamlMap,
  accounts: ReadonlyMap<string, Account>,
): WorkedExample[] {
  return (map.get('examples')?.list() ?? []).flatMap((value) => readExample(rule, value, accounts) ?? []);
}

function readExample(
  rule: string,
  value: YamlValue,
  accounts: ReadonlyMap<string, Account>,
): WorkedExample | undefined {
  const map = value.map('{ given: EVENT, expect: LINES }');
  const title = map?.get('title')?.text() ?? '';
  const company = readCompany(map?.get('company'));
  const given = map?.need('given', 'the data of an event')?.json();
  const expect = map?.need('expect', 'a list of lines, or none');
  map?.end();
  if (given === undefined || given === null || typeof given !== 'object' || expect === undefined) {
    return undefined;
  }
  const lines = expect.isList
    ? expect.list().flatMap((line) => readExampleLine(line, accounts) ?? [])
    : expect.oneOf(['none'] as const) && [];
  if (lines === undefined) return undefined;
  return { rule, title, where: value.where, company, given: { ...given }, expect: lines };
}

function readCompany(value: YamlValue | undefined): WorkedExample['company'] {
  const map = value?.map('{ currency: EUR, inventoryMethod: retail, costOfSales: erp, taxAssessed: true }');
  const currency = map?.get('currency')?.text();
  const inventoryMethod = map?.get('inventoryMethod')?.oneOf(['cost', 'retail'] as const);
  const costOfSales = map?.get('costOfSales')?.oneOf(['events', 'erp'] as const);
  const taxAssessed = map?.get('taxAssessed')?.flag();
  map?.end();
  return {
    ...(currency === undefined ? {} : { currency }),
    ...(inventoryMethod === undefined ? {} : { inventoryMethod }),
    ...(costOfSales === undefined ? {} : { costOfSales }),
    ...(taxAssessed === undefined ? {} : { taxAssessed }),
  };
}

/** `{ debit: receivable, amount: 108.25, location: S001 }` */
function readExampleLine(value: YamlValue, accounts: ReadonlyMap<string, Account>): ExampleLine | undefined {
  const map = value.map('{ debit: receivable, amount: 108.25, location: S001 }');
  if (map === undefined) return undefined;
  const debit = map.get('debit');
  const credit = map.get('credit');
  const named = debit ?? credit;
  if (named === undefined || (debit !== undefined && credit !== undefined)) {
    return value.refuse({
      what: 'a line of an example is on one side',
      expected: 'debit: ACCOUNT or credit: ACCOUNT',
      found: named === undefined ? 'neither' : 'both',
    });
  }
  const account = readAccountName(named, accounts);
  const amount = map.need('amount', 'a decimal number such as 12.50')?.decimal();
  const location = map.get('location')?.text() ?? '';
  const dimension = map.get('dimension')?.text() ?? '';
  const currency = map.get('currency')?.text();
  const companyAmount = map.get('companyAmount')?.decimal();
  map.end();
  if (account === undefined || amount === undefined) return undefined;
  return {
    side: debit === undefined ? 'credit' : 'debit',
    account,
    amount,
    location,
    dimension,
    ...(currency === undefined ? {} : { currency }),
    ...(companyAmount === undefined ? {} : { companyAmount }),
    where: value.where,
  };
}
