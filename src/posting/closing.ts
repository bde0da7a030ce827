// Closing entries as lines: a write-off clears the variance of a match onto the account it is typed to, a reclass moves a
// ledger line to where its fact is expected. Each clears exactly what it names, so the ledger's copy of it joins that.
import { isoDate, type IsoDate } from '../accounting/dates.ts';
import { minorUnits } from '../money/currencies.ts';
import { decimal, fixed, sum, type Decimal } from '../money/decimal.ts';
import { type DraftLine, type DraftSource, shortText } from './draft.ts';

/** A stored line that a closing entry is about. Amounts are signed decimal text, debit positive. */
export interface ClosingLine {
  unit: string;
  lineId: string;
  side: 'E' | 'L';
  company: string;
  ledger: string;
  account: string;
  location: string;
  dimension: string;
  currency: string;
  amount: string;
  companyCurrency: string;
  /** null where no rate was known. */
  companyAmount: string | null;
  accountingDate: string;
  fiscalYear: string;
  period: string;
  reference: string;
  externalKey: string;
  /** Of the line's event; '' where there is none. */
  region: string;
  brand: string;
}

/** A live match with its lines, in the order of their external keys. */
export interface ClosingMatch {
  unit: string;
  matchId: string;
  account: string;
  currency: string;
  variance: string;
  varianceAccount: string;
  lines: readonly ClosingLine[];
  /** Hash of the members' external keys: names the variance on every machine. */
  key: string;
}

/** What is booked, or why it cannot be. */
export type Closing =
  { lines: DraftLine[]; sources: DraftSource[]; text: string } | { refused: string; found?: string };

/** @param account number of the account that takes the variance */
export function writeOff(match: ClosingMatch, account: string): Closing {
  const { lines } = match;
  if (new Set(lines.map((line) => JSON.stringify([line.company, line.ledger]))).size !== 1)
    return { refused: 'its lines are in several companies or ledgers: no one journal can clear it' };
  if (account === '') return { refused: 'its variance is typed to no account' };
  if (account === match.account)
    return { refused: 'its variance is typed to its own account', found: account };
  const company = companySum(lines);
  if (company === undefined) return { refused: 'a line of it has no amount in company currency' };
  const variance = decimal(match.variance);
  if (!company.isZero() && company.isNegative() !== variance.isNegative())
    return {
      refused: 'its variance has another sign in company currency',
      found: `${variance.toFixed()} ${match.currency}, ${company.toFixed()} in company currency`,
    };
  const place = lines.find((line) => line.side === 'L') ?? lines[0]!;
  const text = shortText(`write-off ${place.reference}`.trim());
  const first = lineOf(1, place, variance.negated(), company.negated(), { clears: true, text });
  const second = lineOf(2, { ...place, account }, variance, company, { clears: false, text });
  if (first === undefined || second === undefined) return tooFine(variance, match.currency);
  const source = {
    journalLine: 1,
    unit: match.unit,
    lineId: null,
    matchId: match.matchId,
    externalKey: match.key,
    amount: match.variance,
    eventSource: null,
    eventId: null,
  };
  return { lines: [first, second], sources: [source], text };
}

/** @param legs the lines of a WRONG_ACCOUNT or WRONG_LOCATION item */
export function reclass(legs: readonly ClosingLine[]): Closing {
  const [wrong, ...moreWrong] = legs.filter((line) => line.side === 'L');
  const [right, ...moreRight] = legs.filter((line) => line.side === 'E');
  if (wrong === undefined || right === undefined || moreWrong.length + moreRight.length > 0)
    return { refused: 'it is not one ledger line against one expected line', found: `${legs.length} lines` };
  if (wrong.company !== right.company || wrong.ledger !== right.ledger || wrong.currency !== right.currency)
    return { refused: 'its two lines differ in company, ledger or currency' };
  const amount = decimal(wrong.amount);
  if (!amount.equals(decimal(right.amount)))
    return { refused: 'its two lines differ in amount', found: `${right.amount} and ${wrong.amount}` };
  if (wrong.companyAmount === null) return { refused: 'its ledger line has no amount in company currency' };
  const company = decimal(wrong.companyAmount);
  const text = shortText(`reclass ${wrong.reference}`.trim());
  const off = lineOf(1, wrong, amount.negated(), company.negated(), { clears: true, text });
  const on = lineOf(2, { ...right, companyCurrency: wrong.companyCurrency }, amount, company, {
    clears: true,
    text,
  });
  if (off === undefined || on === undefined) return tooFine(amount, wrong.currency);
  return { lines: [off, on], sources: [sourceOf(1, wrong), sourceOf(2, right)], text };
}

/** Day and period of the newest of these lines: what the entry corrects was complete then. */
export function datingOf(lines: readonly ClosingLine[]): {
  postingDate: IsoDate;
  fiscalYear: string;
  period: string;
} {
  const newest = lines.reduce((last, line) => (line.accountingDate > last.accountingDate ? line : last));
  return {
    postingDate: isoDate(newest.accountingDate),
    fiscalYear: newest.fiscalYear,
    period: newest.period,
  };
}

// Ledger less expected, as the variance itself.
function companySum(lines: readonly ClosingLine[]): Decimal | undefined {
  if (lines.some((line) => line.companyAmount === null)) return undefined;
  return sum(
    lines.map((line) => {
      const amount = decimal(line.companyAmount ?? '0');
      return line.side === 'L' ? amount : amount.negated();
    }),
  );
}

/** Undefined where the amount has more decimals than its currency: no ERP could take it. */
export function lineOf(
  line: number,
  place: ClosingLine,
  amount: Decimal,
  companyAmount: Decimal,
  { clears, text }: Pick<DraftLine, 'clears' | 'text'>,
): DraftLine | undefined {
  const { account, location, dimension, currency, companyCurrency, reference } = place;
  const scale = minorUnits(currency) ?? 4;
  const companyScale = minorUnits(companyCurrency) ?? 4;
  if (amount.decimalPlaces() > scale || companyAmount.decimalPlaces() > companyScale) return undefined;
  return {
    line,
    account,
    location,
    dimension,
    side: amount.isNegative() ? 'credit' : 'debit',
    currency,
    amount: fixed(amount.abs(), scale),
    companyCurrency,
    companyAmount: fixed(companyAmount.abs(), companyScale),
    reference,
    text,
    clears,
  };
}

// Without its event: the check of missing entries before a send would take the misplaced document for the booking.
export function sourceOf(journalLine: number, line: ClosingLine): DraftSource {
  const { unit, lineId, externalKey, amount } = line;
  return { journalLine, unit, lineId, matchId: null, externalKey, amount, eventSource: null, eventId: null };
}

export function tooFine(amount: Decimal, currency: string): Closing {
  return { refused: `its amount has more decimals than ${currency} has`, found: amount.toFixed() };
}
