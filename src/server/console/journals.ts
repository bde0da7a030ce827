// Journals: what waits for a second person with its lines and events, approve or reject, and the life of each posting. Every word
// here agrees to, or refuses, another person's: it is said with the personal key.
import { type Answer, approve, reject } from '../../../jobs/decisions/approve.ts';
import { hasCompany } from '../../../jobs/decisions/ownCompanies.ts';
import { ownDecisions } from '../../../jobs/decisions/ownDecisions.ts';
import { list } from '../../../jobs/reports/list.ts';
import { showAmount } from '../../money/showAmount.ts';
import { transaction } from '../../db/connection.ts';
import { type JournalStory, journalStory } from '../../db/explain/journal.ts';
import type { ListedDecision } from '../../db/list/decisions.ts';
import type { ListedJournal } from '../../db/list/journals.ts';
import { UserError } from '../../errors.ts';
import type { Asked, ConsolePage } from './page.ts';

export interface JournalsAnswer {
  journals: ListedJournal[];
  /** Not shown. */
  more: number;
  /** Decisions of other kinds that wait for a second person. */
  decisions: ListedDecision[];
}

export interface JournalAnswer {
  journal: JournalStory;
}

export interface WordAnswer {
  answers: Answer[];
}

const MOST = 2_000;
const MOST_WORDS = 500;

export const journalsPage: ConsolePage = (routes) => {
  routes.get('journals', async ({ db, by }): Promise<JournalsAnswer> => {
    const journals = await list(db, 'journals', { limit: MOST });
    const waiting = await list(db, 'decisions', { limit: MOST, waiting: true });
    const decisions = waiting.rows as unknown as ListedDecision[];
    return {
      journals: (journals.rows as unknown as ListedJournal[]).filter(({ company }) =>
        hasCompany(by, company),
      ),
      more: by.companies === undefined ? journals.more.count : 0,
      decisions: await transaction(db, (client) => ownDecisions(client, by, decisions)),
    };
  });
  routes.get('journals/journal', oneJournal);
  routes.post('journals/word', sayWord);
};

async function oneJournal({ db, by, param }: Asked): Promise<JournalAnswer> {
  const id = param('id');
  const journal = /^\d{1,18}$/.test(id)
    ? await transaction(db, (client) => journalStory(client, id))
    : undefined;
  if (journal === undefined || !hasCompany(by, journal.company))
    throw new UserError({ what: `no journal has the number ${id}` });
  const lines = journal.lines.map((line) => ({ ...line, amount: showAmount(line.amount, line.currency) }));
  return { journal: { ...journal, lines } };
}

async function sayWord(asked: Asked): Promise<WordAnswer> {
  const { db, config, rulebook, clock, body } = asked;
  const { verdict, ids, why } = body;
  if (verdict !== 'approve' && verdict !== 'reject')
    throw new UserError({ what: 'verdict: expected approve or reject' });
  if (!Array.isArray(ids) || ids.length === 0 || ids.length > MOST_WORDS || !ids.every(isId))
    throw new UserError({ what: `ids: expected 1 to ${MOST_WORDS} ids` });
  const by = await asked.byKey();
  const word = { db, config, rulebook, clock, by, why: typeof why === 'string' ? why.slice(0, 2_000) : '' };
  return { answers: await (verdict === 'approve' ? approve : reject)(word, ids) };
}

const isId = (id: unknown): id is string => typeof id === 'string' && /^[\w-]{1,100}$/.test(id);
