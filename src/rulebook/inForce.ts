// Whether the rule by which a line was derived still says the same for its day: held against the version of the rules in use,
// by the canonical texts of both. Passes, tolerances and other rules may have changed; the entry is the same.
import type { IsoDate } from '../accounting/dates.ts';

/** A line as it was derived. */
export interface DerivedLine {
  /** Name of the posting rule. */
  rule: string;
  /** Number of its account. */
  account: string;
  accountingDate: IsoDate;
  /** It negates another line: that one's rule counts, on whatever day. */
  negates: boolean;
}

interface CanonicalRules {
  accounts?: readonly (readonly [name: string, account: unknown])[];
  postings?: readonly {
    readonly name: string;
    readonly effectiveFrom?: string;
    readonly effectiveTo?: string;
  }[];
}

/** @param derivedBy @param inUse canonical texts of the two versions; undefined where a version is not stored */
export function isInForce(
  line: DerivedLine,
  derivedBy: string | undefined,
  inUse: string | undefined,
): boolean {
  if (derivedBy === undefined || inUse === undefined) return derivedBy === inUse;
  const [then, now] = [parsed(derivedBy), parsed(inUse)];
  const rule = ruleOf(now, line.rule);
  if (rule === undefined || withoutDays(rule) !== withoutDays(ruleOf(then, line.rule))) return false;
  if (namesOf(now, line.account) !== namesOf(then, line.account)) return false;
  if (line.negates) return true;
  const { effectiveFrom = '', effectiveTo = '9999-12-31' } = rule;
  return effectiveFrom <= line.accountingDate && line.accountingDate <= effectiveTo;
}

const parsed = (text: string): CanonicalRules => JSON.parse(text) as CanonicalRules;

const ruleOf = ({ postings = [] }: CanonicalRules, name: string) =>
  postings.find((rule) => rule.name === name);

/** Both texts have their keys in the same order. */
function withoutDays(rule: ReturnType<typeof ruleOf>): string {
  if (rule === undefined) return '';
  const { effectiveFrom: _from, effectiveTo: _to, ...rest } = rule;
  return JSON.stringify(rest);
}

/** The accounts of that number in any company: a name that means another number now books elsewhere. */
function namesOf({ accounts = [] }: CanonicalRules, number: string): string {
  const text = JSON.stringify(number);
  return JSON.stringify(accounts.filter(([, account]) => JSON.stringify(account).includes(text)));
}
