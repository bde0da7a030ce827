// What stands in the way of closing a period of a company: one list, each point with what was found and the command that shows
// more. Nothing in it is judged by hand, and nothing is left out because it is small.
import type pg from 'pg';

import { isoDate } from '../../src/accounting/dates.ts';
import type { Config } from '../../src/config/model.ts';
import { readBrakes } from '../../src/db/brakes/brakes.ts';
import { readUnsettled } from '../../src/db/decisions/certification.ts';
import { waitingCorrections } from '../../src/db/run/controls/corrections.ts';
import { reachOf } from '../../src/db/run/grace.ts';
import { fewOf } from '../../src/fewOf.ts';
import { decimal, sum } from '../../src/money/decimal.ts';
import type { ExplainedRow, ExplainedStatement } from '../reports/statement.ts';
import { completeLedgers } from '../run/overdue.ts';
import type { ClosingPeriod } from './closingPeriod.ts';

export interface CloseCheck {
  /** What has to hold, in words. */
  check: string;
  ok: boolean;
  /** What stands in the way; '' where nothing does. */
  found: string;
  /** The command that shows it, or mends it. */
  todo: string;
}

const SHOWN = 4;
const check = (name: string, inTheWay: readonly string[], todo: string): CloseCheck => ({
  check: name,
  ok: inTheWay.length === 0,
  found: fewOf(inTheWay, SHOWN),
  todo: inTheWay.length === 0 ? '' : todo,
});

/**
 * Every point but `verify`, which reads the whole database by itself.
 * @param statement of the cut at the period's last day
 */
export async function closeChecks(
  client: pg.ClientBase,
  config: Pick<Config, 'companies' | 'materiality'>,
  closing: ClosingPeriod,
  statement: ExplainedStatement,
): Promise<CloseCheck[]> {
  const { company, period, to } = closing;
  const rows = statement.reconciliations.filter((row) => row.company === company);
  const { journals, quarantined, controls, waiting, unseen } = await readUnsettled(client, closing);
  const brakes = (await readBrakes(client)).filter((brake) => brake.company === company);
  const corrections = (await waitingCorrections(client, null)).filter(
    (each) => each.company === company && each.accountingDate <= to,
  );
  return [
    check(
      'something is compared',
      rows.length === 0 ? ['no line of this company is in any reconciliation up to that day'] : [],
      'tieout statement',
    ),
    check(
      'every delivery about it has been reconciled',
      unseen.map((batch) => `batch ${batch}`),
      'tieout list batches; tieout reconcile',
    ),
    check(
      `every ledger is complete to ${to}`,
      await incomplete(client, config, closing, rows),
      'tieout status; then ingest the missing extracts with their control files, and reconcile',
    ),
    check(
      `the ERP's balances prove every account to ${period}`,
      rows.flatMap((row) => unproven(row, period)),
      `tieout ingest balances; tieout statement --as-of ${to}`,
    ),
    check(
      'no difference is open but what is only a matter of time',
      rows.flatMap(openDifferences),
      `tieout cases --company ${company}`,
    ),
    check('what was accepted is not material', material(config, company, rows), 'tieout cases; reopen some'),
    check(
      'no control item is open',
      controls.map(({ reason, n }) => `${reason} ${n}`),
      'tieout exceptions',
    ),
    check(
      'every journal of the period is confirmed',
      journals.map(({ state, n }) => `${state} ${n}`),
      'tieout list journals',
    ),
    check(
      'no refused record waits',
      quarantined === 0 ? [] : [`${quarantined} in quarantine`],
      'tieout quarantine list',
    ),
    check(
      'no correction waits for what it corrects',
      corrections.map(({ source, id }) => `${source} ${id}`),
      'tieout status',
    ),
    check('no decision waits for a second person', waiting, 'tieout list decisions --waiting'),
    check(
      'no brake is on',
      brakes.map(({ ledger, why }) => `${ledger}: ${why}`),
      `tieout release ${company} LEDGER`,
    ),
  ];
}

/** Accounts whose extracts do not reach the period's end. */
async function incomplete(
  client: pg.ClientBase,
  config: Pick<Config, 'companies'>,
  { company, to }: ClosingPeriod,
  rows: readonly ExplainedRow[],
): Promise<string[]> {
  const complete = await completeLedgers(client, config);
  return rows.flatMap(({ ledger, account }) => {
    const reach = reachOf(complete, company, ledger, account);
    return reach !== undefined && isoDate(reach) >= to
      ? []
      : [`${ledger} account ${account} to ${reach ?? 'no day'}`];
  });
}

function unproven(row: ExplainedRow, period: string): string[] {
  const { account, currency, proven, provenTo, balanceDifference } = row;
  if (provenTo !== null && provenTo >= period) return [];
  const place = `account ${account} ${currency}`;
  if (proven === null) return [`${place}: no balance was delivered`];
  return [`${place}: ${balanceDifference === null ? 'not proven so far' : `off by ${balanceDifference}`}`];
}

/** By reason; a line that waits for its counterpart inside its grace days is no difference of the close. */
function openDifferences({ account, currency, exceptions }: ExplainedRow): string[] {
  return Object.entries(exceptions.byReason)
    .filter(([reason]) => reason !== 'TIMING')
    .map(([reason, { count, amount }]) => `${reason} ${count} on ${account}, ${amount} ${currency}`);
}

/** Accepted differences add up by account without regard to sign: two that cancel out are two. */
function material(
  { companies, materiality }: Pick<Config, 'companies' | 'materiality'>,
  company: string,
  rows: readonly ExplainedRow[],
): string[] {
  const limit = materiality.get(company) ?? materiality.get('default');
  if (limit === undefined) return [];
  const currency = companies.get(company)?.currency;
  const accepted = rows.filter((row) => !decimal(row.accepted.amount).isZero());
  const foreign = accepted.filter((row) => row.currency !== currency);
  const total = sum(
    accepted.filter((row) => row.currency === currency).map((row) => decimal(row.accepted.amount).abs()),
  );
  return [
    ...(total.greaterThan(limit) ? [`${total.toFixed()} ${currency}, above ${limit.toFixed()}`] : []),
    ...foreign.map(
      (row) => `${row.accepted.amount} ${row.currency} on ${row.account}: no limit says how much`,
    ),
  ];
}
