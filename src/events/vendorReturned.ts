// Goods sent back to a vendor, and the credit that the vendor owes for them.
import { defineEvent } from './definition.ts';
import { amount } from './decimalFields.ts';
import { text } from './fields.ts';
import { COST_LINES, checkCostTotal, sumCost } from './goods.ts';
import { FEES, TAXES } from './sale.ts';

export const VENDOR_RETURNED = defineEvent({
  type: 'retail.vendor.returned.v1',
  noun: 'Vendor return',
  key: ['vendorReturnId'],
  needs: ['currency', 'location'],
  dayAt: 'location',
  reference: 'vendorReturnId',
  ids: ['vendorReturnId', 'vendorId'],
  rules: {
    happens: 'goods go back to their vendor',
    measures: {
      cost: { text: 'the cost of the goods' },
      tax: { text: 'the tax on the return' },
      fees: { text: 'fees charged by the vendor' },
      claim: { text: 'the claim: credit expected, plus tax, less fees' },
      difference: { text: 'the credit expected, less fees, less the cost' },
    },
    places: ['location'],
    conditions: ['vendorId'],
  },
  example: {
    company: 'US01',
    currency: 'USD',
    location: 'W100',
    vendorReturnId: 'VR-1',
    vendorId: 'V-9',
    lines: [{ sku: 'A', quantity: '4', cost: '24.00' }],
    creditExpected: '22.00',
    total: '24.00',
  },
  fields: {
    vendorReturnId: text(),
    vendorId: text(),
    lines: COST_LINES,
    creditExpected: amount(),
    taxes: TAXES,
    fees: FEES,
    total: amount(),
  },
  figures(data) {
    let tax = 0n;
    let fees = 0n;
    for (const each of data.taxes ?? []) tax += each.amount;
    for (const fee of data.fees ?? []) {
      fees += fee.net;
      // As in a refund, tax on what is charged lowers the tax to be returned.
      for (const each of fee.taxes ?? []) tax -= each.amount;
    }
    return { cost: sumCost(data.lines), tax, fees };
  },
  check: (data, { cost }, cursor) => checkCostTotal(data.total, cost, cursor),
  measures({ creditExpected }, { cost, tax, fees }, sheet) {
    sheet.amount('cost', cost);
    sheet.amount('tax', tax);
    sheet.amount('fees', fees);
    sheet.amount('claim', creditExpected + tax - fees);
    sheet.amount('difference', creditExpected - fees - cost);
  },
});
