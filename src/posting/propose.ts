// From the entries that the ledger lacks to journals: which events may be booked, into which period, grouped how, and
// whether a second person is needed. It proposes an event's whole entry or nothing, and says so for each event.
import { fewOf } from '../fewOf.ts';
import { sum, decimal } from '../money/decimal.ts';
import type { Explanation } from './alreadyExplained.ts';
import type { Draft } from './draft.ts';
import { draftLines, reversedLines, shortText, summaryKey } from './draft.ts';
import { accountTotals, brokenLimit } from './limits.ts';
import type { LimitScope, Usage } from './limits.ts';
import type { CompanyPolicy, MissingEntry, PeriodStatus } from './missingEntry.ts';
import type { PeriodVerdict } from './period.ts';
import { choosePeriod } from './period.ts';
import { rolloutMode, touches } from './rollout.ts';
import { routeOf } from './route.ts';

/** What the decision needs besides the entries; lookups without I/O behind them. */
export interface ProposeContext {
  policy(company: string): CompanyPolicy | undefined;
  periods(company: string, ledger: string): readonly PeriodStatus[];
  /** Names in accounts.yaml of a company's account number. */
  accountNames(company: string, account: string): readonly string[];
  explain(entry: MissingEntry): Explanation;
  /** What a brake of its company and ledger says; undefined: none is on. */
  brake(company: string, ledger: string): string | undefined;
  /** Fewer runs than it takes to trust the company's ledger: every journal needs a person. */
  isYoung(company: string, ledger: string): boolean;
  /** The earlier event that it looks like, and how a sentence says so; undefined: none, or a person has decided. */
  lookalike(entry: MissingEntry): { other: string; why: string } | undefined;
  /** Accounts of the entry that no complete extract from a later batch than its event's covers. */
  unread(entry: MissingEntry): readonly string[];
  /** Accounts of the entry whose balances in the ERP disagree. */
  disproven(entry: MissingEntry): readonly string[];
  /** Who said that documents which seem to explain it do not; the journal then always needs a second person. */
  overriddenBy(entry: MissingEntry): readonly string[];
  /** The rule version was approved by a second person. */
  rulesApproved: boolean;
  /** What the limits have used up; grows with each journal that is approved here. */
  usage: Usage;
}

export type ProposalVerdict =
  | 'proposed'
  | 'partly'
  | 'explained'
  | 'unread'
  | 'disproven'
  | 'braked'
  | 'lookalike'
  | 'closedPeriod'
  | 'noErp'
  | 'noRate'
  | 'unbalanced';

/** What was decided for an event; `draft`: index of its journal. */
export interface EventVerdict {
  eventSource: string;
  eventId: string;
  company: string;
  verdict: ProposalVerdict;
  why: string;
  documents: readonly string[];
  draft: number | null;
}

export interface Proposals {
  drafts: Draft[];
  verdicts: EventVerdict[];
}

// Some ERPs take no document of a thousand lines (SAP: 999).
const MOST_LINES = 900;

/** Entries of one journal to be, and the lines it will have. */
interface Group {
  accepted: Accepted[];
  cells: Set<string>;
}

interface Accepted {
  entry: MissingEntry;
  policy: CompanyPolicy;
  dating: Exclude<PeriodVerdict, { kind: 'refused' }>;
  searched: boolean;
  couldBe: readonly string[];
}

/** Decides for every entry, in the order given. */
export function proposeEntries(entries: readonly MissingEntry[], context: ProposeContext): Proposals {
  const verdicts: EventVerdict[] = [];
  const groups: Group[] = [];
  const growing = new Map<string, Group>();
  for (const entry of entries) {
    const accepted = judge(entry, context);
    if ('verdict' in accepted) verdicts.push(accepted);
    else join(accepted, groups, growing);
  }
  const drafts: Draft[] = [];
  for (const { accepted } of groups) {
    const made = draftJournal(accepted, context);
    for (const { entry, couldBe } of accepted) {
      const hint = couldBe.length === 0 ? '' : `; ${fewOf(couldBe, 3)} could be it, by one amount alone`;
      verdicts.push(verdict(entry, 'proposed', made[0]!.route.why + hint, [], drafts.length));
    }
    drafts.push(...made);
  }
  return { drafts, verdicts };
}

function judge(entry: MissingEntry, context: ProposeContext): Accepted | EventVerdict {
  const missing = entry.lines.filter((line) => line.missing).length + entry.elsewhere.missing;
  const all = entry.lines.length + entry.elsewhere.missing + entry.elsewhere.notMissing;
  if (missing < all) {
    return verdict(
      entry,
      'partly',
      `only ${missing} of ${all} lines are missing: nothing is proposed for a part`,
    );
  }
  const policy = context.policy(entry.company);
  if (policy?.erp === undefined)
    return verdict(entry, 'noErp', `company ${entry.company} has no ERP to post to`);
  if (entry.lines.some((line) => line.companyAmount === null)) {
    return verdict(entry, 'noRate', `no rate to ${policy.currency} is known for all of its lines`);
  }
  const off = imbalance(entry);
  if (off !== undefined) return verdict(entry, 'unbalanced', off);
  const doubt = doubtOf(entry, context);
  if (doubt !== undefined) return doubt;
  const explanation = context.explain(entry);
  if (explanation.by !== 'nothing')
    return verdict(entry, 'explained', explanation.why, explanation.documents);
  const names = (account: string): readonly string[] => context.accountNames(entry.company, account);
  const closed = policy.closedPeriods.where.find((rule) => touches(entry, rule.accounts, names));
  const dating = choosePeriod(
    { postingDate: entry.accountingDate, fiscalYear: entry.fiscalYear, period: entry.period },
    context.periods(entry.company, entry.ledger),
    closed?.policy ?? policy.closedPeriods.default,
  );
  if (dating.kind === 'refused') return verdict(entry, 'closedPeriod', dating.why);
  return { entry, policy, dating, searched: explanation.searched, couldBe: explanation.couldBe };
}

/** What speaks against trusting the ledger that lacks the entry. */
function doubtOf(entry: MissingEntry, context: ProposeContext): EventVerdict | undefined {
  const brake = context.brake(entry.company, entry.ledger);
  if (brake !== undefined) return verdict(entry, 'braked', `a brake is on: ${brake}`);
  const alike = context.lookalike(entry);
  if (alike !== undefined) return verdict(entry, 'lookalike', alike.why, [alike.other]);
  const unread = context.unread(entry);
  if (unread.length > 0) {
    const why = `no complete extract with ${accountsText(unread)} has been read since the event came`;
    return verdict(entry, 'unread', why);
  }
  const disproven = context.disproven(entry);
  if (disproven.length === 0) return undefined;
  const why = `the ERP's own balance disagrees with the lines of ${accountsText(disproven)}`;
  return verdict(entry, 'disproven', why);
}

const accountsText = (accounts: readonly string[]): string =>
  `${accounts.length === 1 ? 'account' : 'accounts'} ${fewOf(accounts, 4)}`;

function imbalance(entry: MissingEntry): string | undefined {
  const currencies = new Set(entry.lines.map((line) => line.currency));
  for (const currency of currencies) {
    const off = sum(
      entry.lines.filter((line) => line.currency === currency).map((line) => decimal(line.amount)),
    );
    if (!off.isZero()) return `its lines in ${entry.company} are off by ${off.toFixed()} ${currency}`;
  }
  const off = sum(entry.lines.map((line) => decimal(line.companyAmount ?? '0')));
  return off.isZero() ? undefined : `its lines are off by ${off.toFixed()} in company currency`;
}

/** Detail: a journal per event. Summary: per company, ledger, day, currency, rule and dating; a full one gets a successor. */
function join(accepted: Accepted, groups: Group[], growing: Map<string, Group>): void {
  const { entry, policy, dating } = accepted;
  const currency = entry.lines[0]?.currency ?? '';
  const key = JSON.stringify(
    policy.journals === 'detail'
      ? [entry.company, entry.ledger, entry.eventSource, entry.eventId]
      : [
          entry.company,
          entry.ledger,
          entry.businessDate,
          currency,
          entry.rule,
          dating.kind,
          dating.postingDate,
          dating.period,
        ],
  );
  const cells = entry.lines.map(summaryKey);
  let group = growing.get(key);
  if (
    group === undefined ||
    group.cells.size + cells.filter((cell) => !group!.cells.has(cell)).length > MOST_LINES
  ) {
    group = { accepted: [], cells: new Set() };
    growing.set(key, group);
    groups.push(group);
  }
  group.accepted.push(accepted);
  for (const cell of cells) group.cells.add(cell);
}

/** One journal; an accrual brings its dated reversal with it. */
function draftJournal(group: readonly Accepted[], context: ProposeContext): Draft[] {
  const { entry, policy, dating } = group[0]!;
  const entries = group.map((accepted) => accepted.entry);
  const grouping = policy.journals;
  const accrual = dating.kind === 'accrue';
  const { lines, sources } = draftLines(entries, grouping, !accrual);
  const mode = rolloutMode(policy, entries, (account) => context.accountNames(entry.company, account));
  const scope: LimitScope = {
    company: entry.company,
    day: dating.postingDate,
    fiscalYear: dating.fiscalYear,
    period: dating.period,
  };
  const alsoMakers = [...new Set(entries.flatMap((each) => context.overriddenBy(each)))];
  const searched = group.every((accepted) => accepted.searched);
  const totals = accountTotals(lines);
  const route = routeOf({
    mode,
    searched,
    alsoMakers,
    broken: brokenLimit(policy.limits, scope, totals, context.usage),
    rulesApproved: context.rulesApproved,
    isYoung: context.isYoung(entry.company, entry.ledger),
  });
  if (route.to === 'APPROVED') context.usage.add(scope, totals);
  const about =
    entries.length === 1
      ? (entry.lines[0]?.reference ?? '')
      : `${entries.length} events ${entry.businessDate}`;
  const draft: Draft = {
    kind: accrual ? 'accrual' : 'missing',
    erp: policy.erp!,
    company: entry.company,
    ledger: entry.ledger,
    postingDate: dating.postingDate,
    documentDate: entry.businessDate,
    fiscalYear: dating.fiscalYear,
    period: dating.period,
    text: shortText(`${entry.rule} ${about}`.trim()),
    grouping,
    mode,
    rules: [...new Set(entries.map((each) => each.rule))],
    notes: dating.kind === 'own' ? [] : [dating.why],
    lines,
    sources,
    route,
    reverses: null,
    alsoMakers,
    decisionId: null,
  };
  if (dating.kind !== 'accrue') return [draft];
  const reversal: Draft = {
    ...draft,
    ...dating.reversal,
    kind: 'reversal',
    text: shortText(`reversal of accrual ${about}`),
    lines: reversedLines(lines, `reversal of accrual ${about}`),
    sources: [],
    reverses: 'previous',
  };
  return [draft, reversal];
}

function verdict(
  entry: MissingEntry,
  kind: ProposalVerdict,
  why: string,
  documents: readonly string[] = [],
  draft: number | null = null,
): EventVerdict {
  const { eventSource, eventId, company } = entry;
  return { eventSource, eventId, company, verdict: kind, why, documents, draft };
}
