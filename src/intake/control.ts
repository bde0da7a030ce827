// Control totals: what the extract claims against what it holds. A difference refuses the extract, because nobody can say
// which lines are missing or which are too many.
import { AMOUNT_SCALE, printScaled } from '../events/scaled.ts';
import type { Control } from '../feeds/control.ts';
import type { ControlFigures, DeliveryReport } from './delivery.ts';

/** Rows and sums of an extract, in ten-thousandths. */
export interface ControlTally {
  received: number;
  debit: bigint;
  credit: bigint;
}

/** Both figures side by side, of the fields that the control file gives. */
export function checkControl(control: Control, tally: ControlTally): NonNullable<DeliveryReport['control']> {
  const expected: ControlFigures = {};
  const found: ControlFigures = {};
  let ok = true;
  if (control.rows !== null) {
    expected.rows = control.rows;
    found.rows = tally.received;
    ok &&= control.rows === tally.received;
  }
  for (const side of ['debit', 'credit'] as const) {
    const claimed = control[side];
    if (claimed === null) continue;
    expected[side] = printScaled(claimed, AMOUNT_SCALE, 2);
    found[side] = printScaled(tally[side], AMOUNT_SCALE, 2);
    ok &&= claimed === tally[side];
  }
  return { ok, expected, found };
}
