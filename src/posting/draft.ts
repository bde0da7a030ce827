// A journal before it has a number: lines that balance by construction of the entry, the sources they book, and where it
// goes first. Debits and credits of one place are kept apart, so that no line can sum to nothing and lose its sources.
import { buildJournal } from '../accounting/journal.ts';
import type { JournalOutcome } from '../accounting/journal.ts';
import { oppositeSide } from '../accounting/signedAmount.ts';
import { minorUnits } from '../money/currencies.ts';
import { decimal, fixed, ZERO } from '../money/decimal.ts';
import type { Decimal } from '../money/decimal.ts';
import type { IsoDate } from '../accounting/dates.ts';
import type { EntryLine, MissingEntry, RolloutMode } from './missingEntry.ts';
import type { OutgoingLine } from './outgoing.ts';

export type JournalKind = 'missing' | 'reversal' | 'write-off' | 'reclass' | 'correction' | 'accrual';

/** A line of a draft; `clears`: it joins the sources it names, else it gets an expected line of its own. */
export interface DraftLine extends OutgoingLine {
  clears: boolean;
}

/** What a draft books. `journalLine` 0: held, not cleared. */
export interface DraftSource {
  journalLine: number;
  unit: string;
  lineId: string | null;
  matchId: string | null;
  externalKey: string;
  amount: string;
  eventSource: string | null;
  eventId: string | null;
}

export interface Draft {
  kind: JournalKind;
  erp: string;
  company: string;
  ledger: string;
  postingDate: IsoDate;
  documentDate: IsoDate;
  fiscalYear: string;
  period: string;
  text: string;
  grouping: 'detail' | 'summary';
  mode: RolloutMode;
  rules: readonly string[];
  notes: readonly string[];
  lines: readonly DraftLine[];
  sources: readonly DraftSource[];
  /** Where it goes from READY, and why. */
  route: { to: 'READY' | 'AWAITING_APPROVAL' | 'APPROVED'; why: string };
  /** The journal that it reverses; `previous`: the draft before it in the list. */
  reverses: { journalId: string } | 'previous' | null;
  /** Persons without whose word it would not be proposed; none of them may approve it. */
  alsoMakers: readonly string[];
  /** Person's decision behind it. */
  decisionId: string | null;
}

const TEXT_LENGTH = 50;

/** At most 50 characters, cut between code points. */
export function shortText(text: string): string {
  return text.length <= TEXT_LENGTH ? text : Array.from(text).slice(0, TEXT_LENGTH).join('');
}

/** What a summary sums over. */
export function summaryKey(line: EntryLine): string {
  return JSON.stringify([
    line.account,
    line.location,
    line.dimension,
    line.currency,
    line.companyCurrency,
    entrySide(line),
  ]);
}

// A line of nothing but company currency (a revaluation) has the side of that amount.
function entrySide(line: EntryLine): 'debit' | 'credit' {
  const amount = decimal(line.amount);
  return (amount.isZero() ? decimal(line.companyAmount ?? '0') : amount).isNegative() ? 'credit' : 'debit';
}

interface Sum {
  line: Omit<OutgoingLine, 'line' | 'amount' | 'companyAmount'>;
  amount: Decimal;
  companyAmount: Decimal;
  sources: { entry: MissingEntry; line: EntryLine }[];
}

/**
 * Lines and sources of a journal over whole entries. Detail: a line for each expected line. Summary: summed by account,
 * location, dimension, currency and side.
 * @param clears false for an accrual: its sources are held, not cleared
 */
export function draftLines(
  entries: readonly MissingEntry[],
  grouping: 'detail' | 'summary',
  clears: boolean,
): { lines: DraftLine[]; sources: DraftSource[] } {
  const sums = new Map<string, Sum>();
  for (const entry of entries) {
    for (const line of entry.lines) addLine(sums, entry, line, grouping);
  }
  const lines: DraftLine[] = [];
  const sources: DraftSource[] = [];
  for (const { line, amount, companyAmount, sources: booked } of sums.values()) {
    const number = lines.length + 1;
    lines.push({
      ...line,
      line: number,
      amount: atScale(amount, line.currency),
      companyAmount: atScale(companyAmount, line.companyCurrency),
      clears,
    });
    for (const source of booked) sources.push(draftSource(source.entry, source.line, clears ? number : 0));
  }
  return { lines, sources };
}

function addLine(
  sums: Map<string, Sum>,
  entry: MissingEntry,
  line: EntryLine,
  grouping: 'detail' | 'summary',
): void {
  const key = grouping === 'detail' ? line.externalKey : summaryKey(line);
  const sum = sums.get(key) ?? {
    line: {
      account: line.account,
      location: line.location,
      dimension: line.dimension,
      side: entrySide(line),
      currency: line.currency,
      companyCurrency: line.companyCurrency,
      reference: line.reference,
      text: shortText(`${entry.rule} ${line.reference}`.trim()),
    },
    amount: ZERO,
    companyAmount: ZERO,
    sources: [],
  };
  sums.set(key, sum);
  sum.amount = sum.amount.plus(decimal(line.amount).abs());
  sum.companyAmount = sum.companyAmount.plus(decimal(line.companyAmount ?? '0').abs());
  sum.sources.push({ entry, line });
  if (sum.line.reference === line.reference) return;
  sum.line.reference = '';
  sum.line.text = shortText(`${entry.rule} ${entry.businessDate}`);
}

function draftSource(entry: MissingEntry, line: EntryLine, journalLine: number): DraftSource {
  return {
    journalLine,
    unit: line.unit,
    lineId: line.lineId,
    matchId: null,
    externalKey: line.externalKey,
    amount: line.amount,
    eventSource: entry.eventSource,
    eventId: entry.eventId,
  };
}

function atScale(amount: Decimal, currency: string): string {
  return fixed(amount, minorUnits(currency) ?? 4);
}

/** The same lines with sides exchanged. */
export function reversedLines(lines: readonly DraftLine[], text: string): DraftLine[] {
  return lines.map((line) => ({
    ...line,
    side: oppositeSide(line.side),
    text: shortText(text),
  }));
}

/** The draft as an accounting entry, or what does not balance. No draft gets a number but through this. */
export function entryOf({ lines }: Pick<Draft, 'lines'>): JournalOutcome {
  return buildJournal(
    lines[0]?.companyCurrency ?? '',
    lines.map((line) => ({
      ...line,
      amount: decimal(line.amount),
      companyAmount: decimal(line.companyAmount),
    })),
  );
}
