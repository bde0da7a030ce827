// The stories of exceptions, matches, events, journals, documents and references: what became of each, over time, told from
// the lines that it owns.
import { nearestWords } from '../../reports/nearestWords.ts';
import { storyLines, type StoryLine } from '../../src/db/explain/lines.ts';
import { LATEST } from '../../src/db/explain/candidates.ts';
import { eventHistory, exceptionHistory, matchStory } from '../../src/db/explain/histories.ts';
import { type JournalStory, journalStory } from '../../src/db/explain/journal.ts';
import { readLegs, TOLD_LINES } from '../../src/db/read/exceptions.ts';
import { Fault } from '../../src/errors.ts';
import {
  homeWords,
  lineByNumber,
  lineStory,
  lineWords,
  matchWords,
  nearestCandidates,
} from './explainLine.ts';
import { eventsOf, journalsSection } from './explainJournals.ts';
import { keyOf } from './nearest.ts';
import { showAmount } from '../../src/money/showAmount.ts';
import { section, minute, parts, type Story, type Telling } from './story.ts';

export async function explainException(telling: Telling, id: string): Promise<Story> {
  const history = await exceptionHistory(telling.client, id);
  const last = history?.states.at(-1);
  if (history === undefined || last === undefined) throw new Fault(`exception ${id} is gone`);
  const closed = last.status === 'closed';
  const lines = await storyLines(telling.client, closed ? 'pastException' : 'exception', [id]);
  const owned = closed ? [] : await readLegs(telling.client, LATEST, [id]);
  const [nearest = []] = await telling.nearest.ofItems([owned.slice(0, TOLD_LINES)]);
  const policy = telling.rulebook.exceptions.get(last.reason);
  const told = [
    ...section('Now', [
      `${last.status}: ${last.reason}${policy === undefined ? '' : ` - ${policy.title}`}`,
      last.why,
      ...(last.also.length === 0 ? [] : [`also fits: ${last.also.join(', ')}`]),
      ...(last.exposure === null
        ? []
        : [`exposure ${showAmount(last.exposure, last.currency)} ${last.currency}`]),
      ...(policy === undefined || closed ? [] : [`to do: ${policy.action}`]),
      ...(last.rootCause === '' ? [] : [`root cause: ${last.rootCause}`]),
    ]),
    ...section(
      closed ? 'Lines it owned' : 'Lines it owns',
      lines.map((line) => (closed ? `${lineWords(line)}  ${homeWords(line)}` : lineWords(line))),
    ),
    ...section('Nearest candidate', nearestWords(nearest)),
    ...section(
      'Over time',
      history.states.map(
        (state) =>
          `${minute(state.at)}  run ${state.run} as of ${state.asOf}: ${state.status} ${state.reason}${state.actor === null ? '' : `, ${state.actor} ${state.decided}`}${state.status === 'closed' ? '' : ` - ${state.why}`}`,
      ),
    ),
    ...(await journalsSection(telling, lines)),
  ];
  return {
    kind: 'exception',
    id,
    title: `Exception ${id.slice(0, 12)}, ${history.company}, open since ${history.openedOn}`,
    told,
    facts: { ...history, lines, nearest },
  };
}

export async function explainMatch(telling: Telling, id: string): Promise<Story> {
  const match = await matchStory(telling.client, id);
  if (match === undefined) throw new Fault(`match ${id} is gone`);
  const lines = await storyLines(telling.client, 'match', [id]);
  return {
    kind: 'match',
    id,
    title: `Match ${id}, ${match.reconciliation}`,
    told: [
      ...section(match.releasedRun === null ? 'Live' : 'Released', await matchWords(telling, match)),
      ...(await journalsSection(telling, lines)),
    ],
    facts: { match, lines },
  };
}

export async function explainLineNumber(telling: Telling, id: string): Promise<Story> {
  const line = await lineByNumber(telling.client, id);
  if (line === undefined) throw new Fault(`line ${id} is gone`);
  return lineStory(telling, line);
}

export async function explainEvent(telling: Telling, source: string, id: string): Promise<Story> {
  const history = await eventHistory(telling.client, source, id);
  if (history === undefined) throw new Fault(`event ${id} is gone`);
  const lines = await storyLines(telling.client, 'event', [source, id]);
  const told = [
    ...section('The fact', [
      parts([
        history.type,
        `happened ${minute(history.time)}`,
        `company ${history.company}`,
        `business date ${history.businessDate}`,
        history.accountingDate !== history.businessDate &&
          `accounting date ${history.accountingDate} (${history.dateReason})`,
      ]),
      `batch ${history.batch}, ${history.path}, taken in ${minute(history.receivedAt)}`,
      ...(history.corrects === null
        ? []
        : [`${history.correction === 'void' ? 'voids' : 'replaces'} ${history.corrects}`]),
      ...(history.correctedBy === null ? [] : [`corrected by ${history.correctedBy}`]),
    ]),
    ...section(
      'What it became',
      history.standings.map((one) =>
        parts([
          STANDINGS[one.standing] ?? one.standing,
          one.rule !== '' && `posting rule ${one.rule}`,
          one.rulebookHash !== '' && `rulebook ${one.rulebookHash.slice(0, 12)}`,
          one.because,
        ]),
      ),
    ),
    ...(await linesTold(telling, 'Its lines', lines)),
    ...(await journalsSection(telling, lines, [{ source, id }])),
  ];
  return {
    kind: 'event',
    id: `${source} ${id}`,
    title: `Event ${id} from ${source}`,
    told,
    facts: { event: history, lines },
  };
}

const STANDINGS: Readonly<Record<string, string>> = {
  derived: 'expected lines',
  zero: 'nothing to book: all its measures are zero',
  none: 'no entry, as its rule says',
  lifecycle: 'no entry: it only tells where goods are',
  no_rule: 'no rule takes it: NO_RULE',
  duplicate: 'another event states the same fact',
  waiting: 'waits for the event that it refers to',
  superseded: 'an authoritative source stated the same fact: its lines ended',
};

/** Lines with their homes; under each open one the candidate that came nearest. */
async function linesTold(
  telling: Telling,
  heading: string,
  lines: readonly StoryLine[],
): Promise<Story['told']> {
  const words: string[] = [];
  const told = lines.filter(({ home }) => home === 'exception').slice(0, 20);
  const nearestOf = await nearestCandidates(telling, told);
  for (const line of lines) {
    words.push(`${lineWords(line)}  line ${line.line}: ${homeWords(line)}`);
    if (!told.includes(line)) continue;
    const nearest = nearestOf.get(keyOf(line));
    if (line.why !== null) words.push(`    ${line.why}`);
    if (nearest !== undefined) words.push(`    nearest: ${nearest.words}`);
  }
  return section(heading, words);
}

/** A document of the ERP, a line of it by number, or everything that bears a reference. */
export async function explainLines(
  telling: Telling,
  kind: 'document' | 'reference',
  key: readonly string[],
): Promise<Story> {
  const by = kind === 'reference' ? 'reference' : key.length === 2 ? 'documentLine' : 'document';
  const lines = await storyLines(telling.client, by, key);
  const [only] = lines;
  if (by === 'documentLine' && lines.length === 1 && only !== undefined) return lineStory(telling, only);
  const events = eventsOf(lines);
  const id = key.join('/');
  const told = [
    ...(await linesTold(telling, 'Its lines', lines)),
    ...section(
      'Events',
      events.map((event) => `${event.source} ${event.id}`),
    ),
    ...(await journalsSection(telling, lines, events)),
  ];
  return {
    kind,
    id,
    title: `${kind === 'document' ? 'Document' : 'Reference'} ${id}`,
    told,
    facts: { lines },
  };
}

export async function explainJournal(telling: Telling, id: string): Promise<Story> {
  const story = await journalStory(telling.client, id);
  if (story === undefined) throw new Fault(`journal ${id} is gone`);
  const seen = await storyLines(telling.client, 'posting', [story.postingReference]);
  const ledger = seen.filter((line) => line.side === 'L');
  const told = [
    ...section('What it is', journalHead(story)),
    ...section(
      'Lines',
      story.lines.map(
        (line) =>
          `${line.side === 'debit' ? 'Dr' : '   Cr'} ${parts([line.account, line.location, line.dimension], ' ')}  ${showAmount(line.amount, line.currency)} ${line.currency}${line.reference === '' ? '' : `  ${line.reference}`}`,
      ),
    ),
    ...section(
      'For',
      story.events.map(
        (event) =>
          `event ${event.source} ${event.id}, ${event.lines} lines${event.ended === null ? '' : ` (no longer held: ${event.ended})`}`,
      ),
    ),
    ...section(
      'States',
      story.steps.map(
        (step) =>
          `${minute(step.at)}  ${step.from} -> ${step.to}  by ${step.actor}${step.why === '' ? '' : `: ${step.why}`}`,
      ),
    ),
    ...section('Words of persons', [
      ...story.approvals.map(
        (one) =>
          `${minute(one.at)}  ${one.verdict} by ${one.approver}${one.why === '' ? '' : `: ${one.why}`}`,
      ),
      ...story.resolutions.map(
        (one) =>
          `${minute(one.at)}  ${one.actor}${one.second ? ' agrees' : ''}: ${one.outcome}, ${one.why}; evidence: ${one.evidence}`,
      ),
    ]),
    ...section(
      'Attempts',
      story.attempts.map(
        (one) =>
          `${minute(one.startedAt)}  ${one.kind} ${one.number} by ${one.worker}: ${one.outcome ?? 'no outcome is known'}`,
      ),
    ),
    ...section(
      'Seen in the ledger',
      ledger.length === 0
        ? ['not yet in any extract']
        : ledger.map((line) => `${lineWords(line)}  batch ${line.batch}, ${homeWords(line)}`),
    ),
  ];
  return {
    kind: 'journal',
    id,
    title: `Journal ${id} (${story.postingReference}), ${story.state}`,
    told,
    facts: { journal: story, seen },
  };
}

function journalHead(story: JournalStory): string[] {
  return [
    `${parts([story.kind === 'missing' ? 'an entry that the ledger lacks' : story.kind, `company ${story.company}/${story.ledger}`, `posting date ${story.postingDate}`, `period ${story.period}`, `ERP ${story.erp}`])}`,
    `proposed by ${story.run === '0' ? '' : `run ${story.run}, `}${story.makers.join(', ')}, roll-out mode ${story.mode}, rules ${story.rules.join(', ') || 'none'}, rulebook ${story.rulebookHash.slice(0, 12)}`,
    ...(story.reverses === null ? [] : [`reverses journal ${story.reverses}`]),
    ...story.notes,
    ...(story.document === '' ? [] : [`ERP document ${story.document}`]),
    ...(story.confirmedRun === null ? [] : [`confirmed by run ${story.confirmedRun}`]),
  ];
}
