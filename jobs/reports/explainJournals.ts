// Which journals of ours stand behind what a story tells of: those proposed for its events, and those whose reference its
// ledger lines bear, since a document of the ERP may be one of ours.
import { eventHistory } from '../../src/db/explain/histories.ts';
import { journalsAbout, journalsNamed } from '../../src/db/explain/journal.ts';
import type { StoryLine } from '../../src/db/explain/lines.ts';
import { section, type Section, type Telling } from './story.ts';

interface EventName {
  source: string;
  id: string;
}

/** Events asked for their verdicts; a summary's match can hold a day of them. */
const TOLD_EVENTS = 10;

/** The events that lines come from, each once. */
export function eventsOf(lines: readonly StoryLine[]): EventName[] {
  const events = new Map<string, EventName>();
  for (const { eventSource, eventId } of lines)
    if (eventSource !== null && eventId !== null)
      events.set(JSON.stringify([eventSource, eventId]), { source: eventSource, id: eventId });
  return [...events.values()];
}

/** The journals behind lines and events, as a section; none where there is none. */
export async function journalsSection(
  telling: Telling,
  lines: readonly StoryLine[],
  events: readonly EventName[] = eventsOf(lines),
): Promise<Section[]> {
  const words: string[] = [];
  const references = [...new Set(lines.map(({ postingReference }) => postingReference ?? ''))];
  const booked = references.filter((reference) => reference !== '');
  for (const one of booked.length === 0 ? [] : await journalsNamed(telling.client, booked)) {
    const documents = lines.filter(({ postingReference }) => postingReference === one.postingReference);
    const named = [...new Set(documents.flatMap(({ document }) => document ?? []))];
    words.push(
      `journal ${one.journal} (${one.postingReference}), ${one.state}${named.length === 0 ? '' : `: document ${named.join(', ')} bears its reference`}`,
    );
  }
  const told = new Set(booked);
  for (const event of events.slice(0, TOLD_EVENTS)) {
    const history = await eventHistory(telling.client, event.source, event.id);
    const verdict = history?.proposals.at(-1);
    if (verdict !== undefined && verdict.verdict !== 'proposed')
      words.push(`${event.id}: nothing is proposed, ${verdict.why}`);
    for (const one of await journalsAbout(telling.client, event))
      if (!told.has(one.postingReference))
        words.push(
          `${event.id}: journal ${one.journal} (${one.postingReference}), ${one.state}${one.why === '' ? '' : `, ${one.why}`}`,
        );
  }
  return section('Journals', words);
}
