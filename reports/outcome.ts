// What became of a workbook that was given back, row by row: the first thing that whoever gave it opens.
import type { Sheet } from './sheet.ts';

/** A row of the workbook that came back, and what became of it. */
export interface OutcomeRow {
  /** Where it stood, as the spreadsheet shows it. */
  row: number;
  sheet: string;
  title: string;
  case: string;
  decision: string;
  done: boolean;
  outcome: string;
}

export interface Outcome {
  /** Number under which it is kept. */
  upload: string;
  file: string;
  by: string;
  rows: readonly OutcomeRow[];
}

export function outcomeSheet({ upload, file, by, rows }: Outcome): Sheet {
  const done = rows.filter((row) => row.done).length;
  return {
    name: 'Outcome',
    tab: 0,
    title: 'What became of your decisions',
    subtitle: `${file}, given back by ${by}, upload ${upload}: ${done} done, ${rows.length - done} refused. The other sheets are as of now.`,
    frozenColumns: 1,
    sections: [
      {
        id: 'outcome',
        columns: [
          { key: 'title', title: 'Case', kind: 'text', width: 50, wrap: true, tone: 'strong' },
          { key: 'decision', title: 'Decision', kind: 'text', width: 14 },
          { key: 'done', title: 'Done', kind: 'text', width: 9, centered: true },
          { key: 'outcome', title: 'Outcome', kind: 'text', width: 70, wrap: true },
          { key: 'row', title: 'Your row', kind: 'integer', width: 8, tone: 'quiet' },
          { key: 'case', title: 'Case id', kind: 'text', width: 14, tone: 'quiet' },
        ],
        rows: rows.map((row) => ({
          title: row.title,
          decision: row.decision,
          done: row.done
            ? { value: 'done', tone: 'good' as const }
            : { value: 'refused', tone: 'bad' as const },
          outcome: row.outcome,
          row: String(row.row),
          case: row.case.slice(0, 12),
        })),
        empty: 'Nobody had written anything into the yellow cells.',
      },
    ],
  };
}
