// The tie-out as data, for a run or any earlier cut: what the reconciliation prints, the workbook shows and JSON carries.
import { showAmount } from '../../src/money/showAmount.ts';
import type pg from 'pg';
import type { IsoDate } from '../../src/accounting/dates.ts';
import { readBrakes } from '../../src/db/brakes/brakes.ts';
import { waitingCorrections } from '../../src/db/run/controls/corrections.ts';
import { outsideSums } from '../../src/db/run/outside.ts';
import { quarantinedSums } from '../../src/db/run/quarantined.ts';
import { type Cut, legSums, type TieOutRow, tieOutRows } from '../../src/db/run/tieOut.ts';
import { decimal, sum } from '../../src/money/decimal.ts';
import type { CountAndAmount, Statement, StatementRow } from '../../reports/model.ts';
import { type Proven, provenAccounts } from '../run/proven.ts';

/** A row with its exceptions split by reason, as `reconcile --json` shows it. */
export interface ExplainedRow extends StatementRow {
  exceptions: CountAndAmount & { byReason: Record<string, CountAndAmount> };
}

export interface ExplainedStatement extends Statement {
  reconciliations: readonly ExplainedRow[];
}

/** Which cut to print, and what identifies it. */
export interface StatementOf {
  cut: Cut;
  horizon: string;
  knownAt: string;
  rulebookHash: string;
  resultHash: string;
  /** True inside a run over all reconciliations: it has brought the kept proofs up to date. */
  kept?: boolean;
}

/** Reads the tie-out of a cut. Amounts come out at their currency's scale (more decimals where an amount has them). */
export async function readStatement(client: pg.ClientBase, wanted: StatementOf): Promise<ExplainedStatement> {
  const { cut } = wanted;
  const rows = await tieOutRows(client, cut);
  const legs = await legSums(client, cut);
  const at = { runId: cut.runId, asOf: cut.asOf, horizon: wanted.horizon, kept: wanted.kept === true };
  const proven = await provenAccounts(
    client,
    at,
    rows.map(({ company, ledger, account, currency }) => ({ company, ledger, account, currency })),
  );
  const refused = await quarantinedSums(client, wanted.horizon);
  return {
    run: cut.runId,
    asOf: cut.asOf as IsoDate,
    knownAt: wanted.knownAt,
    rulebookHash: wanted.rulebookHash,
    resultHash: wanted.resultHash,
    brakes: (await readBrakes(client)).map(({ brake: _, ...said }) => said),
    outsideRulebook: (await outsideSums(client, at)).map(({ lines, amount, ...place }) => ({
      ...place,
      count: Number(lines),
      amount: showAmount(amount, place.currency),
    })),
    waitingCorrections: (await waitingCorrections(client, wanted.horizon)).length,
    reconciliations: rows.map((row, index) => {
      const mine = legs.filter((leg) => sameRow(leg, row));
      const show = (text: string): string => showAmount(text, row.currency);
      const total = (texts: readonly string[]): string => show(sum(texts.map(decimal)).toFixed());
      const open = mine.filter((leg) => leg.status === 'open');
      const accepted = mine.filter((leg) => leg.status === 'accepted');
      const held = refused.filter(
        (q) =>
          q.company === row.company &&
          (q.account === row.account || q.account === '') &&
          (q.currency === row.currency || q.currency === ''),
      );
      const byReason: Record<string, CountAndAmount> = {};
      for (const leg of open) byReason[leg.reason] = { count: Number(leg.items), amount: show(leg.amount) };
      return {
        name: row.name,
        company: row.company,
        ledger: row.ledger,
        account: row.account,
        currency: row.currency,
        opening: show(decimal(row.openingLedger).minus(decimal(row.openingExpected)).toFixed()),
        expected: { count: Number(row.expectedCount), amount: show(row.expected) },
        ledgerLines: { count: Number(row.ledgerCount), amount: show(row.ledgerAmount) },
        outOfScope: { count: Number(row.outCount), amount: show(row.outAmount) },
        matched: {
          groups: Number(row.matches),
          expected: show(row.matchedExpected),
          ledger: show(row.matchedLedger),
          variance: show(row.variance),
        },
        exceptions: { count: count(open), amount: total(open.map((leg) => leg.amount)), byReason },
        accepted: { count: count(accepted), amount: total(accepted.map((leg) => leg.amount)) },
        quarantined: {
          count: held.reduce((n, q) => n + Number(q.count), 0),
          amount: total(held.map((q) => q.amount)),
        },
        unexplained: show(row.unexplained),
        ...shownProof(proven[index] as Proven, show),
      };
    }),
  };
}

const count = (legs: readonly { items: string }[]): number =>
  legs.reduce((n, leg) => n + Number(leg.items), 0);

function sameRow(
  a: { name: string; company: string; ledger: string; account: string; currency: string },
  b: TieOutRow,
): boolean {
  return (
    a.name === b.name &&
    a.company === b.company &&
    a.ledger === b.ledger &&
    a.account === b.account &&
    a.currency === b.currency
  );
}

function shownProof(proven: Proven, show: (text: string) => string): Proven {
  const shown = (text: string | null): string | null => (text === null ? null : show(text));
  return {
    ...proven,
    balance: shown(proven.balance),
    balanceDifference: shown(proven.balanceDifference),
  };
}
