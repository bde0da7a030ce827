// A small company for intake tests: one currency, a few accounts, units by location.
import { isoDate } from '../../src/accounting/dates.ts';
import { companyPeriods } from '../../src/accounting/companyPeriods.ts';
import type { IntakeContext } from '../../src/intake/context.ts';
import type { Account, PostingLine, Reconciliation, Rulebook } from '../../src/rulebook/model.ts';

function account(
  name: string,
  number: string,
  normalSide: 'debit' | 'credit',
  dimension = '',
): [string, Account] {
  return [name, { name, title: name, number, companies: new Map(), normalSide, dimension }];
}

function reconciliation(name: string, accounts: string[], unit: Reconciliation['unit']): Reconciliation {
  return {
    name,
    title: name,
    accounts,
    ledgers: ['GL'],
    unit,
    graceDays: 5,
    scope: { notDocumentTypes: ['ZX'] },
    passes: [],
  };
}

const line = (side: 'debit' | 'credit', name: string, measure: string): PostingLine => ({
  side,
  account: name,
  measure,
  at: 'location',
});

export const rulebook: Rulebook = {
  hash: 'rulebook-1',
  accounts: new Map([
    account('receivable', '1200', 'debit'),
    account('revenue', '4000', 'credit'),
    account('salesTax', '2200', 'credit', 'jurisdiction'),
    account('taxClearing', '2210', 'credit', 'jurisdiction'),
    account('cogs', '5000', 'debit'),
    account('inventory', '1400', 'debit'),
  ]),
  postings: [
    {
      name: 'shipment',
      event: 'retail.shipment.confirmed.v1',
      title: 'shipment',
      effectiveFrom: isoDate('2026-01-01'),
      when: new Map(),
      ledger: 'GL',
      lines: [
        line('debit', 'receivable', 'receivableOwn'),
        line('credit', 'revenue', 'net'),
        { ...line('credit', 'salesTax', 'taxOwn'), by: 'jurisdiction' },
        line('debit', 'cogs', 'cost'),
        line('credit', 'inventory', 'cost'),
      ],
      file: 'shipment.yaml:1',
    },
    {
      name: 'taxAssessed',
      event: 'retail.tax.assessed.v1',
      title: 'tax assessed',
      effectiveFrom: isoDate('2026-01-01'),
      when: new Map(),
      ledger: 'GL',
      lines: [
        { ...line('debit', 'taxClearing', 'tax'), by: 'jurisdiction' },
        { ...line('credit', 'salesTax', 'tax'), by: 'jurisdiction' },
      ],
      file: 'taxAssessed.yaml:1',
    },
  ],
  reconciliations: [
    reconciliation('receivable', ['receivable'], ['company', 'ledger']),
    reconciliation('revenue', ['revenue', 'salesTax', 'taxClearing'], ['company', 'ledger', 'location']),
    reconciliation('inventory', ['cogs', 'inventory'], ['company', 'ledger', 'location']),
  ],
  controls: [],
  settlement: [],
  exceptions: new Map(),
  canonical: '',
};

/** US01 in dollars, Chicago; starts 1 October 2026; `/oms` is authoritative. */
export function company(over: Partial<IntakeContext> = {}): IntakeContext {
  const us01 = {
    currency: 'USD',
    timeZone: 'America/Chicago',
    inventoryMethod: 'cost' as const,
    ...companyPeriods('monthly'),
  };
  const rate = (from: string, to: string) =>
    from === to ? '1' : from === 'EUR' && to === 'USD' ? '1.10' : undefined;
  return {
    rulebook,
    startDate: isoDate('2026-10-01'),
    events: {
      company: (code) => (code === 'US01' ? us01 : undefined),
      location: () => ({}),
      rate,
    },
    company: (code) => (code === 'US01' ? us01 : undefined),
    rate,
    isAuthoritative: (source) => source === '/oms',
    closedPeriods: () => 'nextOpen',
    clock: () => Date.parse('2026-12-10T00:00:00Z'),
    actor: 'test',
    ...over,
  };
}
