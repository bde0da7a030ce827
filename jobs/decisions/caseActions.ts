// What can be done about a case now, each action with what it would do. What is not possible is not offered.
import { type CaseAction, ACTIONS } from '../../reports/caseModel.ts';
import type { ExceptionLeg, ExceptionRow } from '../../reports/exceptionRow.ts';
import { fewOf } from '../../src/fewOf.ts';
import { decimal, type Decimal, ZERO } from '../../src/money/decimal.ts';

/** Posting references of journals that wait for approval and would book what the case lacks. */
export function waitingJournals(items: readonly ExceptionRow[]): string[] {
  const found = items.flatMap(
    ({ proposal }) => /^journal (\S+) waits for approval/.exec(proposal)?.[1] ?? [],
  );
  return [...new Set(found)];
}

/** Reasons whose lines may be one business, as a person can see: one with one, or a sum that is off by little. */
const ONE_BUSINESS: ReadonlySet<string> = new Set([
  'REVIEW_MATCH',
  'REFERENCE_MISMATCH',
  'DATE_OUT_OF_WINDOW',
  'AMOUNT_VARIANCE',
  'TAX_VARIANCE',
  'ROUNDING',
]);

/** Items with lines of both sides of one cell, which a person may call one business. */
export function matchable(items: readonly ExceptionRow[]): ExceptionRow[] {
  return items.filter(
    (item) =>
      item.status === 'open' &&
      item.class === 'difference' &&
      ONE_BUSINESS.has(item.reason) &&
      item.ledger.length > 0 &&
      item.eventIds.length > 0 &&
      new Set(item.legs.map(({ account, unit, currency }) => JSON.stringify([account, unit, currency])))
        .size === 1,
  );
}

/** Items that stand in a journal that a person asked for: another journal about them would be refused. */
const isFree = ({ status, proposal }: ExceptionRow): boolean =>
  status === 'open' && !proposal.startsWith('journal ');

/** Items whose ledger line a reclass would move. */
export function misplaced(items: readonly ExceptionRow[]): ExceptionRow[] {
  return items.filter(
    (item) => isFree(item) && (item.reason === 'WRONG_ACCOUNT' || item.reason === 'WRONG_LOCATION'),
  );
}

/** What its journal reverses: documents booked twice, and those with debit and credit exchanged. */
const REVERSIBLE: ReadonlySet<string> = new Set(['DUPLICATE_POSTING', 'SIGN_REVERSED']);
/** Whose difference a journal books. */
const DIFFERING: ReadonlySet<string> = new Set(['AMOUNT_VARIANCE', 'TAX_VARIANCE', 'ROUNDING']);

export function reversible(items: readonly ExceptionRow[]): ExceptionRow[] {
  return items.filter((item) => isFree(item) && REVERSIBLE.has(item.reason));
}

export function differing(items: readonly ExceptionRow[]): ExceptionRow[] {
  return items.filter((item) => isFree(item) && DIFFERING.has(item.reason));
}

/** What the items leave together, by currency: expected less ledger, in words. */
function together(items: readonly ExceptionRow[]): string[] {
  const sums = new Map<string, Decimal>();
  for (const { amount, currency } of items.flatMap(({ legs }) => legs))
    sums.set(currency, (sums.get(currency) ?? ZERO).minus(decimal(amount)));
  return [...sums].flatMap(([currency, amount]) =>
    amount.isZero() ? [] : [`${amount.toFixed()} ${currency}`],
  );
}

/** The journal that would correct these items; it needs an account where they do not come to zero together. */
function bookingTheDifference(items: readonly ExceptionRow[]): CaseAction[] {
  if (items.length === 0) return [];
  const remainder = together(items);
  const does = 'proposes a journal that books the difference';
  if (remainder.length === 0)
    return [{ action: 'writeOff', does: `${does}; another person approves it`, needs: ['why'] }];
  const to = `${fewOf(remainder, 3)} goes to the account that you name`;
  return [
    { action: 'writeOff', does: `${does}; ${to}; another person approves it`, needs: ['account', 'why'] },
  ];
}

/** Not offered where a part of the document lies elsewhere: it would be half reversed. */
function reversing(items: readonly ExceptionRow[]): CaseAction[] {
  if (items.length === 0 || together(items).length > 0) return [];
  const documents = [...new Set(items.flatMap(({ ledger }) => ledger.map(({ document }) => document)))];
  const does = items.every(({ reason }) => reason === 'DUPLICATE_POSTING')
    ? `proposes a journal that reverses ${fewOf(documents, 3)}`
    : `proposes a journal that takes ${fewOf(documents, 3)} back and books it as expected`;
  return [{ action: 'reverse', does: `${does}; another person approves it`, needs: ['why'] }];
}

const left = (legs: readonly ExceptionLeg[]): string[] =>
  legs.flatMap(({ amount, currency }) => (decimal(amount).isZero() ? [] : [`${amount} ${currency}`]));

/** In the order in which they are offered. */
export function actionsOf({
  status,
  items,
}: {
  status: 'open' | 'waiting' | 'accepted';
  items: readonly ExceptionRow[];
}): CaseAction[] {
  const possible: CaseAction[] = [];
  const journals = waitingJournals(items);
  const pairs = matchable(items);
  const moved = misplaced(items);
  if (journals.length > 0)
    possible.push({ action: 'book', does: `approves journal ${fewOf(journals, 3)}`, needs: [] });
  if (pairs.length > 0) {
    const remainder = pairs.flatMap(({ legs }) => left(legs));
    possible.push({
      action: 'match',
      does: `calls the lines of ${pairs.length === 1 ? 'its difference' : `its ${pairs.length} differences`} one business${remainder.length === 0 ? '' : `; ${fewOf(remainder, 3)} goes to the account that you name`}`,
      needs: remainder.length === 0 ? ['why'] : ['account', 'why'],
    });
  }
  if (moved.length > 0)
    possible.push({
      action: 'reclass',
      does: `proposes ${moved.length === 1 ? 'a journal that moves the line' : `${moved.length} journals that move the lines`} to where it belongs`,
      needs: ['why'],
    });
  possible.push(...reversing(reversible(items)), ...bookingTheDifference(differing(items)));
  if (status !== 'accepted') {
    possible.push({
      action: 'accept',
      does: 'keeps it as an accepted difference until it changes',
      needs: ['why'],
    });
    possible.push({ action: 'wait', does: 'puts it aside until a day', needs: ['until', 'why'] });
    possible.push({
      action: 'correctSource',
      does: 'waits until a day for a correction by its source',
      needs: ['until', 'why'],
    });
    possible.push({ action: 'notMine', does: 'gives it to somebody else', needs: ['assignee', 'why'] });
  }
  if (status !== 'open')
    possible.push({ action: 'reopen', does: 'opens it again, with its id and its age', needs: ['why'] });
  return possible.toSorted((a, b) => ACTIONS.indexOf(a.action) - ACTIONS.indexOf(b.action));
}
