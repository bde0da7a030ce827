// Cases: the list narrowed as the address says, one case with its picture, and decisions through the job that every door uses.
import { hasCompany } from '../../../jobs/decisions/ownCompanies.ts';
import { casePicture, type CasePicture } from '../../../jobs/reports/casePicture.ts';
import type { CaseDecision } from '../../../jobs/decisions/caseEffects.ts';
import { decideCases, type CaseOutcome } from '../../../jobs/decisions/decideCases.ts';
import { caseStory, type CaseStory } from '../../../jobs/reports/findCases.ts';
import type { ListedCase } from '../../../jobs/reports/keptCases.ts';
import { type CaseSum, type Facets, facetsOf, narrowed, sumsOf } from '../../../jobs/reports/narrowCases.ts';
import { ACTIONS } from '../../../reports/caseModel.ts';
import { parseIsoDate } from '../../accounting/dates.ts';
import { transaction } from '../../db/connection.ts';
import { UserError } from '../../errors.ts';
import { parseDecimal, type Decimal } from '../../money/decimal.ts';
import type { Asked, ConsolePage } from './page.ts';

export interface CasesAnswer {
  run: string;
  asOf: string;
  /** Of what is left. */
  total: number;
  sums: CaseSum[];
  /** Of all cases. */
  facets: Facets;
  offset: number;
  rows: ListedCase[];
}

export interface CaseAnswer extends CaseStory {
  picture: CasePicture;
  /** Accounts that a remainder may go to. */
  accounts: { name: string; number: string; title: string }[];
}

export interface DecidedAnswer {
  outcomes: CaseOutcome[];
}

const MOST_ROWS = 200;
const MOST_DECISIONS = 1_000;
const DECISIONS = [...ACTIONS, 'comment', 'assign'] as const;

export const casesPage: ConsolePage = (routes) => {
  routes.get('cases', listCases);
  routes.get('cases/case', oneCase);
  routes.post('cases/decide', decide);
};

async function listCases(asked: Asked): Promise<CasesAnswer> {
  const { db, rulebook, by, cases: kept, param } = asked;
  const { run, asOf, cases: all } = await kept.list(db, rulebook);
  const cases = all.filter(({ company }) => hasCompany(by, company));
  const found = narrowed(cases, {
    status: param('status'),
    company: param('company'),
    owner: param('owner'),
    reason: param('reason'),
    account: param('account'),
    over: amountOf(param('over')),
    older: numberOf('older', param('older')),
    overdueAt: param('overdue') === '' ? undefined : asOf,
    words: param('words'),
  });
  const offset = numberOf('offset', param('offset')) ?? 0;
  const limit = Math.min(numberOf('limit', param('limit')) ?? 100, MOST_ROWS);
  return {
    run,
    asOf,
    total: found.length,
    sums: sumsOf(found, asOf),
    facets: facetsOf(cases),
    offset,
    rows: found.slice(offset, offset + limit),
  };
}

function amountOf(text: string): Decimal | undefined {
  if (text === '') return undefined;
  const amount = parseDecimal(text);
  if (amount === undefined)
    throw new UserError({ what: 'over: not an amount', expected: '100.00', found: text });
  return amount;
}

function numberOf(name: string, text: string): number | undefined {
  if (text === '') return undefined;
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new UserError({ what: `${name}: not a whole number`, expected: '0 or more', found: text });
}

async function oneCase({ db, config, rulebook, by, cases, param }: Asked): Promise<CaseAnswer> {
  const { ordered } = await cases.list(db, rulebook);
  const story = await caseStory({ db, config, rulebook }, param('id'), ordered);
  const { eventIds, items, company } = story.row;
  if (!hasCompany(by, company)) throw new UserError({ what: 'no open case has this id', found: param('id') });
  const picture = await transaction(db, async (client) => {
    await client.query('set transaction isolation level repeatable read read only');
    return casePicture(client, { eventIds, exceptions: items });
  });
  const accounts = [...rulebook.accounts.values()].map(({ name, number, title }) => ({
    name,
    number,
    title,
  }));
  return { ...story, picture, accounts };
}

async function decide(asked: Asked): Promise<DecidedAnswer> {
  const { db, config, rulebook, clock, by, body } = asked;
  const list = Array.isArray(body['decisions']) ? (body['decisions'] as unknown[]) : [];
  if (list.length === 0 || list.length > MOST_DECISIONS)
    throw new UserError({ what: `expected 1 to ${MOST_DECISIONS} decisions`, found: String(list.length) });
  const decisions = list.map(decisionOf);
  // To book is to agree with who proposed the journal: a second word.
  const person = decisions.some(({ action }) => action === 'book') ? await asked.byKey() : by;
  return { outcomes: await decideCases({ db, config, rulebook, clock, by: person }, decisions) };
}

function decisionOf(value: unknown): CaseDecision {
  const given = (typeof value === 'object' && value !== null ? value : {}) as Record<string, unknown>;
  const text = (name: string): string => {
    const one = given[name] ?? '';
    if (typeof one === 'string' && one.length <= 2_000 && !one.includes('\0')) return one;
    throw new UserError({ what: `${name}: expected text of at most 2000 characters` });
  };
  const action = DECISIONS.find((one) => one === text('action'));
  if (action === undefined) throw new UserError({ what: 'no such action', expected: DECISIONS.join(', ') });
  const until = text('until') === '' ? undefined : parseIsoDate(text('until'));
  if (text('until') !== '' && until === undefined)
    throw new UserError({ what: 'until: not a day', expected: 'YYYY-MM-DD', found: text('until') });
  const optional = (name: 'account' | 'assignee' | 'seen'): object =>
    text(name) === '' ? {} : { [name]: text(name) };
  return {
    case: text('case'),
    action,
    why: text('why'),
    ...(until === undefined ? {} : { until }),
    ...optional('account'),
    ...optional('assignee'),
    ...optional('seen'),
  };
}
