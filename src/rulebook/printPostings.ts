// A posting rule as sentences: when it applies, and what is debited and credited with which figure.
import type { IsoDate } from '../accounting/dates.ts';
import type { PostingLine, PostingRule, Rulebook } from './model.ts';
import { divisionOf } from '../events/ruleTerms.ts';
import type { MeasureTerm } from '../events/ruleTerms.ts';
import { PLACE_TEXT, RULE_VOCABULARY } from './vocabulary.ts';

const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];

/** The lines of text of one rule. */
export function printPostingRule(rule: PostingRule, rulebook: Rulebook): string[] {
  const happens = RULE_VOCABULARY.get(rule.event)?.happens ?? rule.event;
  const until = rule.effectiveTo === undefined ? ' on' : ` to ${longDate(rule.effectiveTo)}`;
  const conditions = [...rule.when].map(([field, patterns]) => `, ${condition(field, patterns)}`).join('');
  const head = [
    `${rule.title} [${rule.name}]`,
    `  When ${happens}${conditions}`,
    `  (${rule.event}), from ${longDate(rule.effectiveFrom)}${until}:`,
  ];
  if (rule.noneBecause !== undefined) return [...head, `    No entry: ${rule.noneBecause}.`];
  const reference =
    rule.reference === undefined ? 'the reference of the event' : `the reference ${rule.reference}`;
  return [
    ...head,
    ...rule.lines.flatMap((line) => printLine(line, rule, rulebook)),
    `  In ledger ${rule.ledger}, under ${reference}.`,
  ];
}

/** `1 January 2026` */
export function longDate(day: IsoDate): string {
  const [year = '', month = '', date = ''] = day.split('-');
  return `${Number(date)} ${MONTHS[Number(month) - 1] ?? ''} ${year}`;
}

function condition(field: string, patterns: readonly string[]): string {
  const name = field === 'inventoryMethod' ? "the company's inventory method" : field;
  const alternatives = patterns.map((pattern) => {
    if (pattern === '*') return 'given';
    return pattern === '' ? 'absent' : pattern;
  });
  return `and ${name} is ${alternatives.join(' or ')}`;
}

function printLine(line: PostingLine, rule: PostingRule, rulebook: Rulebook): string[] {
  const side = line.side === 'debit' ? 'Debit ' : 'Credit';
  const figure = `    ${side} ${accountText(line.account, rulebook)}`;
  const term = RULE_VOCABULARY.get(rule.event)?.measures[line.measure];
  const member = line.of === undefined ? '' : ` ${memberText(line.of, term)}`;
  const each = line.by === undefined ? '' : `, a line for each ${DIVISION_TEXT[line.by] ?? line.by}`;
  const amount = `           with ${term?.text ?? line.measure}${member}${each}, ${PLACE_TEXT[line.at]}`;
  return [figure, ...printOtherAccounts(line, rulebook), amount];
}

const DIVISION_TEXT: Readonly<Record<string, string>> = { taxRate: 'tax rate' };

function memberText({ by, member }: NonNullable<PostingLine['of']>, term: MeasureTerm | undefined): string {
  const known = divisionOf(term, by)?.known?.[member];
  if (known !== undefined) return known;
  return by === term?.members?.name ? `of ${member}` : `of ${DIVISION_TEXT[by] ?? by} ${member}`;
}

function printOtherAccounts({ accountBy, accountOf }: PostingLine, rulebook: Rulebook): string[] {
  if (accountBy === undefined) return [];
  const others = [
    ...(accountBy.taxAssessed === undefined
      ? []
      : [['where a tax engine assesses the company', accountBy.taxAssessed] as const]),
    ...[...(accountBy.companies ?? [])].map(([company, name]) => [`for company ${company}`, name] as const),
    ...[...(accountBy.channels ?? [])].map(
      ([channel, name]) => [`for ${channelText(channel)}`, name] as const,
    ),
    ...[...(accountBy.locations ?? [])].map(([location, name]) => [`at ${location}`, name] as const),
    ...(accountOf ?? []).flatMap(({ by, accounts }) =>
      [...accounts].map(([member, name]) => [`for ${DIVISION_TEXT[by] ?? by} ${member}`, name] as const),
    ),
  ];
  return others.map(([where, name]) => `           ${where}: ${accountText(name, rulebook)}`);
}

/** `marketplace:*` takes every marketplace. */
function channelText(channel: string): string {
  if (!channel.endsWith('*')) return `channel ${channel}`;
  const kind = channel.replace(/:?\*$/, '');
  return kind === '' ? 'every channel' : `every ${kind}`;
}

/** `1200 Receivables from customers` */
export function accountText(name: string, rulebook: Rulebook): string {
  const account = rulebook.accounts.get(name);
  return account === undefined ? name : `${account.number} ${account.title}`;
}
