// What the parts of a rulebook must be to each other: every account posted to is reconciled, no account twice, one rule
// for an event, grace days no shorter than the widest window. Each is a line that would otherwise be lost silently.
import { numberIn } from './accounts.ts';
import type { Account, PostingRule, Reconciliation, Rulebook } from './model.ts';
import { didYouMean } from './nearest.ts';
import { overlap } from './patterns.ts';
import type { Problems, YamlValue } from './yaml.ts';

type Rules = Pick<Rulebook, 'accounts' | 'postings' | 'reconciliations' | 'controls'>;

/** What the rulebook is used with. */
export interface Surroundings {
  /** Names of the configured business calendars. */
  calendars: readonly string[];
  /** Codes of the configured companies; absent: not known. */
  companies?: readonly string[];
  /** Clearing account that tieout.yaml names, by company that has its tax assessed. */
  taxClearing: ReadonlyMap<string, string>;
}

/** Adds a problem for everything that does not fit together. */
export function checkConsistency(
  rules: Rules,
  where: ReadonlyMap<string, YamlValue>,
  around: Surroundings,
  problems: Problems,
): void {
  checkOneRule(rules.postings, problems);
  checkReconciled(rules, problems);
  for (const company of around.companies ?? []) checkReconciledIn(company, rules, problems);
  checkOnce(rules, where);
  for (const reconciliation of rules.reconciliations) {
    const value = where.get(reconciliation.name);
    if (value !== undefined) checkWindows(reconciliation, value, around);
  }
  checkTaxClearing(rules, around, problems);
}

/** Two rules of one type, valid on one day, must differ in a field of `when` that no event can have both ways. */
function checkOneRule(postings: readonly PostingRule[], problems: Problems): void {
  for (const [index, rule] of postings.entries()) {
    for (const other of postings.slice(index + 1)) {
      if (rule.event !== other.event || !sameTime(rule, other) || excludeEachOther(rule, other)) continue;
      problems.push({
        where: other.file,
        what: `rules ${rule.name} and ${other.name} can fit the same ${rule.event}`,
        expected: 'exactly one rule for an event',
        found: `the other one at ${rule.file}`,
        todo: 'give each a `when` that the other excludes, or dates (effective, until) that do not overlap',
      });
    }
  }
}

function sameTime(a: PostingRule, b: PostingRule): boolean {
  const endsBefore = (x: PostingRule, y: PostingRule) =>
    x.effectiveTo !== undefined && x.effectiveTo < y.effectiveFrom;
  return !endsBefore(a, b) && !endsBefore(b, a);
}

function excludeEachOther(a: PostingRule, b: PostingRule): boolean {
  for (const [field, patterns] of a.when) {
    const others = b.when.get(field);
    if (others !== undefined && !patterns.some((one) => others.some((other) => overlap(one, other)))) {
      return true;
    }
  }
  return false;
}

/** Every account that a rule can post to, with every ledger it posts in. */
function checkReconciled({ postings, reconciliations }: Rules, problems: Problems): void {
  const reported = new Set<string>();
  for (const rule of postings) {
    for (const name of rule.lines.flatMap(accountNames)) {
      const takes = reconciliations.some(
        ({ accounts, ledgers }) => accounts.includes(name) && ledgers.includes(rule.ledger),
      );
      if (takes || reported.has(`${name}/${rule.ledger}`)) continue;
      reported.add(`${name}/${rule.ledger}`);
      problems.push({
        where: rule.file,
        what: `rule ${rule.name} posts to ${name}, which no reconciliation takes in ledger ${rule.ledger}`,
        expected: 'every account that a rule posts to in one reconciliation',
        todo: `add ${name} to a reconciliation in reconciliations.yaml`,
      });
    }
  }
}

/** The same for one company: reconciliations may be restricted to others, and then its lines would be in none. */
function checkReconciledIn(company: string, { postings, reconciliations }: Rules, problems: Problems): void {
  for (const rule of postings) {
    const only = rule.when.get('company');
    if (only !== undefined && !only.some((pattern) => overlap(pattern, company))) continue;
    const unreconciled = rule.lines
      .map((line) => line.accountBy?.companies?.get(company) ?? line.account)
      .find((name) => {
        const taking = reconciliations.filter(
          ({ accounts, ledgers }) => accounts.includes(name) && ledgers.includes(rule.ledger),
        );
        // In none at all is reported once, for all companies.
        return (
          taking.length > 0 &&
          taking.every(({ companies }) => companies !== undefined && !companies.includes(company))
        );
      });
    if (unreconciled === undefined) continue;
    problems.push({
      where: rule.file,
      what: `rule ${rule.name} posts to ${unreconciled}, which no reconciliation takes for company ${company}`,
      expected: 'every account that a rule posts to in one reconciliation of the company',
      todo: `name ${company} in the \`companies\` of a reconciliation of ${unreconciled}, or narrow the rule with when: { company: ... }`,
    });
  }
}

/** Names of the accounts that a posting line can go to. */
export function accountNames(line: PostingRule['lines'][number]): string[] {
  const by = line.accountBy;
  return [
    line.account,
    ...(by?.taxAssessed === undefined ? [] : [by.taxAssessed]),
    ...(by?.companies?.values() ?? []),
    ...(by?.channels?.values() ?? []),
    ...(by?.locations?.values() ?? []),
    ...(line.accountOf ?? []).flatMap(({ accounts }) => [...accounts.values()]),
  ];
}

/** By GL number, per company: two names of one number are one account in the ledger. */
function checkOnce(rules: Rules, where: ReadonlyMap<string, YamlValue>): void {
  for (const [index, one] of rules.reconciliations.entries()) {
    const repeated = one.accounts.find((name, at) => one.accounts.indexOf(name) < at);
    if (repeated !== undefined) {
      where
        .get(one.name)
        ?.refuse({ what: `${one.name} names account ${repeated} twice`, todo: 'name it once' });
    }
    for (const other of rules.reconciliations.slice(index + 1)) {
      if (!one.ledgers.some((ledger) => other.ledgers.includes(ledger))) continue;
      const shared = other.accounts.find((name) =>
        one.accounts.some((mine) => meet(rules.accounts, mine, one, name, other)),
      );
      if (shared === undefined) continue;
      where.get(other.name)?.refuse({
        what: `account ${shared} is in two reconciliations, ${one.name} and ${other.name}`,
        expected: 'an account in exactly one reconciliation of a company and ledger',
        todo: `take it out of ${one.name} or of ${other.name}`,
      });
    }
  }
}

function meet(
  accounts: ReadonlyMap<string, Account>,
  mine: string,
  one: Reconciliation,
  name: string,
  other: Reconciliation,
): boolean {
  const a = accounts.get(mine);
  const b = accounts.get(name);
  if (a === undefined || b === undefined) return false;
  // '' stands for a company that neither account nor reconciliation names.
  const companies = new Set([
    '',
    ...a.companies.keys(),
    ...b.companies.keys(),
    ...(one.companies ?? []),
    ...(other.companies ?? []),
  ]);
  const takes = (reconciliation: Reconciliation, company: string) =>
    reconciliation.companies === undefined || reconciliation.companies.includes(company);
  return [...companies].some(
    (company) =>
      takes(one, company) && takes(other, company) && numberIn(a, company) === numberIn(b, company),
  );
}

function checkWindows(reconciliation: Reconciliation, value: YamlValue, { calendars }: Surroundings): void {
  const { name, graceDays, calendar } = reconciliation;
  checkCalendar(calendar, `reconciliation ${name}`, value, calendars);
  for (const pass of reconciliation.passes) {
    if (pass.window === undefined) continue;
    checkCalendar(pass.window.calendar, `pass ${pass.name} of ${name}`, value, calendars);
    const widest = Math.max(Math.abs(pass.window.from), Math.abs(pass.window.to));
    if (widest > graceDays) {
      (value.map()?.entries.get('graceDays') ?? value).refuse({
        what: `the grace days of ${name} end before the window of its pass ${pass.name}`,
        expected: `graceDays: ${widest} or more`,
        found: `graceDays: ${graceDays}`,
        todo: 'a line must not be called missing while a pass could still match it',
      });
    }
    if (pass.window.calendar !== undefined && pass.window.calendar !== calendar) {
      value.refuse({
        what: `pass ${pass.name} of ${name} counts in business days, its grace days do not`,
        expected: `calendar: ${pass.window.calendar} on the reconciliation as well`,
        found: calendar === undefined ? 'calendar days' : `calendar: ${calendar}`,
      });
    }
  }
}

function checkCalendar(
  name: string | undefined,
  user: string,
  value: YamlValue,
  calendars: readonly string[],
): void {
  if (name === undefined || calendars.includes(name)) return;
  const todo =
    calendars.length === 0 ? 'add it under `calendars` in tieout.yaml' : didYouMean(name, calendars);
  value.refuse({ what: `${user} names an unknown calendar ${name}`, todo });
}

/** tieout.yaml says which companies clear assessed tax and where; the rules say which lines do. Both must agree. */
function checkTaxClearing({ accounts, postings }: Rules, { taxClearing }: Surroundings, problems: Problems) {
  const used = new Set(
    postings.flatMap((rule) => rule.lines.flatMap((line) => line.accountBy?.taxAssessed ?? [])),
  );
  for (const [company, clearing] of taxClearing) {
    if (used.size === 1 && used.has(clearing)) continue;
    const found = used.size === 0 ? 'no posting line with taxAssessed' : [...used].join(', ');
    problems.push({
      where: `tieout.yaml, company ${company}`,
      what: `taxAssessed clears on ${clearing}, the posting rules do not`,
      expected: `lines with account: { default: ..., taxAssessed: ${clearing} }`,
      found,
      todo: accounts.has(clearing)
        ? 'make both name the same account'
        : didYouMean(clearing, accounts.keys()),
    });
  }
}
