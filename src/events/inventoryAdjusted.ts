// Stock corrected outside of sales and transfers: shrink, damage, a count, a find, own use, the first stock. Quantity, cost and total carry the
// sign of the change.
import { defineEvent } from './definition.ts';
import { amount } from './decimalFields.ts';
import { choice, text } from './fields.ts';
import { SIGNED_COST_LINES, checkCostTotal, sumCost } from './goods.ts';
import { AMOUNT_SCALE, FINE_SCALE, printScaled } from '../money/scaled.ts';

/** Sign the reason demands: -1 for what only takes away, 1 for what only adds, 0 for either. */
const SIGN = { shrink: -1n, damage: -1n, count: 0n, found: 1n, issue: -1n, initial: 1n } as const;

export const INVENTORY_ADJUSTED = defineEvent({
  type: 'retail.inventory.adjusted.v1',
  noun: 'Stock adjustment',
  key: ['adjustmentId'],
  needs: ['currency', 'location'],
  dayAt: 'location',
  reference: 'adjustmentId',
  ids: ['adjustmentId'],
  rules: {
    happens: 'stock is adjusted',
    measures: {
      increase: { text: 'the cost of goods found' },
      decrease: { text: 'the cost of goods lost' },
    },
    places: ['location'],
    conditions: ['reason'],
  },
  example: {
    company: 'US01',
    currency: 'USD',
    location: 'S001',
    adjustmentId: 'ADJ-1',
    reason: 'shrink',
    lines: [{ sku: 'A', quantity: '-2', cost: '-12.00' }],
    total: '-12.00',
  },
  fields: {
    adjustmentId: text(),
    reason: choice('shrink', 'damage', 'count', 'found', 'issue', 'initial'),
    lines: SIGNED_COST_LINES,
    total: amount('any'),
  },
  figures({ lines }) {
    let increase = 0n;
    let decrease = 0n;
    for (const { cost } of lines) {
      if (cost > 0n) increase += cost;
      else decrease -= cost;
    }
    return { increase, decrease };
  },
  check(data, _figures, cursor) {
    const sign = SIGN[data.reason];
    const signWords = sign < 0n ? `0 or less for ${data.reason}` : `0 or more for ${data.reason}`;
    data.lines.forEach(({ quantity, cost }, i) => {
      if (quantity * sign < 0n) {
        cursor.refuse('SCHEMA', `data.lines[${i}].quantity`, signWords, printScaled(quantity, FINE_SCALE));
      }
      if (cost * sign < 0n) {
        cursor.refuse('SCHEMA', `data.lines[${i}].cost`, signWords, printScaled(cost, AMOUNT_SCALE));
      }
      if (quantity * cost < 0n) {
        const found = `${printScaled(cost, AMOUNT_SCALE)} for a quantity of ${printScaled(quantity, FINE_SCALE)}`;
        cursor.refuse('SCHEMA', `data.lines[${i}].cost`, 'a cost with the sign of its quantity', found);
      }
    });
    checkCostTotal(data.total, sumCost(data.lines), cursor);
  },
  measures(_data, { increase, decrease }, sheet) {
    sheet.amount('increase', increase);
    sheet.amount('decrease', decrease);
  },
});
