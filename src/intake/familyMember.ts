// A member of a family with all that its plan needs: the event itself, where it came from and the lines that stand for it.
import { isoDate } from '../accounting/dates.ts';
import type { IsoDate } from '../accounting/dates.ts';
import type { StagedMember, StandingLine, StoredMember } from '../db/intake/families.ts';
import type { NumberedLine } from '../db/intake/storeDecided.ts';
import type { BusinessEvent, EventContext } from '../events/model.ts';
import { readEvent } from '../events/read.ts';
import { Fault } from '../errors.ts';
import type { Member } from './family.ts';
import { revisionOf } from './familyKey.ts';

/** A line that stands or is about to; a new one has no id yet, and points to the line that it negates. */
export interface FamilyLine extends NumberedLine {
  negated?: FamilyLine;
}

export interface FamilyMember extends Member {
  event: BusinessEvent;
  accountingDate: IsoDate;
  /** Of a new event; undefined for a stored one. */
  position: number | undefined;
  /** How a stored event stands now. */
  standing: string | undefined;
  because: string;
  episode: number;
  lines: FamilyLine[];
}

export function stagedFamilyMember(row: StagedMember, context: EventContext): FamilyMember {
  const event = reread(row.payload, context);
  return {
    ...asMember(event, row.authoritative),
    accountingDate: isoDate(row.accountingDate),
    position: row.position,
    stored: false,
    standing: undefined,
    because: '',
    episode: 0,
    lines: [],
  };
}

export function storedFamilyMember(
  row: StoredMember,
  lines: readonly StandingLine[],
  context: EventContext,
): FamilyMember {
  const event = reread(row.payload, context);
  return {
    ...asMember(event, row.authoritative),
    accountingDate: isoDate(row.accountingDate),
    position: undefined,
    stored: true,
    standing: row.standing,
    because: row.because,
    episode: row.episode,
    lines: lines.map(({ unit, lineId, scope, negates, ...line }) => ({ unit, lineId, scope, negates, line })),
  };
}

function asMember(
  event: BusinessEvent,
  authoritative: boolean,
): Omit<Member, 'stored'> & { event: BusinessEvent } {
  return {
    source: event.source,
    id: event.id,
    time: event.time,
    authoritative,
    businessKey: event.businessKey,
    revision: revisionOf(event),
    pinned: false,
    ...(event.corrects === undefined ? {} : { corrects: event.corrects }),
    ...(event.correction === undefined ? {} : { correction: event.correction }),
    event,
  };
}

/** An accepted event from its own canonical text: it is in, whoever may send today. */
export function reread(payload: string, context: EventContext): BusinessEvent {
  const { source: _, ...open } = context;
  const outcome = readEvent(payload, open);
  if (!outcome.ok) {
    throw new Fault(
      `a stored event is refused by the configuration of today: ${outcome.refusal.message}; restore the company, location or rate that it was accepted with`,
    );
  }
  return outcome.event;
}
