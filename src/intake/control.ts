// What the control file claims against what the extract holds: totals, and the scope. A difference refuses the extract,
// because nobody can say which lines are missing, which are too many, or whether the scope was copied from another month.
import { UserError } from '../errors.ts';
import { AMOUNT_SCALE, printScaled } from '../money/scaled.ts';
import { fewOf } from '../fewOf.ts';
import type { Control } from '../feeds/control.ts';
import type { ControlFigures, DeliveryReport } from './delivery.ts';

/** Rows and sums of an extract, in ten-thousandths. */
export interface ControlTotals {
  received: number;
  debit: bigint;
  credit: bigint;
  /** Of the lines that were accepted. */
  companies: ReadonlySet<string>;
  ledgers: ReadonlySet<string>;
  accounts: ReadonlySet<string>;
  from: string | null;
  to: string | null;
}

/** Both figures side by side, of the fields that the control file gives. */
export function checkControl(
  control: Control,
  totals: ControlTotals,
): NonNullable<DeliveryReport['control']> {
  const expected: ControlFigures = {};
  const found: ControlFigures = {};
  let ok = true;
  if (control.rows !== null) {
    expected.rows = control.rows;
    found.rows = totals.received;
    ok &&= control.rows === totals.received;
  }
  for (const side of ['debit', 'credit'] as const) {
    const claimed = control[side];
    if (claimed === null) continue;
    expected[side] = printScaled(claimed, AMOUNT_SCALE, 2);
    found[side] = printScaled(totals[side], AMOUNT_SCALE, 2);
    ok &&= claimed === totals[side];
  }
  const outside = outsideScope(control, totals);
  for (const [name, { stated, held }] of outside) {
    expected[name] = stated;
    found[name] = held;
  }
  return { ok: ok && outside.length === 0, expected, found };
}

type Scope = 'companies' | 'ledgers' | 'accounts' | 'from' | 'to';

/** Of the stated scope what lines lie outside of. Whole documents hold other accounts than those asked for. */
function outsideScope(
  control: Control,
  totals: ControlTotals,
): (readonly [name: Scope, figures: { stated: string; held: string }])[] {
  const outside: (readonly [Scope, { stated: string; held: string }])[] = [];
  for (const name of ['companies', 'ledgers', 'accounts'] as const) {
    const stated = control[name];
    if (stated.length === 0 || (name === 'accounts' && control.wholeDocuments)) continue;
    const others = [...totals[name]].filter((one) => !stated.includes(one)).sort();
    if (others.length > 0) outside.push([name, { stated: fewOf(stated, SHOWN), held: fewOf(others, SHOWN) }]);
  }
  const { from, to } = control;
  if (from !== null && totals.from !== null && totals.from < from)
    outside.push(['from', { stated: from, held: totals.from }]);
  if (to !== null && totals.to !== null && totals.to > to)
    outside.push(['to', { stated: to, held: totals.to }]);
  return outside;
}

const SHOWN = 5;

/** Clocks differ a little; an extract is not made on another day than today. */
const CLOCK_MS = 3_600_000;

/** An extract from the future would make every later one the older, and freeze the ledger: refused before a row is read. */
export function checkExtractedAt(control: Control, path: string, now: number): void {
  const { extractedAt } = control;
  if (extractedAt === null || Date.parse(extractedAt) <= now + CLOCK_MS) return;
  throw new UserError({
    where: `the control file of ${path}`,
    what: 'extractedAt lies in the future',
    expected: `at most an hour after now, ${new Date(now).toISOString()}`,
    found: extractedAt,
    todo: 'correct the control file (year, time zone) and deliver the extract again; nothing of it was taken',
  });
}
