// A posting rule as sentences: when it applies, and what is debited and credited with which figure.
import type { IsoDate } from '../accounting/dates.ts';
import type { PostingLine, PostingRule, Rulebook } from './model.ts';
import { EVENT_WORDS, MEMBER_WORDS, PLACE_WORDS } from './vocabulary.ts';

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
  const words = EVENT_WORDS[rule.event]?.words ?? rule.event;
  const until = rule.effectiveTo === undefined ? ' on' : ` to ${longDate(rule.effectiveTo)}`;
  const conditions = [...rule.when].map(([field, patterns]) => `, ${condition(field, patterns)}`).join('');
  const head = [
    `${rule.title} [${rule.name}]`,
    `  When ${words}${conditions}`,
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
  const figure = `    ${side} ${accountWords(line.account, rulebook)}`;
  const words = EVENT_WORDS[rule.event]?.measures[line.measure];
  const member = line.of === undefined ? '' : ` ${MEMBER_WORDS[line.of] ?? `of ${line.of}`}`;
  const each = line.by === 'member' ? `, a line for each ${words?.members ?? 'member'}` : '';
  const amount = `           with ${words?.words ?? line.measure}${member}${each}, ${PLACE_WORDS[line.at]}`;
  return [figure, ...printOtherAccounts(line, rulebook), amount];
}

function printOtherAccounts({ accountBy }: PostingLine, rulebook: Rulebook): string[] {
  if (accountBy === undefined) return [];
  const others = [
    ...(accountBy.taxAssessed === undefined
      ? []
      : [['where a tax engine assesses the company', accountBy.taxAssessed] as const]),
    ...[...(accountBy.companies ?? [])].map(([company, name]) => [`for company ${company}`, name] as const),
    ...[...(accountBy.channels ?? [])].map(
      ([channel, name]) => [`for ${channelWords(channel)}`, name] as const,
    ),
    ...[...(accountBy.locations ?? [])].map(([location, name]) => [`at ${location}`, name] as const),
  ];
  return others.map(([where, name]) => `           ${where}: ${accountWords(name, rulebook)}`);
}

/** `marketplace:*` takes every marketplace. */
function channelWords(channel: string): string {
  if (!channel.endsWith('*')) return `channel ${channel}`;
  const kind = channel.replace(/:?\*$/, '');
  return kind === '' ? 'every channel' : `every ${kind}`;
}

/** `1200 Receivables from customers` */
export function accountWords(name: string, rulebook: Rulebook): string {
  const account = rulebook.accounts.get(name);
  return account === undefined ? name : `${account.number} ${account.title}`;
}
