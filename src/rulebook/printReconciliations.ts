// A reconciliation as sentences: what is compared, what is left out, how long one waits, and each pass in its order.
import type { Decimal } from '../money/decimal.ts';
import type {
  ControlReconciliation,
  Key,
  Normaliser,
  Pass,
  Reconciliation,
  Rulebook,
  Tolerance,
  Window,
} from './model.ts';
import { accountText } from './printPostings.ts';

/** The lines of text of one reconciliation. */
export function printReconciliation(one: Reconciliation, rulebook: Rulebook): string[] {
  const companies = one.companies === undefined ? 'all companies' : `companies ${one.companies.join(', ')}`;
  const active = one.passes.filter((pass) => pass.active);
  const resting = one.passes.filter((pass) => !pass.active).map((pass) => pass.name);
  return [
    `${one.title} [${one.name}]`,
    `  Compares, for ${companies}, ledger ${one.ledgers.join(', ')}:`,
    ...one.accounts.map((name) => `    ${accountText(name, rulebook)}`),
    `  Lines match only inside one ${listed(one.unit)}.`,
    ...printScope(one.scope),
    `  Nothing is called missing before ${days(one.graceDays, one.calendar)} of grace are over.`,
    ...active.flatMap((pass, index) => printPass(pass, index + 1, rulebook)),
    ...(resting.length === 0 ? [] : [`  Not in use: ${resting.join(', ')}.`]),
  ];
}

/** The lines of text of one control reconciliation. */
export function printControl(control: ControlReconciliation, rulebook: Rulebook): string[] {
  const title = rulebook.exceptions.get(control.reason)?.title;
  const within = control.graceDays === 0 ? 'at once' : `within ${days(control.graceDays)}`;
  const accounts = control.accounts.map((name) => accountText(name, rulebook)).join(', ');
  return [
    `${control.title} [${control.name}]`,
    `  Control: what events book on ${accounts}`,
    `  must come to zero for each ${control.by.join(' and ')} ${within}; else:`,
    `  ${control.reason}${title === undefined ? '' : `, ${title.toLowerCase()}`}.`,
  ];
}

function days(count: number, calendar?: string): string {
  const noun = calendar === undefined ? 'day' : 'business day';
  return `${count} ${noun}${count === 1 ? '' : 's'}${calendar === undefined ? '' : ` (${calendar})`}`;
}

function printScope(scope: Reconciliation['scope']): string[] {
  const only = (values: readonly string[] | undefined, noun: string, word: string) =>
    values === undefined ? [] : [`  ${word} ledger lines of ${noun} ${values.join(', ')}.`];
  return [
    ...only(scope.documentTypes, 'document type', 'Only'),
    ...only(scope.notDocumentTypes, 'document type', 'Leaves out'),
    ...only(scope.journalSources, 'journal source', 'Only'),
    ...only(scope.notJournalSources, 'journal source', 'Leaves out'),
  ];
}

const MATCH_WORDS: Readonly<Record<Pass['type'], string>> = {
  'one-to-one': 'one expected line with one ledger line',
  'one-to-many': 'one expected line with several ledger lines that sum to it',
  'many-to-one': 'all expected lines together with all ledger lines of the same sum',
  'many-to-many': 'several expected lines with several ledger lines of the same sum',
  net: 'lines of one side that come to zero',
};

function printPass(pass: Pass, number: number, rulebook: Rulebook): string[] {
  const across = pass.acrossAccounts ? ', on any of the accounts' : '';
  const compared = [...pass.keys.map(keyWords), ...(pass.perDay ? ['business date'] : [])];
  const keys = listed(compared);
  const agree = compared.length === 1 ? 'agrees' : 'agree';
  const result = pass.result === 'confirmed' ? 'Confirmed.' : 'Only suggested: a person confirms.';
  return [
    `  ${number}. ${pass.name}: ${MATCH_WORDS[pass.type]}${across}${pass.sides === 'separate' ? ', debits and credits apart' : ''},`,
    ...whereWords(pass).map((line) => `     ${line}`),
    `     where ${keys} ${agree};`,
    ...(pass.window === undefined ? [] : [`     ${windowWords(pass.window, pass)};`]),
    ...amountWords(pass.tolerance, rulebook).map((line) => `     ${line}`),
    `     ${result}`,
  ];
}

/** Which lines the pass sees, a side a line of text. */
function whereWords({ where: { expected, ledger } }: Pass): string[] {
  const words = (side: string, filter: { not?: object } | undefined): string[] => {
    if (filter === undefined) return [];
    const { not, ...asked } = filter;
    const all = [filterWords(asked), ...(not === undefined ? [] : [`not ${filterWords(not)}`])];
    return [`only ${side} lines of ${all.filter((each) => each !== '').join(', but ')};`];
  };
  return [...words('expected', expected), ...words('ledger', ledger)];
}

function filterWords(filter: object): string {
  return Object.entries(filter)
    .map(([name, value]) =>
      Array.isArray(value) ? `${columnWords(name)} ${value.join(' or ')}` : `${name} like ${String(value)}`,
    )
    .join(' and ');
}

function keyWords({ expected, ledger, normalise }: Key): string {
  const one = expected.map(columnWords).join(' or ');
  const other = ledger.map(columnWords).join(' or ');
  const columns = one === other ? one : `${one} of the event and ${other} of the ledger`;
  return normalise.length === 0 ? columns : `${columns} (${normalise.map(normaliserWords).join(', then ')})`;
}

/** `businessDate` -> `business date` */
function columnWords(column: string): string {
  return column.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
}

/** `a, b and c` */
function listed(words: readonly string[]): string {
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

function normaliserWords(step: Normaliser): string {
  switch (step.kind) {
    case 'upper':
      return 'in capitals';
    case 'alphanumeric':
      return 'letters and digits only';
    case 'stripZeros':
      return 'without leading zeros';
    case 'extract':
      return `the part that fits ${step.pattern}`;
  }
}

function windowWords({ from, to, calendar, when }: Window, { type, perDay }: Pass): string {
  const relative = (day: number) =>
    day < 0 ? `${days(-day, calendar)} before` : `${days(day, calendar)} after`;
  if (perDay)
    return `the summary's own date from ${relative(from)} to ${relative(to)} that day, dates never added together`;
  const grouping = type === 'one-to-one' || type === 'net' ? '' : `, judged ${when} grouping`;
  return `the ledger's date from ${relative(from)} to ${relative(to)} the business date${grouping}`;
}

function amountWords(tolerance: Tolerance | undefined, rulebook: Rulebook): string[] {
  if (tolerance === undefined) return ['the amounts exactly equal.'];
  const { absolute, percent, account, budget } = tolerance;
  const bounds = [
    ...[...(absolute ?? [])].map(
      ([currency, { from, to }]) =>
        `${money(from.negated())} less to ${money(to)} more${currencyWords(currency)}`,
    ),
    ...(percent === undefined
      ? []
      : [
          `${percent.from.negated().toFixed()}% less to ${percent.to.toFixed()}% more${capWords(percent.cap)}`,
        ]),
  ];
  const limits = (
    [
      ['a line', budget.perLine],
      ['a unit', budget.perUnit],
      ['a run', budget.perRun],
      ['a period', budget.perPeriod],
    ] as const
  ).flatMap(([per, most]) => (most === undefined ? [] : [`${money(most)} ${per}`]));
  return [
    `the ledger ${bounds.join(', or ')} than expected; the difference is typed to`,
    `${accountText(account, rulebook)}, at most ${limits.join(', ')}; beyond that only suggested.`,
  ];
}

/** At least two decimals, never fewer than there are. */
function money(amount: Decimal): string {
  return amount.abs().toFixed(Math.max(2, amount.decimalPlaces()));
}

function currencyWords(currency: string): string {
  return currency === '*' ? '' : ` ${currency}`;
}

function capWords(cap: ReadonlyMap<string, Decimal> | undefined): string {
  if (cap === undefined) return '';
  return `, at most ${[...cap].map(([currency, most]) => `${money(most)}${currencyWords(currency)}`).join(', ')}`;
}
