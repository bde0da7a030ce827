// A retail price lowered for good, or such a markdown cancelled. Under the retail method it changes the value of stock,
// so the cost amount is then required.
import { checkTotal, defineEvent } from './definition.ts';
import { amount, cost, fine } from './decimalFields.ts';
import { choice, list, optional, record, text } from './fields.ts';
import { AMOUNT_SCALE, printScaled } from '../money/scaled.ts';

export const MARKDOWN = defineEvent({
  type: 'retail.price.markdown.v1',
  noun: 'Markdown',
  key: ['markdownId'],
  needs: ['currency', 'location'],
  dayAt: 'location',
  reference: 'markdownId',
  ids: ['markdownId'],
  rules: {
    happens: 'prices are marked down, or a markdown is cancelled',
    measures: {
      retail: { text: 'the markdown at selling prices' },
      cost: { text: 'the markdown at cost' },
    },
    places: ['location'],
    conditions: ['kind'],
  },
  example: {
    company: 'US01',
    currency: 'USD',
    location: 'S001',
    markdownId: 'MD-1',
    kind: 'permanent',
    lines: [{ sku: 'A', quantity: '5', retailAmount: '25.00' }],
    total: '25.00',
  },
  fields: {
    markdownId: text(),
    kind: choice('permanent', 'cancel'),
    lines: list(
      record({
        sku: text(),
        quantity: fine('any'),
        retailAmount: amount('any'),
        costAmount: optional(cost('any')),
      }),
      1,
    ),
    total: amount('any'),
  },
  figures({ lines }) {
    let retail = 0n;
    let cost = 0n;
    for (const line of lines) {
      retail += line.retailAmount;
      cost += line.costAmount ?? 0n;
    }
    return { retail, cost };
  },
  check(data, { retail }, cursor, { facts }) {
    const cancels = data.kind === 'cancel';
    const expected = `0 or ${cancels ? 'less' : 'more'} for ${data.kind}`;
    const hasWrongSign = (units: bigint): boolean => (cancels ? units > 0n : units < 0n);
    data.lines.forEach((line, i) => {
      if (hasWrongSign(line.retailAmount)) {
        const found = printScaled(line.retailAmount, AMOUNT_SCALE);
        cursor.refuse('SCHEMA', `data.lines[${i}].retailAmount`, expected, found);
      }
      if (line.costAmount === undefined) {
        if (facts.inventoryMethod !== 'retail') return;
        const needed = 'the cost amount, which the retail method needs';
        cursor.refuse('SCHEMA', `data.lines[${i}].costAmount`, needed, 'nothing');
      } else if (hasWrongSign(line.costAmount)) {
        cursor.refuse(
          'SCHEMA',
          `data.lines[${i}].costAmount`,
          expected,
          printScaled(line.costAmount, AMOUNT_SCALE),
        );
      }
    });
    checkTotal(cursor, 'data.total', data.total, retail, () => 'sum of the retail amounts of the lines');
  },
  measures(_data, { retail, cost }, sheet) {
    sheet.amount('retail', retail);
    sheet.cost('cost', cost);
  },
});
