// Exceptions as people read them: what is stored, with title, owner and action from the rulebook and amounts at the scale of
// their currency. The command line, JSON and the workbook all take them from here.
import type pg from 'pg';
import { daysBetween, type IsoDate, isoDate } from '../../src/accounting/dates.ts';
import { type ExceptionFilter, readExceptions, readExceptionsById } from '../../src/db/read/exceptions.ts';
import type { StoredException } from '../../src/db/read/storedException.ts';
import { decimal } from '../../src/money/decimal.ts';
import type { ExceptionPolicy, Rulebook } from '../../src/rulebook/model.ts';
import type { ExceptionRow } from '../../reports/exceptionRow.ts';
import type { Nearest } from './nearest.ts';
import { showAmount } from '../../src/money/showAmount.ts';

/** What a listing takes from the rulebook: words and owners, never amounts. */
export type ExceptionWords = Pick<Rulebook, 'exceptions' | 'accounts'>;

export interface ListExceptions {
  rulebook: ExceptionWords;
  runId: string;
  asOf: string;
  /** True where `runId` is the last run. */
  current: boolean;
  reason?: string;
  /** A whole id or its beginning. */
  id?: string;
  /** Tells the nearest candidates as known at that run; absent: nobody asks for them. */
  nearest?: Nearest;
}

/** In order of importance. */
export async function* listExceptions(
  client: pg.ClientBase,
  wanted: ListExceptions,
): AsyncGenerator<ExceptionRow> {
  const stored = readExceptions(client, filterOf(wanted), (page) => tellNearest(wanted, page));
  for await (const item of stored) yield exceptionRow(item, wanted);
}

/** The given ones, in their order; an id that is not there is left out. */
export async function exceptionsById(
  client: pg.ClientBase,
  wanted: Omit<ListExceptions, 'reason' | 'id'>,
  ids: readonly string[],
): Promise<ExceptionRow[]> {
  const stored = await readExceptionsById(client, filterOf(wanted), ids, (page) => tellNearest(wanted, page));
  return stored.map((item) => exceptionRow(item, wanted));
}

function filterOf(wanted: ListExceptions): ExceptionFilter {
  const dueDays: Record<string, number> = {};
  for (const [reason, policy] of wanted.rulebook.exceptions) dueDays[reason] = policy.dueDays;
  return {
    runId: wanted.runId,
    asOf: wanted.asOf,
    current: wanted.current,
    dueDays,
    ...(wanted.reason === undefined ? {} : { reason: wanted.reason }),
    ...(wanted.id === undefined ? {} : { id: wanted.id }),
  };
}

async function tellNearest(wanted: ListExceptions, page: StoredException[]): Promise<void> {
  const nearest = (await wanted.nearest?.ofItems(page.map(({ lines }) => lines))) ?? [];
  for (const [index, item] of page.entries()) item.nearest = nearest[index] ?? [];
}

function exceptionRow(item: StoredException, { rulebook, asOf }: ListExceptions): ExceptionRow {
  const policy = rulebook.exceptions.get(item.reason);
  const legs = item.legs.map(
    ({ reconciliation, company, location, dimension, ledger, account, currency, amount }) => ({
      reconciliation,
      unit: {
        company,
        ledger,
        ...(location === '' ? {} : { location }),
        ...(dimension === '' ? {} : { dimension }),
      },
      ledger,
      account,
      currency,
      amount: showAmount(amount, currency),
    }),
  );
  return {
    id: item.id,
    class: item.class,
    reason: item.reason,
    title: policy?.title ?? item.reason,
    also: item.also,
    status: item.status === 'accepted' ? 'accepted' : 'open',
    legs,
    exposure: item.exposure === null ? null : showAmount(item.exposure, item.currency),
    currency: item.currency,
    company: item.company,
    businessDate: item.businessDate as IsoDate | null,
    ageDays: Math.max(0, daysBetween(isoDate(item.businessDate ?? item.openedOn), isoDate(asOf))),
    eventIds: item.events,
    references: item.references,
    ledger: item.documents.map((line) => ({ ...line, amount: showAmount(line.amount, item.currency) })),
    owner: item.owner === '' ? ownerOf(rulebook, policy, item) : item.owner,
    dueDate: item.dueDate as IsoDate,
    rootCause: item.rootCause,
    why: item.why,
    nearest: item.nearest,
    proposal: item.proposal === '' ? (policy?.action ?? '') : item.proposal,
  };
}

/** The first rule of the policy that fits the item's account, location and size; else the reason's owner. */
function ownerOf(
  rulebook: ExceptionWords,
  policy: ExceptionPolicy | undefined,
  item: StoredException,
): string {
  if (policy === undefined) return '';
  // The policy names accounts as rules do; a leg carries the number that its company gives the account.
  const numberOf = (name: string, company: string): string | undefined => {
    const account = rulebook.accounts.get(name);
    return account?.companies.get(company) ?? account?.number;
  };
  const fits = policy.owners.find(
    ({ account, location, over }) =>
      (account === undefined || item.legs.some((leg) => leg.account === numberOf(account, leg.company))) &&
      (location === undefined || item.legs.some((leg) => leg.location === location)) &&
      (over === undefined || item.legs.some((leg) => decimal(leg.amount).abs().greaterThan(over))),
  );
  return fits?.owner ?? policy.owner;
}
