// Cases as people read them: what is open as one problem, with its title, its effect on the books, who looks after it, how
// important it is and what could be done about it now. Command line, workbook and screen take them from here.
import type pg from 'pg';
import type { CaseRow } from '../../reports/caseModel.ts';
import type { ExceptionRow } from '../../reports/exceptionRow.ts';
import { type IsoDate, isoDate } from '../../src/accounting/dates.ts';
import { fiscalPeriod } from '../../src/accounting/fiscalPeriod.ts';
import type { Config } from '../../src/config/model.ts';
import { type CaseMeasure, type CaseOrder, readCases, type StoredCase } from '../../src/db/read/cases.ts';
import { EVENT_TYPES } from '../../src/events/registry.ts';
import { bySurest, caseTitle } from '../../src/exceptions/caseTitle.ts';
import { SELF_CLEARING } from '../../src/rulebook/reasons.ts';
import { decimal } from '../../src/money/decimal.ts';
import { numberIn } from '../../src/rulebook/accounts.ts';
import type { Account, Rulebook } from '../../src/rulebook/model.ts';
import { actionsOf } from '../decisions/caseActions.ts';
import { exceptionsById } from './exceptions.ts';
import { runById } from './runs.ts';
import { showAmount } from '../../src/money/showAmount.ts';

export interface ListCases {
  config: Pick<Config, 'companies' | 'materiality' | 'teams'>;
  rulebook: Rulebook;
}

/** What is known of the cases before their items are read. */
export interface OrderedCases {
  run: { runId: string; asOf: string };
  cases: StoredCase[];
}

/** All open and accepted cases as the last run and the decisions since left them, most important first. */
export async function orderCases(
  client: pg.ClientBase,
  { config, rulebook }: ListCases,
): Promise<OrderedCases> {
  const run = await runById(client);
  const order: CaseOrder = {
    runId: run.runId,
    asOf: run.asOf,
    dueDays: Object.fromEntries([...rulebook.exceptions].map(([reason, policy]) => [reason, policy.dueDays])),
    companies: Object.fromEntries(
      [...config.companies.keys()].map((code) => [
        code,
        measureOf(config, rulebook, code, isoDate(run.asOf)),
      ]),
    ),
  };
  return { run, cases: await readCases(client, order) };
}

function measureOf(
  { companies, materiality }: ListCases['config'],
  { accounts }: Rulebook,
  code: string,
  asOf: IsoDate,
): CaseMeasure {
  const company = companies.get(code)!;
  // Where only the ERP says its periods, months are near enough for an order of importance.
  const calendar = company.fiscalCalendar === 'erp' ? 'monthly' : company.fiscalCalendar;
  const { from, to } = fiscalPeriod(asOf, calendar);
  const income = [...accounts.values()].filter(({ statement }) => statement === 'income');
  return {
    currency: company.currency,
    materiality: (materiality.get(code) ?? materiality.get('default'))!.toFixed(),
    from,
    to,
    income: income.map((account) => numberIn(account, code)),
  };
}

/** Cases whose items are read at once: enough to be quick, few enough to be held. */
const PAGE = 200;

/** Whole cases of an order, page by page. */
export async function* wholeCases(
  client: pg.ClientBase,
  { rulebook, config }: ListCases,
  { run, cases }: OrderedCases,
): AsyncGenerator<CaseRow> {
  for (let at = 0; at < cases.length; at += PAGE) {
    const page = cases.slice(at, at + PAGE);
    const ids = page.flatMap(({ items }) => items);
    const wanted = { rulebook, runId: run.runId, asOf: run.asOf, current: true };
    const items = new Map((await exceptionsById(client, wanted, ids)).map((item) => [item.id, item]));
    for (const each of page)
      yield caseRow(
        each,
        each.items.flatMap((id) => items.get(id) ?? []),
        { rulebook, config, runId: run.runId },
      );
  }
}

function caseRow(
  stored: StoredCase,
  items: readonly ExceptionRow[],
  { rulebook, config, runId }: { rulebook: Rulebook; config: ListCases['config']; runId: string },
): CaseRow {
  const reasons = bySurest(items.map(({ reason }) => reason));
  const main = items.find(({ reason }) => reason === reasons[0]);
  const { currency } = stored;
  const amount = stored.size === null ? null : showAmount(stored.size, currency);
  const locations = unique(items.flatMap(({ legs }) => legs.flatMap(({ unit }) => unit['location'] ?? [])));
  const owner = main?.owner ?? '';
  return {
    case: stored.id,
    title: caseTitle({
      kind: stored.kind,
      noun: EVENT_TYPES.get(stored.eventType ?? '')?.noun ?? '',
      name: stored.name,
      happened: stored.kind === 'matter' ? (main?.why ?? '') : (main?.title ?? ''),
      locations,
      amount: stored.kind === 'matter' ? null : amount,
      currency,
    }),
    status: stored.status,
    until: stored.until as IsoDate | null,
    waitsFor: stored.waitsFor,
    company: stored.company,
    amount,
    currency,
    profitEffect: stored.profitEffect === null ? null : showAmount(stored.profitEffect, currency),
    effects: effectsOf(items, rulebook.accounts),
    reasons,
    why: main?.why ?? '',
    owner,
    team: config.teams.get(owner) ?? [],
    assignee: stored.assignee,
    ageDays: Math.max(0, ...items.map((item) => item.ageDays)),
    dueDate: stored.dueDate as IsoDate,
    openedOn: stored.openedOn as IsoDate,
    changed: changedSince(stored, runId),
    comments: stored.comments,
    rootCause: stored.rootCause,
    references: unique(items.flatMap(({ references }) => references)),
    documents: unique(items.flatMap(({ ledger }) => ledger.map(({ document }) => document))),
    eventIds: uniqueEvents(items),
    importance: {
      amount: stored.amount,
      profit: stored.profit,
      overdue: stored.overdue,
      close: stored.close,
      person: stored.person,
      total: stored.total,
    },
    actions: actionsOf({ status: stored.status, items }),
    items: items.map((item) => item.id),
    seen: stored.seen,
    exceptions: items,
  };
}

/** Since the run before the last: new, changed, or neither. */
export function changedSince({ openedRun, changedRun }: StoredCase, runId: string): CaseRow['changed'] {
  return openedRun === runId ? 'new' : changedRun === runId ? 'changed' : '';
}

const unique = (values: readonly string[]): string[] => [...new Set(values)].filter((value) => value !== '');

function uniqueEvents(items: readonly ExceptionRow[]): { source: string; id: string }[] {
  return [
    ...new Map(
      items.flatMap(({ eventIds }) => eventIds).map((event) => [`${event.source} ${event.id}`, event]),
    ).values(),
  ];
}

/** What is open per account, ledger minus expected; what merely waits for its time is no effect. */
function effectsOf(
  items: readonly ExceptionRow[],
  accounts: ReadonlyMap<string, Account>,
): CaseRow['effects'] {
  const sums = new Map<string, CaseRow['effects'][number]>();
  for (const { reason, legs } of items) {
    if (SELF_CLEARING.has(reason)) continue;
    for (const { account, currency, amount, unit } of legs) {
      const company = unit['company'] ?? '';
      const key = [company, account, currency].join('\u001f');
      const known = sums.get(key);
      const named = [...accounts.values()].find((one) => numberIn(one, company) === account);
      const total = decimal(known?.amount ?? '0').plus(decimal(amount));
      sums.set(key, {
        company,
        account,
        title: named?.title ?? '',
        statement: named?.statement ?? null,
        currency,
        amount: showAmount(total.toFixed(), currency),
      });
    }
  }
  return [...sums.entries()]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .flatMap(([, effect]) => (decimal(effect.amount).isZero() ? [] : [effect]));
}
