// Accounts and passes of the stories: one reconciliation for each way of matching, so that one run judges all of them.

const NUMBERS = {
  receivable: 1200,
  cash: 1000,
  deposits: 1010,
  parts: 1020,
  netted: 1030,
  weak: 1040,
  strict: 1050,
  perLine: 1061,
  perUnit: 1062,
  perRun: 1063,
  perPeriod: 1064,
  everyBudget: 1065,
  revenue: 4000,
  rounding: 6900,
};

export const ACCOUNTS = `${Object.entries(NUMBERS)
  .map(([name, number]) => `${name}: { number: "${number}", side: debit }`)
  .join('\n')}
salesTax: { number: "2200", side: credit, dimension: jurisdiction }
`;

const DOCUMENT = '{ name: document, type: one-to-one, keys: [reference], window: { days: [-1, 5] } }';

const cents = (budget: string): string =>
  `{ name: cents, type: one-to-one, keys: [reference], window: { days: [-1, 5] }, tolerance: { amount: [-0.05, 0.05], account: rounding, budget: { ${budget} } } }`;

const reconciliation = (name: string, accounts: string, ...passes: string[]): string =>
  [
    `- name: ${name}`,
    `  accounts: [${accounts}]`,
    '  unit: [company, ledger, location]',
    '  graceDays: 5',
    '  passes:',
    ...passes.map((pass) => `    - ${pass}`),
  ].join('\n');

export const RECONCILIATIONS = `${[
  reconciliation('receivable', 'receivable, cash', DOCUMENT, cents('perRun: 50.00')),
  reconciliation('strict', 'strict, rounding', DOCUMENT),
  reconciliation(
    'revenue',
    'revenue',
    DOCUMENT,
    "{ name: day, type: many-to-one, keys: [], per: [businessDate], window: { days: [0, 1] }, where: { ledger: { reference: '^SUM' } } }",
  ),
  reconciliation(
    'deposits',
    'deposits',
    '{ name: deposit, type: many-to-one, keys: [reference], sides: separate }',
  ),
  reconciliation('parts', 'parts', '{ name: parts, type: one-to-many, keys: [reference] }'),
  reconciliation('netted', 'netted', DOCUMENT, '{ name: netted, type: net, keys: [reference] }'),
  reconciliation(
    'weak',
    'weak',
    DOCUMENT,
    '{ name: day, type: one-to-one, keys: [businessDate], result: suggested }',
  ),
  reconciliation('perLine', 'perLine', DOCUMENT, cents('perLine: 0.03')),
  reconciliation('perUnit', 'perUnit', DOCUMENT, cents('perUnit: 0.06')),
  reconciliation('perRun', 'perRun', DOCUMENT, cents('perRun: 0.10')),
  reconciliation('perPeriod', 'perPeriod', DOCUMENT, cents('perPeriod: 0.10')),
  reconciliation(
    'everyBudget',
    'everyBudget',
    DOCUMENT,
    cents('perLine: 0.03, perUnit: 0.05, perRun: 0.07, perPeriod: 0.07'),
  ),
].join('\n')}
- name: tax
  accounts: [salesTax]
  unit: [company, ledger, dimension]
  graceDays: 5
  passes:
    - { name: document, type: one-to-one, keys: [reference] }
`;
