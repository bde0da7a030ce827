// The smallest rulebook that holds every kind of thing; error tests change one piece of it.
import { explainError } from '../../src/errors.ts';
import type { Compilation, RulebookFile } from '../../src/rulebook/compile.ts';
import { compileRulebook } from '../../src/rulebook/compile.ts';

export const SMALL: Readonly<Record<string, string>> = {
  'accounts.yaml': `receivable: { number: "1200", side: debit, title: Receivables }
revenue: { number: "4000", side: credit, companies: { DE01: "8400" } }
salesTax: { number: "2200", side: credit, dimension: jurisdiction }
taxClearing: { number: "2210", side: credit, dimension: jurisdiction }
cogs: { number: "5000", side: debit }
inventory: { number: "1400", side: debit }
rounding: { number: "6900", side: debit }
`,
  'postings/shipment.yaml': `event: retail.shipment.confirmed.v1
effective: 2026-01-01
until: 2026-12-31
when: { fulfilment: [ship, pickup] }
reference: shipmentId
lines:
  - { side: debit, account: receivable, amount: receivableOwn, at: sellingLocation }
  - { side: debit, account: receivable, amount: tender, of: giftCard, at: sellingLocation }
  - { side: credit, account: revenue, amount: net, at: sellingLocation }
  - { side: credit, account: { default: salesTax, taxAssessed: taxClearing }, amount: taxOwn, by: jurisdiction }
  - { side: debit, account: cogs, amount: cost }
  - { side: credit, account: inventory, amount: cost }
examples:
  - given:
      company: US01
      currency: USD
      channel: web
      location: W001
      shipmentId: S1
      orderId: O1
      fulfilment: ship
      lines: [{ lineId: "1", sku: A, quantity: 1, net: 10.00, cost: 6.00, taxes: [{ jurisdiction: IL, amount: 0.80 }] }]
      total: 10.80
    expect:
      - { debit: receivable, amount: 10.80, location: W001 }
      - { credit: revenue, amount: 10.00, location: W001 }
      - { credit: salesTax, amount: 0.80, location: W001, dimension: IL }
      - { debit: cogs, amount: 6.00, location: W001 }
      - { credit: inventory, amount: 6.00, location: W001 }
`,
  'postings/transfer.yaml': `event: retail.transfer.shipped.v1
entry: none
because: stock is kept per company here
examples:
  - given:
      company: US01
      currency: USD
      transferId: T1
      fromLocation: W001
      toLocation: S001
      lines: [{ sku: A, quantity: 1, cost: 6.00 }]
      total: 6.00
    expect: none
`,
  'reconciliations.yaml': `- name: sales
  accounts: [receivable, revenue, rounding]
  unit: [company, ledger, location]
  graceDays: 5
  calendar: us
  passes:
    - { name: document, type: one-to-one, keys: [reference], window: { days: [-1, 5], calendar: us } }
    - name: cents
      type: one-to-one
      keys: [{ expected: [orderId, shipmentId], ledger: assignment, normalise: [upper, { extract: 'S([0-9]+)' }] }]
      tolerance: { amount: { USD: [-0.05, 0.05], other: [0, 0] }, account: rounding, budget: { perRun: 50.00 } }
    - { name: elsewhere, type: one-to-one, keys: [reference], across: [account] }
    - { name: day, type: many-to-one, keys: [], per: [businessDate], window: { days: [0, 1] }, sides: separate, active: false,
        where: { expected: { channels: [store], not: { brands: [outlet] } }, ledger: { reference: '^POS-', not: { documentTypes: [AB] } } } }
- name: tax
  accounts: [salesTax, taxClearing]
  unit: [dimension]
  scope: { where: { notJournalSources: [Payments] } }
  graceDays: 5
  passes: []
- name: goods
  accounts: [cogs, inventory]
  unit: [location]
  graceDays: 5
  passes: []
- name: clearing
  control: TAX_ASSESSED_VARIANCE
  accounts: [taxClearing]
  by: [reference, dimension]
  graceDays: 3
`,
  'exceptions.yaml': `TIMING:
  title: Still expected
  owner: nobody
  owners: [{ account: salesTax, over: 10.00, owner: tax }]
  dueDays: 10
  action: Wait.
`,
};

export const AROUND = { calendars: ['us'], taxClearing: new Map([['US01', 'taxClearing']]) };

export function filesOf(texts: Readonly<Record<string, string>>): RulebookFile[] {
  return Object.entries(texts).map(([name, text]) => ({ name, text, shown: `rulebook/${name}` }));
}

export function compileSmall(texts: Readonly<Record<string, string>> = SMALL): Compilation {
  return compileRulebook(filesOf(texts), 'rulebook', AROUND);
}

/** The small rulebook with one text replaced, which must be there. */
export function changed(file: string, old: string, by: string): Record<string, string> {
  const text = SMALL[file] ?? '';
  if (!text.includes(old)) throw new Error(`${file} has no ${old}`);
  return { ...SMALL, [file]: text.replace(old, by) };
}

export function messages(compilation: Compilation): string {
  return compilation.ok ? 'no problem' : compilation.problems.map(explainError).join('\n');
}
