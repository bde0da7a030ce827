// For every mistake in a rulebook the smallest one, and its exact message, kept as text that can be read from top to bottom
// (test/golden/rulebook-errors.txt; `npx vitest run test/rulebook -u` writes it again).
import { describe, expect, it } from 'vitest';
import { checkExamples } from '../../src/rulebook/check.ts';
import { explainError } from '../../src/errors.ts';
import { compileRulebook } from '../../src/rulebook/compile.ts';
import { AROUND, SMALL, changed, compileSmall, filesOf, messages } from './small.ts';

const SHIPMENT = 'postings/shipment.yaml';
const TRANSFER = 'postings/transfer.yaml';
const RECONCILIATIONS = 'reconciliations.yaml';

/** What is changed: file, text, replacement. */
const MISTAKES: readonly (readonly [string, string, string])[] = [
  ['accounts.yaml', 'receivable: {', 'receivable: ['],
  ['accounts.yaml', 'number: "1200", ', ''],
  ['accounts.yaml', 'side: debit, title', 'side: dabit, title'],
  ['accounts.yaml', 'title: Receivables', 'titel: Receivables'],
  ['accounts.yaml', 'dimension: jurisdiction }', 'dimension: tax }'],
  ['accounts.yaml', 'companies: { DE01: "8400" }', 'companies: "8400"'],
  [SHIPMENT, 'event: retail.shipment.confirmed.v1\n', ''],
  [SHIPMENT, 'retail.shipment.confirmed.v1', 'retail.shipment.confirm.v1'],
  [SHIPMENT, 'effective: 2026-01-01', 'effective: 2026-02-30'],
  [SHIPMENT, 'until: 2026-12-31', 'until: 2025-12-31'],
  [SHIPMENT, 'when: { fulfilment', 'when: { fulfillment'],
  [SHIPMENT, 'reference: shipmentId', 'reference: shipment'],
  [SHIPMENT, 'lines:', 'entry: none\nlines:'],
  [SHIPMENT, 'lines:', 'because: no reason\nlines:'],
  [
    SHIPMENT,
    'side: debit, account: receivable, amount: receivableOwn',
    'account: receivable, amount: receivableOwn',
  ],
  [SHIPMENT, 'account: cogs', 'account: cog'],
  [SHIPMENT, 'amount: net', 'amount: nett'],
  [SHIPMENT, 'of: giftCard', 'of: giftcard'],
  [SHIPMENT, 'amount: net', 'amount: net, of: giftCard'],
  [SHIPMENT, 'by: jurisdiction', 'by: type'],
  [SHIPMENT, 'amount: net', 'amount: net, by: jurisdiction'],
  [SHIPMENT, 'at: sellingLocation', 'at: toLocation'],
  [SHIPMENT, 'default: salesTax, ', ''],
  [SHIPMENT, 'taxAssessed: taxClearing', 'taxassessed: taxClearing'],
  [SHIPMENT, 'debit: receivable, amount: 10.80', 'amount: 10.80'],
  [SHIPMENT, 'debit: receivable, amount: 10.80', 'debit: receivable, amount: ten'],
  [TRANSFER, 'because: stock is kept per company here\n', ''],
  [TRANSFER, 'entry: none\nbecause: stock is kept per company here', 'title: nothing'],
  [
    TRANSFER,
    'entry: none\nbecause: stock is kept per company here',
    'lines: [{ side: debit, account: inventory, amount: cost }]',
  ],
  [TRANSFER, 'expect: none', 'expect: nothing'],
  [TRANSFER, 'event: retail.transfer.shipped.v1', 'event: retail.shipment.confirmed.v1'],
  [RECONCILIATIONS, 'name: tax', 'name: sales'],
  [RECONCILIATIONS, '[cogs, inventory]', '[cogs]'],
  [RECONCILIATIONS, '[cogs, inventory]', '[cogs, inventory, revenue]'],
  [RECONCILIATIONS, '[cogs, inventory]', '[cogs, inventory, cogs]'],
  [RECONCILIATIONS, '[cogs, inventory]', '[cogs, inventry]'],
  [RECONCILIATIONS, 'unit: [dimension]', 'unit: [jurisdiction]'],
  [RECONCILIATIONS, 'graceDays: 5\n  calendar', 'graceDays: 4\n  calendar'],
  [RECONCILIATIONS, 'graceDays: 5\n  calendar', 'graceDays: five\n  calendar'],
  [RECONCILIATIONS, '  calendar: us\n', ''],
  [RECONCILIATIONS, '  calendar: us\n', '  calendar: uk\n'],
  [RECONCILIATIONS, 'where: { notJournalSources', 'where: { notJournalSource'],
  [RECONCILIATIONS, 'name: cents', 'name: document'],
  [RECONCILIATIONS, 'name: cents', 'name: reversal'],
  [RECONCILIATIONS, 'name: goods', 'name: goods and cost'],
  [RECONCILIATIONS, 'USD: [-0.05', 'USDD: [-0.05'],
  [RECONCILIATIONS, 'type: one-to-one, keys', 'type: one-to-once, keys'],
  [RECONCILIATIONS, 'keys: [reference], window', 'keys: [], window'],
  [RECONCILIATIONS, 'keys: [reference], window', 'keys: [referense], window'],
  [RECONCILIATIONS, 'keys: [reference], window', 'keys: [orderId], window'],
  [RECONCILIATIONS, 'keys: [reference], window', 'keys: [assignment], window'],
  [RECONCILIATIONS, 'expected: [orderId, shipmentId], ', ''],
  [RECONCILIATIONS, '[upper,', '[uppercase,'],
  [RECONCILIATIONS, 'S([0-9]+)', 'S[0-9]+'],
  [RECONCILIATIONS, 'S([0-9]+)', 'S([0-9]+'],
  [RECONCILIATIONS, 'S([0-9]+)', String.raw`\b(S[0-9]+)`],
  [RECONCILIATIONS, 'S([0-9]+)', '.*([0-9]+)'],
  [RECONCILIATIONS, 'S([0-9]+)', 'S([0-9]+)?'],
  [RECONCILIATIONS, 'days: [-1, 5]', 'days: [5, -1]'],
  [RECONCILIATIONS, 'days: [-1, 5]', 'days: [5]'],
  [
    RECONCILIATIONS,
    'keys: [], per: [businessDate], window: { days: [0, 1] }, sides: separate',
    'keys: [businessDate], window: { days: [0, 1] }',
  ],
  [RECONCILIATIONS, 'type: one-to-one, keys: [reference], window', 'type: net, keys: [reference], window'],
  [
    RECONCILIATIONS,
    'type: many-to-one, keys: [], per: [businessDate], window: { days: [0, 1] }, sides: separate',
    'type: many-to-many, keys: [businessDate], window: { days: [0, 1], grouping: before }',
  ],
  [RECONCILIATIONS, 'keys: [], per: [businessDate]', 'keys: []'],
  [RECONCILIATIONS, "reference: '^POS-'", "reference: '(POS'"],
  [RECONCILIATIONS, "ledger: { reference: '^POS-', not: { documentTypes: [AB] } }", 'ledger: {}'],
  [
    RECONCILIATIONS,
    ",\n        where: { expected: { channels: [store], not: { brands: [outlet] } }, ledger: { reference: '^POS-', not: { documentTypes: [AB] } } }",
    '',
  ],
  [
    RECONCILIATIONS,
    'keys: [reference], window: { days: [-1, 5], calendar: us }',
    'keys: [businessDate], result: suggested',
  ],
  [RECONCILIATIONS, 'expected: [orderId, shipmentId]', 'expected: keys.1'],
  [RECONCILIATIONS, 'across: [account]', 'sides: separate'],
  [RECONCILIATIONS, 'across: [account]', 'across: [account], result: confirmed'],
  [RECONCILIATIONS, 'across: [account]', 'across: [currency]'],
  [RECONCILIATIONS, ', account: rounding', ''],
  [RECONCILIATIONS, ', budget: { perRun: 50.00 }', ''],
  [RECONCILIATIONS, '{ perRun: 50.00 }', '{ }'],
  [RECONCILIATIONS, '{ perRun: 50.00 }', '{ perRun: -50.00 }'],
  [RECONCILIATIONS, 'amount: { USD: [-0.05, 0.05], other: [0, 0] }, ', ''],
  [RECONCILIATIONS, '[-0.05, 0.05]', '[0.01, 0.05]'],
  [RECONCILIATIONS, 'amount: {', 'cap: 5.00, amount: {'],
  [RECONCILIATIONS, '{ USD: [-0.05, 0.05], other: [0, 0] }', '{ }'],
  [RECONCILIATIONS, 'amount: {', 'percent: [-1, 1], cap: { }, amount: {'],
  [RECONCILIATIONS, 'control: TAX_ASSESSED_VARIANCE', 'control: TIMING'],
  ['exceptions.yaml', 'TIMING', 'TIMEING'],
  ['exceptions.yaml', '  owner: nobody\n', ''],
  ['exceptions.yaml', 'dueDays: 10', 'dueDays: soon'],
];

/** Mistakes that only the worked examples show. */
const WRONG_EXAMPLES: readonly (readonly [string, string, string])[] = [
  [SHIPMENT, 'total: 10.80', 'total: 10.81'],
  [SHIPMENT, 'credit: revenue, amount: 10.00', 'credit: revenue, amount: 9.99'],
  [SHIPMENT, 'dimension: IL', 'dimension: NY'],
  [SHIPMENT, '      - { debit: cogs, amount: 6.00, location: W001 }\n', ''],
  [SHIPMENT, 'fulfilment: ship\n', 'fulfilment: store\n'],
  [SHIPMENT, '  - { side: credit, account: revenue, amount: net, at: sellingLocation }\n', ''],
  [TRANSFER, transferExample(), ''],
];

function transferExample(): string {
  const text = SMALL[TRANSFER] ?? '';
  return text.slice(text.indexOf('examples:'));
}

function story([file, old, by]: readonly [string, string, string], message: string): string {
  const shown = (sign: string, text: string) =>
    text
      .trimEnd()
      .split('\n')
      .map((line) => `${sign} ${line}`)
      .join('\n');
  return `${file}\n${shown('-', old)}\n${shown('+', by)}\n\n${message}\n`;
}

describe('a mistake in the rulebook', () => {
  it('has a message that says where, what, expected, found and what to do', async () => {
    const stories = MISTAKES.map((mistake) => story(mistake, messages(compileSmall(changed(...mistake)))));
    expect(stories.filter((text) => text.includes('no problem'))).toEqual([]);
    await expect(stories.join(`\n${'-'.repeat(80)}\n`)).toMatchFileSnapshot('../golden/rulebook-errors.txt');
  });

  it('in a worked example is shown by running it', async () => {
    const stories = WRONG_EXAMPLES.map((mistake) => {
      const compiled = compileSmall(changed(...mistake));
      if (!compiled.ok) return story(mistake, messages(compiled));
      const { problems } = checkExamples(compiled.rulebook, compiled.examples);
      expect(problems).not.toEqual([]);
      return story(mistake, problems.map(explainError).join('\n'));
    });
    await expect(stories.join(`\n${'-'.repeat(80)}\n`)).toMatchFileSnapshot(
      '../golden/rulebook-examples.txt',
    );
  });

  it('is not there in the small rulebook, whose example runs', () => {
    const compiled = compileSmall();
    expect(messages(compiled)).toBe('no problem');
    if (compiled.ok) expect(checkExamples(compiled.rulebook, compiled.examples).problems).toEqual([]);
  });

  it('does not hide the next one', () => {
    const wrong = changed('accounts.yaml', 'side: debit, title', 'side: dabit, titel');
    const text = messages(compileSmall({ ...wrong, 'exceptions.yaml': 'TIMEING: {}\n' }));
    expect(text).toContain('found:    dabit');
    expect(text).toContain('unknown key titel in receivable');
    expect(text).toContain('unknown key TIMEING in the file');
  });

  it('can be a missing or empty file', () => {
    const { 'accounts.yaml': _, ...rest } = SMALL;
    expect(messages(compileSmall(rest))).toContain(
      [
        'rulebook: there is no accounts.yaml',
        '  expected: the accounts that rules name',
        '  to do:    write it, or start from `tieout init DIR`',
      ].join('\n'),
    );
    expect(messages(compileSmall({ ...SMALL, 'reconciliations.yaml': '# nothing\n' }))).toBe(
      'rulebook/reconciliations.yaml: the file is empty\n  to do:    write its content, or remove the file',
    );
  });

  it('can be a file that nobody reads', () => {
    expect(messages(compileSmall({ ...SMALL, 'exception.yaml': 'TIMING: {}\n' }))).toBe(
      [
        'rulebook/exception.yaml: no file of a rulebook is called so',
        '  expected: accounts.yaml, reconciliations.yaml, exceptions.yaml or postings/NAME.yaml',
        '  found:    exception.yaml',
        '  to do:    did you mean exceptions.yaml?',
      ].join('\n'),
    );
  });

  it('can be that a configured company is in no reconciliation of an account', () => {
    const texts = changed('reconciliations.yaml', '- name: goods\n', '- name: goods\n  companies: [DE01]\n');
    const around = { ...AROUND, companies: ['DE01', 'US01'] };
    expect(messages(compileRulebook(filesOf(texts), 'rulebook', around))).toBe(
      [
        'rulebook/postings/shipment.yaml:1: rule shipment posts to cogs, which no reconciliation takes for company US01',
        '  expected: every account that a rule posts to in one reconciliation of the company',
        '  to do:    name US01 in the `companies` of a reconciliation of cogs, or narrow the rule with when: { company: ... }',
      ].join('\n'),
    );
    const narrowed = {
      ...texts,
      'postings/shipment.yaml': texts['postings/shipment.yaml']!.replace(
        'when: { ',
        'when: { company: DE01, ',
      ),
    };
    expect(messages(compileRulebook(filesOf(narrowed), 'rulebook', around))).toBe('no problem');
  });

  it('can be that tieout.yaml clears assessed tax elsewhere', () => {
    const around = { ...AROUND, taxClearing: new Map([['US01', 'taxClearng']]) };
    expect(messages(compileRulebook(filesOf(SMALL), 'rulebook', around))).toBe(
      [
        'tieout.yaml, company US01: taxAssessed clears on taxClearng, the posting rules do not',
        '  expected: lines with account: { default: ..., taxAssessed: taxClearng }',
        '  found:    taxClearing',
        '  to do:    did you mean taxClearing?',
      ].join('\n'),
    );
  });
});
