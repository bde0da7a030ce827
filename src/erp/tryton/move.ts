// A journal of ours as a Tryton move, and back: what a move on the server holds, to be compared with what was sent.
// The business reference stands at the front of a line's description, because stock Tryton has no field of its own for it.
import type { DocumentAmount, OutgoingJournal, OutgoingLine, RefusalCode } from '../contract.ts';
import { decimal, ZERO, type Decimal } from '../../money/decimal.ts';
import { describeLine } from '../reference.ts';
import { periodOf, type Chart } from './chart.ts';
import {
  amountOf,
  dateValue,
  decimalValue,
  related,
  textOf,
  type TrytonRow,
  type TrytonValue,
} from './values.ts';

/** The values of `account.move.create`, or why the journal cannot be one. */
export type MoveValues =
  | { ok: true; values: { readonly [key: string]: TrytonValue } }
  | { ok: false; code: RefusalCode; message: string };

/**
 * Builds the move. Codes become ids here, so an unknown account is refused before anything is sent.
 * @param origin id of the move that this one reverses
 */
export function moveValues(
  journal: OutgoingJournal,
  chart: Chart,
  keyed: boolean,
  origin?: number,
): MoveValues {
  const period = periodOf(chart, journal.postingDate, journal.period);
  if (period === undefined) return refused('closedPeriod', `Tryton has no period for ${journal.postingDate}`);
  if (chart.journal === undefined)
    return refused('invalid', 'Tryton has no journal with the configured code');
  const lines: TrytonValue[] = [];
  for (const line of journal.lines) {
    const values = lineValues(line, journal, chart);
    if ('code' in values) return values;
    lines.push(values.line);
  }
  const values = {
    company: chart.company,
    period: period.id,
    journal: chart.journal,
    date: dateValue(journal.postingDate),
    number: journal.postingReference,
    description: journal.text,
    lines: [['create', lines]],
    ...(keyed ? { tieout_key: journal.postingReference } : {}),
    ...(origin === undefined ? {} : { origin: `account.move,${origin}` }),
  };
  return { ok: true, values };
}

type Refused = { ok: false; code: RefusalCode; message: string };
const refused = (code: RefusalCode, message: string): Refused => ({ ok: false, code, message });

function lineValues(
  line: OutgoingLine,
  journal: OutgoingJournal,
  chart: Chart,
): { line: TrytonValue } | Refused {
  const account = chart.accounts.get(line.account);
  if (account === undefined) return refused('unknownAccount', `Tryton has no account ${line.account}`);
  if (account.closed) return refused('unknownAccount', `account ${line.account} is closed in Tryton`);
  if (account.partyRequired && chart.party === undefined) {
    return refused('invalid', `account ${line.account} asks for a party and none is configured`);
  }
  const currency = chart.currencies.get(line.currency);
  if (currency === undefined) return refused('invalid', `Tryton has no currency ${line.currency}`);
  if (line.companyCurrency !== chart.currency) {
    return refused(
      'invalid',
      `Tryton keeps company ${journal.company} in ${chart.currency}, not ${line.companyCurrency}`,
    );
  }
  const amount = decimal(line.companyAmount);
  const debit = line.side === 'debit' ? amount : ZERO;
  const credit = line.side === 'debit' ? ZERO : amount;
  const centres = [];
  for (const [what, code, known] of [
    ['location', line.location, chart.locations],
    ['dimension', line.dimension, chart.dimensions],
  ] as const) {
    // No root is configured for it: Tryton is not meant to carry it.
    if (code === '' || known.size === 0) continue;
    const id = known.get(code);
    if (id === undefined) return refused('invalid', `Tryton has no cost centre for ${what} ${code}`);
    centres.push({
      account: id,
      debit: decimalValue(debit),
      credit: decimalValue(credit),
      date: dateValue(journal.postingDate),
    });
  }
  const foreign = line.currency !== chart.currency;
  // Tryton wants the second amount positive on debit lines and negative on credit lines.
  const second = line.side === 'debit' ? decimal(line.amount) : decimal(line.amount).negated();
  return {
    line: {
      account: account.id,
      debit: decimalValue(debit),
      credit: decimalValue(credit),
      description: describeLine(line, 250),
      ...(account.partyRequired ? { party: chart.party ?? null } : {}),
      ...(foreign ? { second_currency: currency, amount_second_currency: decimalValue(second) } : {}),
      ...(centres.length === 0 ? {} : { analytic_lines: [['create', centres]] }),
    },
  };
}

/** Fields of a move line that `documentAmount` reads. */
export const AMOUNT_FIELDS = [
  'account.code',
  'debit',
  'credit',
  'second_currency.code',
  'amount_second_currency',
] as const;

/** What a move line holds, in transaction currency, signed. */
export function documentAmount(row: TrytonRow, companyCurrency: string): DocumentAmount {
  const second = textOf(related(row, 'second_currency'), 'code');
  const amount = second === '' ? companyAmount(row) : (amountOf(row, 'amount_second_currency') ?? ZERO);
  return {
    account: textOf(related(row, 'account'), 'code'),
    currency: second === '' ? companyCurrency : second,
    amount: amount.toFixed(),
  };
}

/** Debit minus credit in company currency; either may be negative in Tryton. */
export function companyAmount(row: TrytonRow): Decimal {
  return (amountOf(row, 'debit') ?? ZERO).minus(amountOf(row, 'credit') ?? ZERO);
}
