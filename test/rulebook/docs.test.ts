// Every YAML snippet of docs/rulebook.md is one that the program takes: each is put into the small rulebook in its place and
// compiled.
import { readFileSync } from 'node:fs';

import { describe, expect, it } from 'vitest';

import { compileRulebook } from '../../src/rulebook/compile.ts';
import { AROUND, SMALL, changed, filesOf, messages } from './small.ts';

const TEXT = readFileSync('docs/rulebook.md', 'utf8');
const SNIPPETS = [...TEXT.matchAll(/```yaml\n([^]*?)```/g)].map(([, yaml = '']) => yaml);

/** Names that the snippets use and the small rulebook does not have. */
const MORE_ACCOUNTS = `shippingRevenue: { number: "4100", side: credit }
salesReturns: { number: "4200", side: debit }
giftCards: { number: "2100", side: credit }
roundingDifference: { number: "6901", side: debit }
cardFees: { number: "6902", side: debit }
`;
const REST = `- name: rest
  accounts: [shippingRevenue, salesReturns, giftCards, roundingDifference, cardFees]
  unit: [company, ledger]
  graceDays: 5
  passes: []
`;

/** The small rulebook around a snippet, by what the snippet is. */
function around(snippet: string): Record<string, string> {
  const base = { ...SMALL, 'accounts.yaml': SMALL['accounts.yaml'] + MORE_ACCOUNTS };
  const reconciliations = SMALL['reconciliations.yaml'] + REST;
  const first = snippet.replace(/^#.*\n/gm, '').split('\n')[0] ?? '';
  if (/^receivable: +\{/.test(first)) return { ...SMALL, 'accounts.yaml': accountsOf(snippet) };
  if (first.startsWith('title: Sale')) {
    const rule = changed('postings/shipment.yaml', '', '')['postings/shipment.yaml']!;
    const examples = rule.slice(rule.indexOf('examples:'));
    const text = snippet.includes('examples:') ? snippet : snippet + examples;
    return { ...base, 'reconciliations.yaml': reconciliations, 'postings/shipment.yaml': text };
  }
  if (first.startsWith('examples:')) {
    const rule = SMALL['postings/shipment.yaml']!.replace('when: { fulfilment: [ship, pickup] }\n', '');
    const text = rule.slice(0, rule.indexOf('examples:')) + snippet;
    return { ...base, 'reconciliations.yaml': reconciliations, 'postings/shipment.yaml': text };
  }
  if (/^[A-Z_]+:/.test(first))
    return { ...base, 'reconciliations.yaml': reconciliations, 'exceptions.yaml': snippet };
  if (/^(?:keys|tolerance|window):/.test(first)) {
    const lines = snippet.split('\n').filter((line) => line !== '');
    const passes = lines.map(
      (line, i) => `    - name: p${i}\n      type: one-to-one\n      ${keysFor(line)}${line}\n`,
    );
    const one = `- name: snippet\n  accounts: [receivable, revenue, rounding]\n  unit: [company, ledger]\n  graceDays: 10\n  calendar: us\n  passes:\n${passes.join('')}`;
    return {
      ...base,
      'reconciliations.yaml': reconciliations.replace(/- name: sales\n[^]*?(?=- name: tax)/, one),
    };
  }
  if (first.startsWith('- name: revenue')) {
    const only = `- name: sales\n  accounts: [receivable, rounding]\n  unit: [company]\n  graceDays: 5\n  passes: []\n`;
    const others = reconciliations.replace(/- name: sales\n[^]*?(?=- name: tax)/, only);
    return {
      ...base,
      'reconciliations.yaml': snippet + others.replace('shippingRevenue, salesReturns, ', ''),
    };
  }
  if (first.startsWith('- name: tax-clearing'))
    return {
      ...base,
      'reconciliations.yaml': reconciliations.replace(/- name: clearing\n[^]*?graceDays: 3\n/, snippet),
    };
  if (first.startsWith('- {') || first.startsWith('- name:')) {
    const passes = snippet.replace(/^/gm, '    ').trimEnd();
    const one = `- name: snippet\n  accounts: [receivable, revenue, rounding]\n  unit: [company, ledger]\n  graceDays: 10\n  calendar: us\n  passes:\n${passes}\n`;
    return {
      ...base,
      'reconciliations.yaml': reconciliations.replace(/- name: sales\n[^]*?(?=- name: tax)/, one),
    };
  }
  throw new Error(`no place for this snippet: ${first}`);
}

const keysFor = (line: string): string => (line.startsWith('keys') ? '' : 'keys: [reference]\n      ');

/** The accounts of the snippet instead of the small rulebook's of the same name. */
function accountsOf(snippet: string): string {
  const named = new Set([...snippet.matchAll(/^(\w+):/gm)].map(([, name]) => name));
  const rest = SMALL['accounts.yaml']!.split('\n').filter((line) => !named.has(line.split(':')[0]));
  return `${snippet}${rest.join('\n')}`;
}

describe('docs/rulebook.md', () => {
  it('has snippets for every part and every match type', () => {
    expect(SNIPPETS.length).toBeGreaterThan(12);
    for (const type of ['one-to-one', 'one-to-many', 'many-to-one', 'many-to-many', 'net'])
      expect(
        SNIPPETS.some((snippet) => snippet.includes(`type: ${type}`)),
        type,
      ).toBe(true);
  });

  it.each(SNIPPETS.map((snippet, i) => [i + 1, snippet.split('\n')[0] ?? '', snippet] as const))(
    'snippet %i compiles: %s',
    (_, __, snippet) => {
      expect(messages(compileRulebook(filesOf(around(snippet)), 'rulebook', AROUND))).toBe('no problem');
    },
  );
});
