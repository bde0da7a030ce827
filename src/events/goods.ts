// What transfers, adjustments and vendor returns share: lines of sku, quantity and extended cost, all in `currency`, and a
// total that is the sum of the costs.
import type { Cursor } from './cursor.ts';
import { checkTotal } from './definition.ts';
import { amount, fine } from './decimalFields.ts';
import { list, record, text } from './fields.ts';

/** Lines whose quantity and cost are zero or positive. */
export const COST_LINES = list(record({ sku: text(), quantity: fine(), cost: amount() }), 1);
/** Lines of an adjustment: either sign. */
export const SIGNED_COST_LINES = list(record({ sku: text(), quantity: fine('any'), cost: amount('any') }), 1);

/** Sum of the extended costs, in ten-thousandths. */
export function sumCost(lines: readonly { readonly cost: bigint }[]): bigint {
  return lines.reduce((sum, { cost }) => sum + cost, 0n);
}

/** The stated total must be that sum. */
export function checkCostTotal(total: bigint, cost: bigint, cursor: Cursor): void {
  checkTotal(cursor, 'data.total', total, cost, () => 'sum of the costs of the lines');
}
