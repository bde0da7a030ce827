// The contested events: several of one business identity, corrections, tax revisions. Page by page the family is put
// together from what is staged and stored, resolved as a set (family.ts), and what has to change is written.
import type pg from 'pg';

import {
  nextFamilies,
  stagedMembers,
  standingLines,
  storedIdentities,
  storedMembers,
} from '../db/intake/families.ts';
import type { FamilyKey, StandingLine } from '../db/intake/families.ts';
import { refusalOf } from '../events/cursor.ts';
import type { Refusal } from '../events/model.ts';
import type { Unit } from '../rulebook/unit.ts';
import { stagedFamilyMember, storedFamilyMember } from './familyMember.ts';
import type { FamilyMember } from './familyMember.ts';
import type { IntakeContext } from './context.ts';
import { familyOf } from './familyKey.ts';
import { FamilyPage } from './familyPage.ts';

export interface DecidedFamilies {
  stored: number;
  /** New events that may not stand, by position. */
  refused: Map<number, Refusal>;
}

/** Decides all special events of the stage. */
export async function decideFamilies(
  client: pg.ClientBase,
  context: IntakeContext,
  batchId: string,
  units: Map<string, Unit>,
): Promise<DecidedFamilies> {
  const decided: DecidedFamilies = { stored: 0, refused: new Map() };
  let after = '';
  for (;;) {
    const families = await nextFamilies(client, after);
    if (families.length === 0) return decided;
    after = families[families.length - 1]!;
    const page = new FamilyPage(context, units);
    for (const members of await gather(client, context, families)) await page.decide(client, members);
    await refuseForeignTargets(client, page);
    await page.write(client, batchId);
    decided.stored += page.events.filter(({ position }) => !page.refused.has(position)).length;
    for (const [position, refusal] of page.refused) decided.refused.set(position, refusal);
  }
}

const identity = (source: string, id: string): string => `${source}\u001f${id}`;

/** The members of each family, staged and stored. */
async function gather(
  client: pg.ClientBase,
  context: IntakeContext,
  families: readonly string[],
): Promise<Iterable<FamilyMember[]>> {
  const gathered = new Map<string, FamilyMember[]>(families.map((family) => [family, []]));
  const keys = new Map<string, FamilyKey>();
  for (const row of await stagedMembers(client, families)) {
    const member = stagedFamilyMember(row, context.events);
    keys.set(row.family, familyOf(member.event));
    gathered.get(row.family)!.push(member);
  }
  const stored = await storedMembers(client, [...keys.values()]);
  const lines = new Map<string, StandingLine[]>();
  for (const line of await standingLines(client, stored)) {
    const key = identity(line.eventSource, line.eventId);
    lines.set(key, [...(lines.get(key) ?? []), line]);
  }
  for (const row of stored) {
    const member = storedFamilyMember(row, lines.get(identity(row.source, row.id)) ?? [], context.events);
    gathered.get(familyOf(row).family)?.push(member);
  }
  return gathered.values();
}

/** A correction whose target exists, but is another fact, does not wait: nothing will come. */
async function refuseForeignTargets(client: pg.ClientBase, page: FamilyPage): Promise<void> {
  const known = await storedIdentities(
    client,
    page.waiting.map(({ corrects }) => corrects!),
  );
  for (const { corrects, position, event } of page.waiting) {
    if (!known.has(identity(corrects!.source, corrects!.id))) continue;
    const { company, type, currency } = event;
    const expected = `a target of the same company, type and business key ${event.businessKey.replaceAll('\u001f', ' ')}`;
    const refusal = refusalOf(
      'BAD_CORRECTION',
      'data.corrects',
      expected,
      `${corrects!.source} ${corrects!.id}, which is another fact`,
    );
    page.refused.set(position!, { ...refusal, company, type, currency });
  }
}
