// Root causes as people read them: what several differences share, how many lines it is, and what they come to.
import type pg from 'pg';
import { readRootCauses } from '../../src/db/read/rootCauses.ts';
import { isOneDocument } from '../../src/exceptions/rootCauseShared.ts';
import { showAmount } from '../../src/money/showAmount.ts';

/** One cause with its sums; amounts at the scale of their currency. */
export interface RootCauseRow {
  label: string;
  exceptions: number;
  lines: number;
  amounts: { currency: string; amount: string }[];
  /** True where it is no more than one event or document. */
  oneDocument: boolean;
}

/** Causes of what is open at a run, most lines first. */
export async function listRootCauses(
  client: pg.ClientBase,
  run: { runId: string; current: boolean },
): Promise<RootCauseRow[]> {
  const rows = new Map<string, RootCauseRow>();
  for (const sum of await readRootCauses(client, run.runId, run.current)) {
    const row = rows.get(sum.label) ?? {
      label: sum.label,
      exceptions: 0,
      lines: 0,
      amounts: [],
      oneDocument: isOneDocument(sum.label),
    };
    row.exceptions += sum.exceptions;
    row.lines += sum.lines;
    row.amounts.push({ currency: sum.currency, amount: showAmount(sum.amount, sum.currency) });
    rows.set(sum.label, row);
  }
  return [...rows.values()];
}
