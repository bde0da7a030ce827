// Runs the worked examples of a rulebook: each gives an event, and the entry that an accountant expects of it, to the
// cent. They run in a made-up company, so that they hold wherever the rulebook is used.
import { isoDate } from '../accounting/dates.ts';
import type { ExpectedLine } from '../accounting/line.ts';
import { companyPeriods } from '../accounting/companyPeriods.ts';
import type { ErrorParts } from '../errors.ts';
import type { BusinessEvent, EventContext, ReadOutcome } from '../events/model.ts';
import { readEvent } from '../events/read.ts';
import { showTicks } from '../money/ticks.ts';
import { readTicks } from '../money/ticks.ts';
import { deriveLines } from './derive.ts';
import type { PostingCompany } from './fit.ts';
import type { ExampleLine, Rulebook, WorkedExample } from './model.ts';
import type { Problems } from './yaml.ts';

/** What `rules check` found. */
export interface CheckReport {
  ok: boolean;
  /** '' where the rulebook does not compile. */
  hash: string;
  rules: number;
  reconciliations: number;
  /** Worked examples that ran. */
  examples: number;
  problems: readonly ErrorParts[];
}

/** Day and hour of an example that does not say when. */
const EXAMPLE_TIME = '2026-10-14T12:00:00Z';

/** Runs every worked example; a rule that makes an entry and has none is a problem too. */
export function checkExamples(rulebook: Rulebook, examples: readonly WorkedExample[]): CheckReport {
  const problems: Problems = [];
  const withExample = new Set(examples.map((example) => example.rule));
  for (const rule of rulebook.postings) {
    if (withExample.has(rule.name)) continue;
    problems.push({
      where: rule.file,
      what: `rule ${rule.name} has no worked example`,
      expected: 'examples: [{ given: EVENT, expect: LINES }]',
      todo: 'write one event and the entry that you would book for it',
    });
  }
  problems.push(...failingExamples(rulebook, examples));
  return {
    ok: problems.length === 0,
    hash: rulebook.hash,
    rules: rulebook.postings.length,
    reconciliations: rulebook.reconciliations.length + rulebook.controls.length,
    examples: examples.length,
    problems,
  };
}

/** What does not hold of the worked examples: rules that fail their own examples may not book anything. */
export function failingExamples(
  rulebook: Rulebook,
  examples: readonly WorkedExample[],
): readonly ErrorParts[] {
  const problems: Problems = [];
  for (const example of examples) runExample(rulebook, example, problems);
  return problems;
}

function runExample(rulebook: Rulebook, example: WorkedExample, problems: Problems): void {
  const rule = rulebook.postings.find(({ name }) => name === example.rule);
  if (rule === undefined) return;
  const called = example.title === '' ? `an example of ${rule.name}` : `example "${example.title}"`;
  const fail = (what: string, expected: string, found: string, where = example.where) => {
    problems.push({ where, what: `${called}: ${what}`, expected, found });
  };
  const company = exampleCompany(example);
  const outcome = readExampleEvent(rule.event, example);
  if (!outcome.ok) {
    const { path, expected, found, reason } = outcome.refusal;
    fail(`the event is refused (${reason}) at ${path}`, expected, found);
    return;
  }
  const { event } = outcome;
  const derived = deriveLines(event, event.businessDate, rulebook, () => company);
  if (derived.kind === 'refused') {
    fail(`the entry is refused (${derived.refusal.reason})`, derived.refusal.expected, derived.refusal.found);
  } else if (derived.kind === 'no_rule' || derived.kind === 'lifecycle') {
    fail('no rule takes the event', rule.name, derived.because);
  } else if (derived.rule !== rule.name) {
    fail('another rule takes the event', rule.name, derived.rule);
  } else {
    compare(rulebook, event, example, derived.kind === 'lines' ? derived.lines : [], fail);
  }
}

/** The event of a worked example, read in its made-up company. */
export function readExampleEvent(type: string, example: WorkedExample): ReadOutcome {
  return readEvent(JSON.stringify(exampleEvent(type, example)), contextOf(exampleCompany(example)));
}

/** A whole event where `given` has `data`, else `given` is the data. */
function exampleEvent(type: string, { given, rule }: WorkedExample): Record<string, unknown> {
  const envelope = {
    specversion: '1.0',
    id: `example-${rule}`,
    source: '/example',
    type,
    time: EXAMPLE_TIME,
    datacontenttype: 'application/json',
  };
  return 'data' in given ? { ...envelope, ...given } : { ...envelope, data: given };
}

function exampleCompany({ company, given }: WorkedExample): PostingCompany {
  const data = 'data' in given && given['data'] !== null ? given['data'] : given;
  const currency =
    typeof data === 'object' && 'currency' in data && typeof data.currency === 'string'
      ? data.currency
      : 'USD';
  return {
    currency: company.currency ?? currency,
    inventoryMethod: company.inventoryMethod ?? 'cost',
    ...(company.costOfSales === undefined ? {} : { costOfSales: company.costOfSales }),
    ...(company.taxAssessed === true ? { taxAssessedSince: isoDate('1900-01-01') } : {}),
    ...companyPeriods('monthly'),
  };
}

function contextOf({ currency, inventoryMethod, costOfSales = 'events' }: PostingCompany): EventContext {
  return {
    company: () => ({ currency, timeZone: 'UTC', inventoryMethod, costOfSales }),
    location: () => ({}),
    rate: (from, to) => (from === to ? '1' : undefined),
  };
}

function compare(
  rulebook: Rulebook,
  event: BusinessEvent,
  example: WorkedExample,
  lines: readonly ExpectedLine[],
  fail: (what: string, expected: string, found: string, where?: string) => void,
): void {
  const open = [...lines];
  const missing = example.expect.filter((expected) => {
    const at = open.findIndex((line) => agrees(rulebook, event, expected, line));
    if (at >= 0) open.splice(at, 1);
    return at < 0;
  });
  const found = open.length === 0 ? 'no such line' : open.map((line) => show(rulebook, line)).join('; ');
  for (const expected of missing) {
    fail('a line of the entry is missing', showExpected(expected, event), found, expected.where);
  }
  if (missing.length === 0 && open.length > 0) {
    fail('the entry has a line that is not expected', 'no further line', found);
  }
}

function agrees(rulebook: Rulebook, event: BusinessEvent, expected: ExampleLine, line: ExpectedLine) {
  const account = rulebook.accounts.get(expected.account);
  const number = account?.companies.get(line.company) ?? account?.number;
  const signed = (amount: ExampleLine['amount']) =>
    readTicks(amount.toFixed()) * (expected.side === 'debit' ? 1n : -1n);
  return (
    line.account === number &&
    readTicks(line.amount) === signed(expected.amount) &&
    line.location === expected.location &&
    line.dimension === expected.dimension &&
    line.currency === (expected.currency ?? event.currency) &&
    (expected.companyAmount === undefined ||
      (line.companyAmount !== null && readTicks(line.companyAmount) === signed(expected.companyAmount)))
  );
}

function showExpected(line: ExampleLine, event: BusinessEvent): string {
  const currency = line.currency ?? event.currency;
  return sentence(
    line.side,
    line.account,
    showTicks(readTicks(line.amount.toFixed()), currency),
    currency,
    line,
  );
}

function show(rulebook: Rulebook, line: ExpectedLine): string {
  const account = [...rulebook.accounts.values()].find(
    ({ number, companies }) => (companies.get(line.company) ?? number) === line.account,
  );
  const credit = line.amount.startsWith('-');
  const amount = credit ? line.amount.slice(1) : line.amount;
  return sentence(credit ? 'credit' : 'debit', account?.name ?? line.account, amount, line.currency, line);
}

function sentence(
  side: string,
  account: string,
  amount: string,
  currency: string,
  { location, dimension }: { location: string; dimension: string },
): string {
  const place = location === '' ? '' : ` at ${location}`;
  return `${side} ${account} ${amount} ${currency}${place}${dimension === '' ? '' : ` for ${dimension}`}`;
}
