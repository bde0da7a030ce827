// `explain ID`: finds what the id means and tells its whole story (law 6: every line can say why).
import { type Database, transaction } from '../../src/db/connection.ts';
import { findSubjects, type Subject, SUBJECTS, type SubjectKind } from '../../src/db/explain/findSubjects.ts';
import type { Config } from '../../src/config/model.ts';
import { UserError } from '../../src/errors.ts';
import type { Rulebook } from '../../src/rulebook/model.ts';
import * as things from './explainThings.ts';
import { Nearest } from './nearest.ts';
import type { Story, Telling } from './story.ts';

export interface Explain {
  db: Database;
  config: Config;
  rulebook: Rulebook;
  /** An id of any kind; or a kind and an id; an event also as `source id`. */
  words: readonly string[];
}

/** @throws UserError where nothing or more than one thing has the id */
export function explain({ db, config, rulebook, words }: Explain): Promise<Story> {
  const kind = words.length > 1 ? SUBJECTS.find((one) => one === words[0]) : undefined;
  const id = (kind === undefined ? words : words.slice(1)).join(' ');
  return transaction(db, async (client) => {
    await client.query('set transaction isolation level repeatable read');
    const found = await findSubjects(client, id, kind);
    const [only] = found;
    if (only === undefined) throw notFound(id, kind);
    if (found.length > 1) throw severalFound(id, found);
    return storyOf({ client, config, rulebook }, only);
  });
}

/** The story of one thing, in the caller's transaction, which only reads from then on. */
export async function storyOf(from: Omit<Telling, 'nearest'>, subject: Subject): Promise<Story> {
  const { client, config, rulebook } = from;
  const nearest = await Nearest.open(client, rulebook, config.calendars, null);
  await client.query('set transaction read only');
  return tell({ ...from, nearest }, subject);
}

function tell(telling: Telling, { kind, key }: Subject): Promise<Story> {
  const [first = '', second = ''] = key;
  switch (kind) {
    case 'exception':
      return things.explainException(telling, first);
    case 'event':
      return things.explainEvent(telling, first, second);
    case 'line':
      return things.explainLineNumber(telling, first);
    case 'match':
      return things.explainMatch(telling, first);
    case 'journal':
      return things.explainJournal(telling, first);
    case 'document':
    case 'reference':
      return things.explainLines(telling, kind, key);
  }
}

function notFound(id: string, kind: SubjectKind | undefined): UserError {
  return new UserError({
    where: 'explain',
    what: `nothing here has this ${kind ?? 'id'}`,
    expected:
      'an exception, an event (source id, or the id alone), a document or document/line, a reference, a posting reference, or the number of a journal, match or line',
    found: id,
    todo: 'tieout exceptions and tieout list show ids',
  });
}

function severalFound(id: string, found: readonly Subject[]): UserError {
  return new UserError({
    where: 'explain',
    what: `several things are called ${id}, or begin so`,
    expected: found
      .map(
        ({ kind, key }) => `tieout explain ${kind} ${key.map(quoted).join(kind === 'document' ? '/' : ' ')}`,
      )
      .join('\n            '),
  });
}

function quoted(word: string): string {
  return /^[\w./:@+-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
