// The rulebook in plain English, for the accountant who signs it: everything that decides an entry or a match, in the order
// of accounts, posting rules, reconciliations, exceptions. Titles are shown, but what is signed is the version's hash.
import type { Account, ExceptionPolicy, Rulebook } from './model.ts';
import { printPostingRule } from './printPostings.ts';
import { printControl, printReconciliation } from './printReconciliations.ts';

/** The whole rulebook as text, lines joined by newlines, ending with one. */
export function printRulebook(rulebook: Rulebook): string {
  const byName = <T extends { name: string }>(list: readonly T[]) =>
    list.toSorted((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  return [
    'THE RULEBOOK',
    `Version ${rulebook.hash}`,
    '',
    'Amounts are exact. An entry balances in its own currency and in the currency of the company, or it is not made;',
    'nothing is ever plugged. A measure of zero makes no line, a negative one turns the side.',
    '',
    ...section('ACCOUNTS', printAccounts([...rulebook.accounts.values()])),
    ...section(
      'POSTING RULES',
      byName(rulebook.postings).flatMap((rule) => [...printPostingRule(rule, rulebook), '']),
    ),
    ...section('RECONCILIATIONS', [
      'Before the passes of each reconciliation run two that are built in: our own postings are found again by their',
      'reference, and a reversal is netted with what it reverses. Company, ledger, account and currency always have to',
      'agree. Where several candidates fit equally well, nothing is matched and a person is asked.',
      '',
      ...rulebook.reconciliations.flatMap((one) => [...printReconciliation(one, rulebook), '']),
      ...rulebook.controls.flatMap((control) => [...printControl(control, rulebook), '']),
    ]),
    ...section('EXCEPTIONS', printExceptions([...rulebook.exceptions.values()])),
    'Approved by ______________________________  on ______________',
    'and by      ______________________________  on ______________',
    '',
  ].join('\n');
}

function section(title: string, lines: readonly string[]): string[] {
  const text = lines.at(-1) === '' ? lines : [...lines, ''];
  return [title, '='.repeat(title.length), '', ...text];
}

function printAccounts(accounts: readonly Account[]): string[] {
  const byNumber = accounts.toSorted((a, b) => (a.number < b.number ? -1 : a.number > b.number ? 1 : 0));
  const widest = Math.max(0, ...accounts.map(({ number }) => number.length));
  return byNumber.map(({ number, title, name, normalSide, companies, dimension }) => {
    const others = [...companies].map(([company, other]) => `; in ${company} ${other}`).join('');
    const by = dimension === '' ? '' : `; by ${dimension}`;
    const called = title === name ? name : `${title} (${name})`;
    return `  ${number.padEnd(widest)}  ${called}, normally a ${normalSide}${by}${others}`;
  });
}

function printExceptions(policies: readonly ExceptionPolicy[]): string[] {
  return policies.flatMap(({ reason, title, owner, owners, dueDays, action }) => [
    `  ${reason}: ${title}.`,
    `    ${[...owners.map(printOwner), owner].join('; else ')}, within ${dueDays} ${dueDays === 1 ? 'day' : 'days'}.`,
    `    ${action}`,
  ]);
}

function printOwner({ account, location, over, owner }: ExceptionPolicy['owners'][number]): string {
  const conditions = [
    ...(account === undefined ? [] : [`on ${account}`]),
    ...(location === undefined ? [] : [`at ${location}`]),
    ...(over === undefined ? [] : [`over ${over.toFixed(2)}`]),
  ];
  return `${owner} ${conditions.join(', ')}`;
}
