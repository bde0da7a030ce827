// A small company whose rulebook has control reconciliations: sales with captured tax, refunds, assessments, transfers.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { loadConfig } from '../../src/config/load.ts';
import type { Config } from '../../src/config/model.ts';
import { loadRulebook } from '../../src/config/rulebookFiles.ts';
import type { Rulebook } from '../../src/rulebook/model.ts';

const FILES: Readonly<Record<string, string>> = {
  'tieout.yaml': `dataDir: .tieout
rulebook: rulebook
rates: rates.csv
startDate: 2026-03-01
companies:
  US01: { currency: USD, timeZone: America/Chicago, inventoryMethod: cost, taxAssessed: { since: 2026-03-01, clearing: taxClearing }, closedPeriods: nextOpen }
sources:
  /oms: { owner: commerce, authoritative: true }
  /legacy: { owner: commerce }
`,
  'rates.csv': 'date,from,to,rate,type\n2026-03-01,EUR,USD,1.10,day\n',
  'rulebook/accounts.yaml': `receivable: { number: "1200", side: debit }
inventory: { number: "1400", side: debit }
goodsInTransit: { number: "1450", side: debit }
salesTax: { number: "2200", side: credit, dimension: jurisdiction }
taxClearing: { number: "2210", side: credit, dimension: jurisdiction }
revenue: { number: "4000", side: credit }
`,
  'rulebook/reconciliations.yaml': `- name: sales
  accounts: [receivable, revenue]
  unit: [company, ledger, location]
  graceDays: 5
  passes: [{ name: document, type: one-to-one, keys: [reference], window: { days: [-1, 5] } }]
- name: tax
  accounts: [salesTax, taxClearing]
  unit: [company, ledger, dimension]
  graceDays: 5
  passes: [{ name: document, type: one-to-one, keys: [reference] }]
- name: goods
  accounts: [inventory, goodsInTransit]
  unit: [company, ledger]
  graceDays: 5
  passes: [{ name: document, type: one-to-one, keys: [reference] }]
- { name: tax-clearing, control: TAX_ASSESSED_VARIANCE, accounts: [taxClearing], by: [reference, dimension], graceDays: 3 }
- { name: transit-arrives, control: IN_TRANSIT_AGED, accounts: [goodsInTransit], by: [reference], graceDays: 14 }
- { name: transit-complete, control: TRANSFER_VARIANCE, accounts: [goodsInTransit], by: [reference], graceDays: 0 }
`,
  'rulebook/postings/sales.yaml': `- event: retail.shipment.confirmed.v1
  effective: 2026-01-01
  reference: shipmentId
  lines:
    - { side: debit, account: receivable, amount: receivableOwn }
    - { side: credit, account: revenue, amount: net }
    - { side: credit, account: { default: salesTax, taxAssessed: taxClearing }, amount: taxOwn, by: jurisdiction }
- event: retail.refund.issued.v1
  effective: 2026-01-01
  reference: refundId
  lines:
    - { side: debit, account: revenue, amount: net }
    - { side: debit, account: { default: salesTax, taxAssessed: taxClearing }, amount: taxOwn, by: jurisdiction }
    - { side: credit, account: receivable, amount: receivableOwn }
- event: retail.tax.assessed.v1
  effective: 2026-01-01
  reference: documentId
  lines:
    - { side: debit, account: taxClearing, amount: tax, by: jurisdiction }
    - { side: credit, account: salesTax, amount: tax, by: jurisdiction }
- event: retail.transfer.shipped.v1
  effective: 2026-01-01
  reference: transferId
  lines:
    - { side: debit, account: goodsInTransit, amount: cost, at: toLocation }
    - { side: credit, account: inventory, amount: cost, at: fromLocation }
- event: retail.transfer.received.v1
  effective: 2026-01-01
  reference: transferId
  lines:
    - { side: debit, account: inventory, amount: cost, at: toLocation }
    - { side: credit, account: goodsInTransit, amount: cost, at: toLocation }
`,
};

/**
 * Writes the company into a folder of its own; `remove` takes it away.
 * @param settings rest of its line in tieout.yaml that differs: `closedPeriods: refuse`
 */
export function controlCompany(
  settings = 'closedPeriods: nextOpen',
  further = '',
): { dir: string; config: Config; rulebook: Rulebook; remove(): void } {
  const dir = mkdtempSync(join(tmpdir(), 'tieout-controls-'));
  mkdirSync(join(dir, 'rulebook', 'postings'), { recursive: true });
  for (const [path, text] of Object.entries(FILES)) writeFileSync(join(dir, path), text);
  const yaml = (FILES['tieout.yaml'] ?? '').replace('closedPeriods: nextOpen', settings);
  writeFileSync(join(dir, 'tieout.yaml'), yaml + further);
  const config = loadConfig(join(dir, 'tieout.yaml'), {});
  return {
    dir,
    config,
    rulebook: loadRulebook(config),
    remove: () => rmSync(dir, { recursive: true, force: true }),
  };
}
