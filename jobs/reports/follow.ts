// One search for any id, and the ways on: a story with what stands before it (where it came from) and after it (what became of
// it), so that a path can be walked from an order to the ledger and back.
import type pg from 'pg';
import type { Config } from '../../src/config/model.ts';
import { type Database, transaction } from '../../src/db/connection.ts';
import type { MatchStory } from '../../src/db/explain/histories.ts';
import type { JournalStory } from '../../src/db/explain/journal.ts';
import { journalsAbout } from '../../src/db/explain/journal.ts';
import type { StoryLine } from '../../src/db/explain/lines.ts';
import type { Actor } from '../administration/userKeys.ts';
import { hasCompany } from '../decisions/ownCompanies.ts';
import { companiesOfSubject } from '../../src/db/explain/companiesOfSubject.ts';
import { companyOfCase } from '../../src/db/read/companyOfCase.ts';
import { caseOfItems } from '../../src/db/read/caseOfItems.ts';
import { findSubjects, type Subject, type SubjectKind, SUBJECTS } from '../../src/db/explain/findSubjects.ts';
import { idsLike } from '../../src/db/list/beginnings.ts';
import type { Rulebook } from '../../src/rulebook/model.ts';
import { storyOf } from './explain.ts';
import { eventsOf } from './explainJournals.ts';
import { showAmount } from '../../src/money/showAmount.ts';
import type { Story } from './story.ts';

/** A thing that can be followed on; `kind` and `id` are what the search takes. */
export interface Step {
  kind: SubjectKind | 'case';
  id: string;
  /** What it is, for people. */
  words: string;
}

export interface Followed {
  /** The thing of that id; null where there is none, or more than one. */
  story: Pick<Story, 'kind' | 'id' | 'title' | 'told'> | null;
  before: Step[];
  after: Step[];
  /** Several things have this id, or begin so. */
  several: Step[];
}

export interface Follow {
  db: Database;
  config: Config;
  rulebook: Rulebook;
  /** What is of another company is not there. */
  by: Pick<Actor, 'companies'>;
  /** '' for any. */
  kind: string;
  id: string;
}

const NOTHING: Followed = { story: null, before: [], after: [], several: [] };

export function follow({ db, config, rulebook, by, kind, id }: Follow): Promise<Followed> {
  if (id === '') return Promise.resolve(NOTHING);
  return transaction(db, async (client) => {
    await client.query('set transaction isolation level repeatable read');
    const only = SUBJECTS.find((one) => one === kind);
    const cases = only === undefined ? await casesNamed(client, by, id) : [];
    const found = kind === 'case' ? [] : await ownSubjects(client, by, await findSubjects(client, id, only));
    const [first] = found;
    if (first === undefined || found.length + cases.length > 1)
      return { ...NOTHING, several: [...cases, ...found.map(stepOf)] };
    const story = await storyOf({ client, config, rulebook }, first);
    const { kind: k, id: i, title, told } = story;
    return { story: { kind: k, id: i, title, told }, ...(await waysOn(client, story)), several: [] };
  });
}

/** Ids of cases are long: words that are short are something else. */
async function casesNamed(client: pg.ClientBase, by: Follow['by'], id: string): Promise<Step[]> {
  if (!/^[0-9a-f]{6,32}$/i.test(id)) return [];
  const ids: string[] = [];
  for (const one of await idsLike(client, 'case', id, 5))
    if ((await companyOfCase(client, one)).every((company) => hasCompany(by, company))) ids.push(one);
  return ids.map((one) => ({ kind: 'case', id: one, words: `case ${one.slice(0, 12)}` }));
}

/** Those of which every line and fact is of the person's companies. */
async function ownSubjects(
  client: pg.ClientBase,
  by: Follow['by'],
  found: readonly Subject[],
): Promise<Subject[]> {
  if (by.companies === undefined) return [...found];
  const own: Subject[] = [];
  for (const subject of found) {
    const companies = await companiesOfSubject(client, subject);
    if (companies.length > 0 && companies.every((company) => hasCompany(by, company))) own.push(subject);
  }
  return own;
}

function stepOf({ kind, key }: Subject): Step {
  const id = key.join(kind === 'document' ? '/' : ' ');
  return { kind, id, words: `${kind} ${id}` };
}

async function waysOn(
  client: pg.ClientBase,
  { kind, id, facts }: Story,
): Promise<Pick<Followed, 'before' | 'after'>> {
  const lines = linesOf(facts);
  const steps = new Steps();
  if (kind === 'journal') {
    const journal = facts['journal'] as JournalStory;
    for (const { source, id } of journal.events) steps.before('event', `${source} ${id}`, `event ${id}`);
    if (journal.reverses !== null)
      steps.before('journal', journal.reverses, `reverses journal ${journal.reverses}`);
    for (const line of lines) ledgerSteps(steps, line);
    return steps.found;
  }
  for (const { source, id } of kind === 'event' ? [] : eventsOf(lines))
    steps.before('event', `${source} ${id}`, `event ${id}`);
  for (const match of (facts['matches'] ?? []) as MatchStory[])
    steps.after('match', match.match, matchWords(match));
  for (const line of lines) {
    if (kind !== 'line') lineSteps(steps, line);
    homeSteps(steps, line, kind);
  }
  await journalSteps(client, steps, lines, facts);
  const items = [...lines.flatMap(({ exception }) => exception ?? []), ...(kind === 'exception' ? [id] : [])];
  for (const found of await caseOfItems(client, items))
    steps.after('case', found, `case ${found.slice(0, 12)}`);
  return steps.found;
}

function linesOf(facts: Story['facts']): StoryLine[] {
  const { lines, line, seen } = facts;
  return [...((lines ?? seen ?? []) as StoryLine[]), ...(line === undefined ? [] : [line as StoryLine])];
}

function lineSteps(steps: Steps, line: StoryLine): void {
  const words = `${line.side === 'E' ? 'expected' : 'ledger'} ${showAmount(line.amount, line.currency)} ${line.currency} on ${line.account}`;
  if (line.side === 'E') steps.after('line', line.line, words);
  else ledgerSteps(steps, line);
}

function ledgerSteps(steps: Steps, { document, documentLine, amount, currency, account }: StoryLine): void {
  if (document === null) return;
  const id = documentLine === null ? document : `${document}/${documentLine}`;
  steps.after('document', id, `document ${id}, ${showAmount(amount, currency)} ${currency} on ${account}`);
}

function homeSteps(steps: Steps, { match, exception, reason, reference }: StoryLine, kind: string): void {
  if (match !== null && kind !== 'match') steps.after('match', match, `match ${match}`);
  if (exception !== null && kind !== 'exception')
    steps.after(
      'exception',
      exception,
      `${(reason ?? 'open').toLowerCase().replaceAll('_', ' ')} ${exception.slice(0, 12)}`,
    );
  if (reference !== '' && kind !== 'reference')
    steps.before('reference', reference, `reference ${reference}`);
}

const matchWords = ({ match, pass, releasedRun }: MatchStory): string =>
  `match ${match}, pass ${pass}${releasedRun === null ? '' : ', released'}`;

const MOST_EVENTS = 5;

async function journalSteps(
  client: pg.ClientBase,
  steps: Steps,
  lines: readonly StoryLine[],
  facts: Story['facts'],
): Promise<void> {
  const event = facts['event'] as { source: string; id: string } | undefined;
  const events = event === undefined ? eventsOf(lines) : [event];
  for (const one of events.slice(0, MOST_EVENTS))
    for (const { journal, state } of await journalsAbout(client, one))
      steps.after('journal', journal, `journal ${journal}, ${state.toLowerCase().replaceAll('_', ' ')}`);
}

/** As business goes: named, happened, expected, matched or open, booked. */
const ORDER: readonly Step['kind'][] = [
  'reference',
  'event',
  'line',
  'document',
  'match',
  'exception',
  'case',
  'journal',
];

/** Each thing once, in the order in which it was met; a bound, because a summary's match can hold a day. */
class Steps {
  readonly #before = new Map<string, Step>();
  readonly #after = new Map<string, Step>();
  static readonly most = 40;

  before(kind: Step['kind'], id: string, words: string): void {
    this.#add(this.#before, { kind, id, words });
  }
  after(kind: Step['kind'], id: string, words: string): void {
    this.#add(this.#after, { kind, id, words });
  }
  #add(steps: Map<string, Step>, step: Step): void {
    const key = `${step.kind} ${step.id}`;
    if (steps.size < Steps.most && !steps.has(key)) steps.set(key, step);
  }
  get found(): Pick<Followed, 'before' | 'after'> {
    const inOrder = (steps: ReadonlyMap<string, Step>): Step[] =>
      [...steps.values()].toSorted((a, b) => ORDER.indexOf(a.kind) - ORDER.indexOf(b.kind));
    return { before: inOrder(this.#before), after: inOrder(this.#after) };
  }
}
