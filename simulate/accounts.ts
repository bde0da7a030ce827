// The chart of accounts of the simulated ERP: the numbers of examples/retail/rulebook/accounts.yaml, written down a second
// time so that a wrong number in either shows as a mistake that nobody made.
import type { Company } from './world.ts';

const NUMBERS = {
  receivable: '1200',
  marketplaceReceivable: '1210',
  vendorClaims: '1220',
  intercompanyReceivable: '1250',
  inventory: '1400',
  goodsInTransit: '1450',
  giftCards: '2100',
  exchangeClearing: '2130',
  intercompanyPayable: '2150',
  salesTax: '2200',
  taxClearing: '2210',
  revenue: '4000',
  shippingRevenue: '4100',
  feeIncome: '4150',
  salesReturns: '4200',
  intercompanyMargin: '4300',
  cogs: '5000',
  returnsWriteOff: '5100',
  shrinkage: '5200',
  damagedGoods: '5210',
  countDifferences: '5220',
  inventoryMarkdowns: '5300',
  purchaseReturnDifferences: '5400',
  // In no reconciliation: what the events do not explain at all.
  cash: '1000',
  goodsReceived: '2900',
  suspense: '6990',
} as const;

export type AccountName = keyof typeof NUMBERS;

/** Numbers that differ in one company. */
const OTHERS: Readonly<Partial<Record<Company, Readonly<Partial<Record<AccountName, string>>>>>> = {
  DE01: { salesTax: '1776', revenue: '8400', shippingRevenue: '8405', salesReturns: '8700' },
};

export function accountNumber(name: AccountName, company: Company): string {
  return OTHERS[company]?.[name] ?? NUMBERS[name];
}
