// Derives stored facts again by another rulebook: events page by page of their families, delivered lines by sets. The same
// walk shows what would change and, given a batch, changes it, so that what is approved is what is applied.
import type pg from 'pg';

import { standingLines, storedMembers } from '../db/intake/families.ts';
import type { FamilyKey, StandingLine } from '../db/intake/families.ts';
import { insertUnits } from '../db/intake/insertUnits.ts';
import { drawLineIds, endLines, storeExpectedLines, storeStandings } from '../db/intake/storeDecided.ts';
import { gatherClosedDays } from '../db/intake/rederive/closedDays.ts';
import { gatherDueFamilies, nextDueFamilies } from '../db/intake/rederive/dueFamilies.ts';
import { applyMoves, gatherMoves, homeGroups } from '../db/intake/rederive/homes.ts';
import type { HomeGroup, HomeMove } from '../db/intake/rederive/homes.ts';
import { liveJournals } from '../db/intake/rederive/liveJournals.ts';
import { unitNames } from '../db/intake/rederive/unitNames.ts';
import type { LedgerLine } from '../accounting/line.ts';
import { reconciliationOf, scopeOf, unitOf } from '../rulebook/unit.ts';
import type { Unit } from '../rulebook/unit.ts';
import { storedFamilyMember } from './familyMember.ts';
import type { FamilyMember, FamilyLine } from './familyMember.ts';
import type { IntakeContext } from './context.ts';
import { familyOf } from './familyKey.ts';
import { rederiveFamily } from './rederiveFamily.ts';
import type { FamilyChange, RederivePlan } from './rederiveModel.ts';
import { RederiveTotals } from './rederiveTotals.ts';

/**
 * What the context's rulebook changes; with `batchId`, changes it too. In the caller's transaction.
 * @param only `changed`: everything of another version in open periods; `no_rule`: events that no rule took
 */
export async function rederive(
  client: pg.ClientBase,
  context: IntakeContext,
  only: 'changed' | 'no_rule',
  batchId?: string,
): Promise<RederivePlan> {
  const closed = await gatherClosedDays(client);
  const due = await gatherDueFamilies(client, context.rulebook.hash, only);
  const names = due === 0 && only === 'no_rule' ? new Map<string, string>() : await unitNames(client);
  const units = new Map<string, Unit>();
  const totals = new RederiveTotals((unit) => names.get(unit) ?? units.get(unit)?.reconciliation ?? '');
  const walk: Walk = {
    client,
    context,
    totals,
    units,
    batchId,
    stays:
      only === 'changed'
        ? ({ event, accountingDate }) => closed.has(`${event.company} ${accountingDate}`)
        : ({ standing }) => standing === 'derived' || standing === 'none',
  };
  let after: FamilyKey | undefined;
  for (;;) {
    const keys = await nextDueFamilies(client, after);
    if (keys.length === 0) break;
    after = keys.at(-1);
    await takePage(walk, keys);
  }
  if (only === 'changed') await moveHomes(walk);
  if (batchId !== undefined) await insertUnits(client, [...units.values()]);
  return totals.plan(context.rulebook.hash);
}

interface Walk {
  client: pg.ClientBase;
  context: IntakeContext;
  totals: RederiveTotals;
  units: Map<string, Unit>;
  batchId: string | undefined;
  stays: (member: FamilyMember) => boolean;
}

async function takePage(walk: Walk, keys: readonly FamilyKey[]): Promise<void> {
  const { client, context, totals, units, stays } = walk;
  const changes: FamilyChange[] = [];
  for (const members of await families(client, context, keys)) {
    const change = rederiveFamily(members, context, units, stays);
    if (change.refused !== undefined) totals.heldFamily(change, []);
    else if (change.standings.length > 0) changes.push(change);
  }
  const held = await liveJournals(
    client,
    changes.flatMap(({ ended }) => ended),
  );
  const free = changes.filter((change) => {
    const mine = held.filter(({ unit, lineId }) =>
      change.ended.some((line) => line.unit === unit && line.lineId === lineId),
    );
    if (mine.length > 0) totals.heldFamily(change, mine);
    return mine.length === 0;
  });
  for (const change of free) totals.family(change);
  if (walk.batchId !== undefined) await writePage(walk, walk.batchId, free);
}

/** The families of a page in the order of their keys, members in an order of their own. */
async function families(
  client: pg.ClientBase,
  context: IntakeContext,
  keys: readonly FamilyKey[],
): Promise<FamilyMember[][]> {
  const stored = await storedMembers(client, keys);
  const lines = new Map<string, StandingLine[]>();
  for (const line of await standingLines(client, stored)) {
    const key = `${line.eventSource}\u001f${line.eventId}`;
    lines.set(key, [...(lines.get(key) ?? []), line]);
  }
  const gathered = new Map<string, FamilyMember[]>(
    keys.map(({ company, type, key }) => [[company, type, key].join('\u001f'), []]),
  );
  for (const row of stored) {
    const mine = lines.get(`${row.source}\u001f${row.id}`) ?? [];
    gathered.get(familyOf(row).family)?.push(storedFamilyMember(row, mine, context.events));
  }
  const keyOf = ({ source, id }: FamilyMember) => `${source}\u001f${id}`;
  return [...gathered.values()].map((members) => members.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1)));
}

async function writePage(
  { client, context }: Walk,
  batchId: string,
  changes: readonly FamilyChange[],
): Promise<void> {
  const { hash } = context.rulebook;
  const added: FamilyLine[] = changes.flatMap((change) => change.added);
  const ids = await drawLineIds(client, added.length);
  added.forEach((line, index) => {
    line.lineId = ids[index]!;
  });
  for (const line of added) line.negates = line.negated?.lineId ?? null;
  await storeStandings(
    client,
    changes.flatMap(({ standings }) => standings),
    batchId,
    hash,
  );
  await storeExpectedLines(client, added, batchId, hash);
  await endLines(
    client,
    changes.flatMap(({ ended }) => ended),
    'rederived',
    batchId,
  );
}

/** Ledger lines and opening items keep all that they say; only where they belong may change. */
async function moveHomes({ client, context, totals, units, batchId }: Walk): Promise<void> {
  const moves: HomeMove[] = [];
  for (const group of await homeGroups(client, context.startDate)) {
    const { unit, scope } = homeOf(group, context, units);
    if (unit !== group.unit || scope !== group.scope)
      moves.push({ ...group, newUnit: unit, newScope: scope });
  }
  if (moves.length === 0) return;
  // A journal's own lines stand where the journal was posted to.
  const own = moves.filter(({ origin }) => origin === 'journal');
  if (own.length > 0) totals.ownJournals(own);
  const free = moves.filter(({ origin }) => origin !== 'journal');
  for (const held of await gatherMoves(client, free, context.startDate)) totals.heldHomes(held);
  for (const move of free) totals.move(move);
  if (batchId !== undefined) await applyMoves(client, batchId, context.rulebook.hash);
}

/** As at intake: a ledger line by the scope filter, an opening item by its account alone. */
function homeOf(
  group: HomeGroup,
  context: IntakeContext,
  units: Map<string, Unit>,
): { unit: string; scope: string } {
  const { rulebook, startDate } = context;
  const unit = unitOf(rulebook, group);
  if (unit !== undefined) units.set(unit.unit, unit);
  const number = unit?.unit ?? '0';
  if (group.origin === 'opening') return { unit: number, scope: unit === undefined ? 'out' : 'in' };
  const reconciliation = reconciliationOf(rulebook, group.company, group.ledger, group.account);
  const status = (group.status === '' ? 'posted' : group.status) as LedgerLine['status'];
  // Only whether it lies before the start counts here; all lines of a group agree in that.
  const accountingDate = group.before ? EARLIEST : startDate;
  const { documentType, journalSource } = group;
  const inside = scopeOf(
    reconciliation ?? { scope: {} },
    {
      status,
      accountingDate,
      documentType,
      journalSource,
      amount: group.zero ? '0' : '1',
      companyAmount: null,
    },
    startDate,
    group.ours,
  );
  return { unit: number, scope: reconciliation === undefined && inside === 'in' ? 'out' : inside };
}

const EARLIEST = '0001-01-01' as IntakeContext['startDate'];
