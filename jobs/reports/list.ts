// Lists of what other commands take by id: runs, matches, lines, journals, batches, decisions. Amounts come out at the scale of their
// currency; what a list cannot be narrowed by is said, not ignored.
import { type Database, transaction } from '../../src/db/connection.ts';
import { listBatches } from '../../src/db/list/batches.ts';
import { listDecisions } from '../../src/db/list/decisions.ts';
import { listJournals } from '../../src/db/list/journals.ts';
import { listLines } from '../../src/db/list/lines.ts';
import { type Listed, type Listing, unitsNamed } from '../../src/db/list/listing.ts';
import { listMatches } from '../../src/db/list/matches.ts';
import { listRuns } from '../../src/db/list/runs.ts';
import { UserError } from '../../src/errors.ts';
import { showAmount } from '../../src/money/showAmount.ts';

export const LISTS = ['runs', 'matches', 'lines', 'journals', 'batches', 'decisions'] as const;
export type ListName = (typeof LISTS)[number];

export type ListedRow = Readonly<Record<string, unknown>>;

/** `since` (a day) and `waiting` narrow decisions only. */
export type Wanted = Listing & { since?: string; waiting?: boolean };

/** @throws UserError for a unit that is not there, or a filter that the list does not have */
export function list(db: Database, name: ListName, wanted: Wanted): Promise<Listed<ListedRow>> {
  return transaction(db, async (client) => {
    await client.query('set transaction isolation level repeatable read read only');
    if (name !== 'decisions')
      for (const option of ['since', 'waiting'] as const)
        if (wanted[option] !== undefined)
          throw new UserError({ where: `--${option}`, what: `${name} cannot be narrowed by it` });
    if (name === 'runs' || name === 'batches' || name === 'decisions') {
      for (const option of ['unit', 'reference'] as const)
        if (wanted[option] !== undefined)
          throw new UserError({ where: `--${option}`, what: `${name} cannot be narrowed by it` });
      if (name === 'decisions') return listDecisions(client, wanted);
      return name === 'runs' ? listRuns(client, wanted) : listBatches(client, wanted);
    }
    const units = wanted.unit === undefined ? null : await unitsNamed(client, wanted.unit);
    if (units?.length === 0)
      throw new UserError({
        where: '--unit',
        what: 'no such unit',
        expected: "a unit's number (list lines shows it), or the name of a reconciliation",
        found: wanted.unit ?? '',
      });
    const narrowed = { ...wanted, units };
    if (name === 'matches') return scaled(await listMatches(client, narrowed));
    return scaled(
      name === 'lines' ? await listLines(client, narrowed) : await listJournals(client, narrowed),
    );
  });
}

const AMOUNTS = ['amount', 'debit', 'credit', 'expected', 'ledgerAmount', 'variance'];

function scaled(answer: Listed<ListedRow>): Listed<ListedRow> {
  const rows = answer.rows.map((row) => {
    const shown = AMOUNTS.flatMap((key) =>
      typeof row[key] === 'string' ? [[key, showAmount(row[key], String(row['currency']))]] : [],
    );
    return { ...row, ...Object.fromEntries(shown) };
  });
  return { rows, more: answer.more };
}
