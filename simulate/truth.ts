// The truth about every mistake that was made: what must be reported, where, and for how much. Written while the mistake
// is made, by the code that makes it, and read again only by who scores a result.
import type { EventId } from '../src/events/model.ts';
import type { SimulatedFiles } from './files.ts';

export const TRUTH_PATH = 'truth/mistakes.ndjson';

/** One account that a mistake touches. */
export interface TruthItem {
  /** GL account number; '' for a control exception about no account. */
  account: string;
  location: string;
  dimension: string;
  currency: string;
  /** Ledger minus expected of what must be reported, as decimal text. */
  amount: string;
  /** Reason expected on this account, where it is not the row's. */
  reason?: string;
}

export interface TruthRow {
  /** `missing_document#2`. */
  id: string;
  kind: string;
  /** Reason code of the closed list; '' where nothing may be reported. */
  reason: string;
  /** Reasons that would be right as well, or are honest side effects. */
  also: string[];
  class: 'difference' | 'control' | 'none';
  /** When it can be seen: after the mid-month step only, or at the close. */
  step: 'mid' | 'close';
  company: string;
  location: string;
  accounts: string[];
  references: string[];
  documents: { document: string; line?: string }[];
  eventIds: EventId[];
  amount: string;
  currency: string;
  note: string;
  items: TruthItem[];
  /** References of facts whose whole entry the ledger lacks under any form: a journal for them is right. */
  lacking: string[];
  /** Why no journal need be proposed for what is lacking all the same; '' where one must be. */
  held: string;
}

/** What a row says where nothing else is said. */
export type TruthEntry = Pick<TruthRow, 'kind' | 'reason' | 'class' | 'company' | 'note'> & Partial<TruthRow>;

/** Writes and counts the truth. */
export class TruthFile {
  /** Rows per kind. */
  readonly counts: Record<string, number> = {};
  readonly rows: TruthRow[] = [];
  readonly #files: SimulatedFiles;

  constructor(files: SimulatedFiles) {
    this.#files = files;
    files.append(TRUTH_PATH, '');
  }

  add(entry: TruthEntry): void {
    const number = (this.counts[entry.kind] ?? 0) + 1;
    this.counts[entry.kind] = number;
    const items = entry.items ?? [];
    const row: TruthRow = {
      id: `${entry.kind}#${number}`,
      also: [],
      step: 'close',
      location: '',
      accounts: [...new Set(items.map((item) => item.account))].filter((account) => account !== ''),
      references: [],
      documents: [],
      eventIds: [],
      amount: items[0]?.amount ?? '0.00',
      currency: items[0]?.currency ?? '',
      items,
      lacking: [],
      held: '',
      ...entry,
    };
    this.rows.push(row);
    this.#files.append(TRUTH_PATH, `${JSON.stringify(row)}\n`);
  }
}
