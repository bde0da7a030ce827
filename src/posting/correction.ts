// The journal that makes the ledger say what was expected of some open lines: per place (account, location, dimension) what is
// expected less what is booked. A repeated document comes to its reversal, exchanged signs to twice the amount, another amount to
// the difference. What the places leave together goes to one account that a person names; where they leave nothing, none is needed.
import { decimal, sum, type Decimal } from '../money/decimal.ts';
import { type Closing, type ClosingLine, lineOf, sourceOf, tooFine } from './closing.ts';
import { type DraftLine, type DraftSource, shortText } from './draft.ts';

interface Place {
  /** Where the journal line goes: that of a ledger line where there is one. */
  at: ClosingLine;
  legs: ClosingLine[];
}

/**
 * @param legs the open lines of one problem
 * @param what the entry does, for its text: `reverse`, `correct`
 * @param account number of the account that takes what is left; '' for none
 */
export function correction(legs: readonly ClosingLine[], what: string, account: string): Closing {
  const [first] = legs;
  if (first === undefined) return { refused: 'it has no open lines' };
  if (new Set(legs.map((leg) => JSON.stringify([leg.company, leg.ledger, leg.currency]))).size > 1)
    return {
      refused: 'its lines are in several companies, ledgers or currencies: no one journal can correct it',
    };
  if (legs.some(({ companyAmount }) => companyAmount === null))
    return { refused: 'a line of it has no amount in company currency' };
  const text = shortText(`${what} ${first.reference}`.trim());
  const lines: DraftLine[] = [];
  const sources: DraftSource[] = [];
  for (const { at, legs: members } of placesOf(legs)) {
    const amount = lacking(members, (leg) => leg.amount);
    const company = lacking(members, (leg) => leg.companyAmount ?? '0');
    if (amount.isZero())
      return {
        refused: `account ${at.account} lacks nothing at ${at.location || 'its place'}: match its lines instead`,
      };
    const line = lineOf(lines.length + 1, at, amount, company, { clears: true, text });
    if (line === undefined) return tooFine(amount, at.currency);
    lines.push(line);
    sources.push(...members.map((leg) => sourceOf(line.line, leg)));
  }
  const left = lacking(legs, (leg) => leg.amount);
  const companyLeft = lacking(legs, (leg) => leg.companyAmount ?? '0');
  const offset = offsetOf({ lines, at: first, left, companyLeft, account, text });
  if ('refused' in offset) return offset;
  return { lines: [...lines, ...offset.lines], sources, text };
}

/** What is left against the account that a person names. */
function offsetOf({
  lines,
  at,
  left,
  companyLeft,
  account,
  text,
}: {
  lines: readonly DraftLine[];
  at: ClosingLine;
  left: Decimal;
  companyLeft: Decimal;
  account: string;
  text: string;
}): { lines: DraftLine[] } | { refused: string; found?: string } {
  if (left.isZero() && companyLeft.isZero()) {
    if (account === '') return { lines: [] };
    return { refused: 'it comes to zero by itself: no account takes anything', found: account };
  }
  if (left.isZero() || left.isNegative() !== companyLeft.isNegative())
    return {
      refused: 'what it leaves is another thing in company currency',
      found: `${left.toFixed()} ${at.currency}, ${companyLeft.toFixed()} in company currency`,
    };
  if (account === '')
    return {
      refused: 'its open lines do not come to zero: what is left needs an account',
      found: `${left.toFixed()} ${at.currency}`,
    };
  if (lines.some((line) => line.account === account))
    return { refused: 'what is left cannot go to an account that it corrects', found: account };
  const line = lineOf(lines.length + 1, { ...at, account }, left.negated(), companyLeft.negated(), {
    clears: false,
    text,
  });
  return line === undefined ? (tooFine(left, at.currency) as { refused: string }) : { lines: [line] };
}

/** In the order of their first line. */
function placesOf(legs: readonly ClosingLine[]): Place[] {
  const places = new Map<string, Place>();
  for (const leg of legs) {
    const key = JSON.stringify([leg.account, leg.location, leg.dimension]);
    const place = places.get(key);
    if (place === undefined) places.set(key, { at: leg, legs: [leg] });
    else place.legs.push(leg);
  }
  return [...places.values()];
}

/** Expected less ledger. */
function lacking(legs: readonly ClosingLine[], of: (leg: ClosingLine) => string): Decimal {
  return sum(legs.map((leg) => (leg.side === 'E' ? decimal(of(leg)) : decimal(of(leg)).negated())));
}
