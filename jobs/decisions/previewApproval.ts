// What a person is about to approve, before they do: each journal with its lines, all of them by company and kind with their sums.
import { type PreviewedJournal, readPreview } from '../../src/db/posting/readPreview.ts';
import { type Database, transaction } from '../../src/db/connection.ts';
import { isWaitingId } from '../../src/db/decisions/secondWord.ts';
import { listDecisions } from '../../src/db/list/decisions.ts';
import { decimal, sum } from '../../src/money/decimal.ts';
import { showAmount } from '../../src/money/showAmount.ts';

/** Journals of one company, kind and currency together. */
export interface PreviewedSum {
  company: string;
  kind: string;
  journals: number;
  /** Debit total, in company currency. */
  debit: string;
  currency: string;
}

/** A decision that waits for its second person. */
export interface PreviewedDecision {
  decision: string;
  kind: string;
  actor: string;
  subject: string;
  why: string;
}

export interface Preview {
  decisions: PreviewedDecision[];
  journals: PreviewedJournal[];
  sums: PreviewedSum[];
}

const MOST = 100_000;

/**
 * Changes nothing.
 * @param wanted `ids`: of journals, decisions that wait, and whatever else can be approved; undefined: every journal that waits.
 *   `companies`: journals of these only
 */
export async function previewApproval(
  db: Database,
  { ids, companies }: { ids?: readonly string[]; companies?: readonly string[] },
): Promise<Preview> {
  const read = await readPreview(db.pool, ids, companies);
  const asked = new Set((ids ?? []).filter(isWaitingId).map((id) => id.toUpperCase()));
  const waiting =
    asked.size === 0
      ? []
      : (await transaction(db, (client) => listDecisions(client, { limit: MOST, waiting: true }))).rows;
  const decisions = waiting
    .filter(({ decision }) => asked.has(decision))
    .map(({ decision, kind, actor, subject, why }) => ({ decision, kind, actor, subject, why }));
  const journals = read.map((journal) => ({
    ...journal,
    debit: showAmount(journal.debit, journal.currency),
    lines: journal.lines.map((line) => ({ ...line, amount: showAmount(line.amount, line.currency) })),
  }));
  const groups = new Map<string, PreviewedJournal[]>();
  for (const journal of journals) {
    const key = JSON.stringify([journal.company, journal.kind, journal.currency]);
    groups.set(key, [...(groups.get(key) ?? []), journal]);
  }
  const sums = [...groups.values()].map((group) => {
    const { company, kind, currency } = group[0]!;
    const debit = showAmount(sum(group.map((one) => decimal(one.debit))).toFixed(), currency);
    return { company, kind, journals: group.length, debit, currency };
  });
  return { decisions, journals, sums };
}
