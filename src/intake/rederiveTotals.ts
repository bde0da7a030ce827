// Adds up what a rederivation changes while it goes by page after page: sums by account, a few examples, and the hash of it
// all. Nothing is kept per line.
import { createHash } from 'node:crypto';

import { expectedKey } from '../accounting/line.ts';
import type { HeldHome, HomeMove } from '../db/intake/rederive/homes.ts';
import type { HoldingJournal } from '../db/intake/rederive/liveJournals.ts';
import { showTicks } from '../money/ticks.ts';
import { readTicks } from '../money/ticks.ts';
import type { FamilyLine } from './familyMember.ts';
import type {
  AccountChange,
  FamilyChange,
  HeldBack,
  RederiveExample,
  RederivePlan,
} from './rederiveModel.ts';

const EXAMPLES = 5;
const MODULUS = 2n ** 128n;

interface Sums {
  key: Omit<AccountChange, 'ended' | 'added'>;
  ended: { lines: number; units: bigint };
  added: { lines: number; units: bigint };
}

export class RederiveTotals {
  private events = 0;
  private ended = 0;
  private added = 0;
  private moved = 0;
  private hash = 0n;
  private readonly sums = new Map<string, Sums>();
  private readonly examples: RederiveExample[] = [];
  private readonly held: HeldBack[] = [];
  private readonly nameOf: (unit: string) => string;

  /** @param nameOf reconciliation of a unit; '' for none */
  constructor(nameOf: (unit: string) => string) {
    this.nameOf = nameOf;
  }

  family(change: FamilyChange): void {
    this.events += change.standings.length;
    this.ended += change.ended.length;
    this.added += change.added.length;
    for (const line of change.ended) this.line('ended', line);
    for (const line of change.added) this.line('added', line);
    for (const { source, id, standing, rule } of change.standings)
      this.stir(['standing', source, id, standing, rule]);
    const [first] = change.standings;
    if (this.examples.length >= EXAMPLES || first === undefined) return;
    const of = (lines: readonly FamilyLine[]) =>
      lines.filter(({ line }) => line.eventSource === first.source && line.eventId === first.id);
    const [any] = [...of(change.added), ...of(change.ended)];
    this.examples.push({
      event: { source: first.source, id: first.id },
      reference: any?.line.reference ?? '',
      ended: of(change.ended).map(shortly),
      added: of(change.added).map(shortly),
    });
  }

  move(move: HomeMove): void {
    const lines = Number(move.lines);
    const units = readTicks(move.amount);
    this.moved += lines;
    const { company, ledger, account, currency } = move;
    const at = { company, ledger, account, currency };
    this.sum({ reconciliation: this.nameOf(move.unit), ...at }, 'ended', lines, units);
    this.sum({ reconciliation: this.nameOf(move.newUnit), ...at }, 'added', lines, units);
    const { unit, scope, newUnit, newScope, side, origin, location, dimension } = move;
    this.stir(['move', side, origin, company, ledger, account, location, dimension, currency]);
    this.stir(['move', account, unit, scope, newUnit, newScope, String(lines), String(units)]);
  }

  heldFamily(change: FamilyChange, journals: readonly HoldingJournal[]): void {
    const { source, id } = change.refused ?? change.standings[0] ?? { source: '', id: '' };
    const what = `event ${source} ${id}`;
    this.hold(
      change.refused === undefined
        ? { what, ...inJournals(journals) }
        : { what, why: change.refused.why, todo: 'correct the rule; `tieout rules check` runs its examples' },
    );
  }

  heldHomes({ journal, state, lines }: HeldHome): void {
    this.hold({ what: `${lines} ledger lines or opening items`, ...inJournals([{ journal, state }]) });
  }

  /** Expected lines of our own posted journals: they belong where the journal was posted to. */
  ownJournals(moves: readonly HomeMove[]): void {
    const lines = moves.reduce((sum, move) => sum + Number(move.lines), 0);
    this.hold({
      what: `${lines} lines of our own posted journals`,
      why: 'they stand where their journal was posted to',
      todo: 'nothing; reverse such a journal if it should be booked elsewhere',
    });
  }

  plan(rulebookHash: string): RederivePlan {
    const text = (units: bigint, currency: string) => showTicks(units, currency);
    const accounts = [...this.sums.values()]
      .map(({ key, ended, added }) => ({
        ...key,
        ended: { lines: ended.lines, amount: text(ended.units, key.currency) },
        added: { lines: added.lines, amount: text(added.units, key.currency) },
      }))
      .toSorted((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1));
    const { events, ended, added, moved, examples, held } = this;
    const planHash = this.hash.toString(16).padStart(32, '0');
    return { rulebookHash, planHash, events, ended, added, moved, accounts, examples, held };
  }

  private hold(held: HeldBack): void {
    this.held.push(held);
    this.stir(['held', held.what, held.why]);
  }

  private line(kind: 'ended' | 'added', { unit, scope, line }: FamilyLine): void {
    const { company, ledger, account, currency } = line;
    const units = readTicks(line.amount);
    this.sum({ reconciliation: this.nameOf(unit), company, ledger, account, currency }, kind, 1, units);
    const { businessDate, accountingDate, period, reference } = line;
    this.stir([
      kind,
      expectedKey(line),
      unit,
      scope,
      String(units),
      businessDate,
      accountingDate,
      period,
      reference,
    ]);
  }

  private sum(key: Sums['key'], kind: 'ended' | 'added', lines: number, units: bigint): void {
    const text = orderOf(key);
    let sums = this.sums.get(text);
    if (sums === undefined) {
      sums = { key, ended: { lines: 0, units: 0n }, added: { lines: 0, units: 0n } };
      this.sums.set(text, sums);
    }
    sums[kind].lines += lines;
    sums[kind].units += units;
  }

  private stir(parts: readonly string[]): void {
    const digest = createHash('sha256').update(JSON.stringify(parts)).digest('hex').slice(0, 32);
    this.hash = (this.hash + BigInt(`0x${digest}`)) % MODULUS;
  }
}

function orderOf(key: Omit<AccountChange, 'ended' | 'added'>): string {
  return [key.reconciliation, key.company, key.ledger, key.account, key.currency].join('\u001f');
}

function shortly({ line }: FamilyLine): string {
  const place = [line.account, line.location, line.dimension].filter((part) => part !== '').join(' ');
  return `${place} ${showTicks(readTicks(line.amount), line.currency)} ${line.currency}`;
}

const NOT_SENT: ReadonlySet<string> = new Set(['DRAFT', 'READY', 'AWAITING_APPROVAL', 'APPROVED']);

function inJournals(journals: readonly { journal: string; state: string }[]): Omit<HeldBack, 'what'> {
  const names = [...new Set(journals.map(({ journal }) => journal))];
  const sent = journals.some(({ state }) => !NOT_SENT.has(state));
  return {
    why: `a live journal stands on it: ${names.map((name) => `${name} (${journals.find(({ journal }) => journal === name)!.state})`).join(', ')}`,
    todo: sent
      ? 'reverse that journal first'
      : `reject it first: tieout reject ${names.join(' ')} --as USER --why TEXT`,
  };
}
