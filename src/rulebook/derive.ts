// From an event to the lines that the ledger should hold. Amounts run as integers in ten-thousandths; an entry that does
// not balance is refused, never plugged. Measured: see docs/rulebook.md.
import type { IsoDate } from '../accounting/dates.ts';
import type { ExpectedLine } from '../accounting/line.ts';
import { AMOUNT_DIGITS, isTooLarge } from '../money/scaled.ts';
import type { BusinessEvent, Measure, QuarantineReason, Refusal } from '../events/model.ts';
import { convert } from './amounts.ts';
import { showTicks } from '../money/ticks.ts';
import { readTicks } from '../money/ticks.ts';
import type { PostingCompany } from './fit.ts';
import { plainText, rulesThatFit } from './fit.ts';
import type { PostingLine, PostingRule, Rulebook } from './model.ts';
import { firstFit } from './patterns.ts';
import { RULE_VOCABULARY } from './vocabulary.ts';

/** What an event became. `zero`: a rule fits, and all its measures are zero; `none`: a rule says no entry. */
export type Derivation =
  | { kind: 'lines'; rule: string; lines: ExpectedLine[] }
  | { kind: 'zero'; rule: string; because: string }
  | { kind: 'none'; rule: string; because: string }
  | { kind: 'no_rule'; because: string }
  | { kind: 'lifecycle'; because: string }
  | { kind: 'refused'; refusal: Refusal };

/** A line before it has texts: amounts in ten-thousandths, debit positive. */
interface Sum {
  account: string;
  location: string;
  dimension: string;
  currency: string;
  units: bigint;
}

/**
 * Derives the expected lines of an accepted event by the one rule that fits it on its accounting date.
 * A void correction has no measures and is not derived but negated (`negateLines`).
 */
export function deriveLines(
  event: BusinessEvent,
  accountingDate: IsoDate,
  rulebook: Rulebook,
  companyOf: (code: string) => PostingCompany | undefined,
): Derivation {
  const terms = RULE_VOCABULARY.get(event.type);
  if (terms === undefined) {
    return { kind: 'lifecycle', because: 'events of this type cause no accounting' };
  }
  const company = companyOf(event.company);
  if (company === undefined) return refuse(event, 'UNKNOWN_COMPANY', 'a configured company', event.company);
  const fitting = rulesThatFit(event, accountingDate, rulebook, company);
  const [rule] = fitting;
  if (rule === undefined && terms.mayHaveNoRule === true)
    return { kind: 'none', rule: '', because: 'no posting rule takes it, and none is needed' };
  if (rule === undefined) {
    return { kind: 'no_rule', because: `no posting rule takes this ${event.type} on ${accountingDate}` };
  }
  if (fitting.length > 1) {
    return {
      kind: 'no_rule',
      because: `several posting rules fit: ${fitting.map((r) => r.name).join(', ')}`,
    };
  }
  if (rule.noneBecause !== undefined) return { kind: 'none', rule: rule.name, because: rule.noneBecause };
  const sums = sumLines(event, rule, rulebook, company);
  if (sums.length === 0) {
    return { kind: 'zero', rule: rule.name, because: `all measures that rule ${rule.name} names are zero` };
  }
  const unbalanced = findUnbalanced(sums);
  if (unbalanced !== undefined) return refuseUnbalanced(event, rule, sums, unbalanced);
  const converted = convert(sums, event.rates, company.currency);
  if (typeof converted === 'string')
    return refuse(event, 'NO_RATE', `a rate to ${company.currency}`, converted);
  const large = [...sums.map(({ units }) => units), ...converted].find(isTooLarge);
  if (large !== undefined)
    return refuse(
      event,
      'SCHEMA',
      `amounts of at most ${AMOUNT_DIGITS} digits before the point`,
      `a line of ${showTicks(large, '')}`,
    );
  const period = company.period(accountingDate);
  const reference = referenceOf(event, rule);
  const further = furtherOf(event);
  const lines = sums.map((sum, index): ExpectedLine => ({
    company: event.company,
    ledger: rule.ledger,
    account: sum.account,
    location: sum.location,
    dimension: sum.dimension,
    currency: sum.currency,
    amount: showTicks(sum.units, sum.currency),
    companyCurrency: company.currency,
    companyAmount: showTicks(converted[index]!, company.currency),
    businessDate: event.businessDate,
    accountingDate,
    fiscalYear: period.fiscalYear,
    period: period.period,
    reference,
    eventSource: event.source,
    eventId: event.id,
    ordinal: 1,
    rule: rule.name,
    further,
  }));
  return { kind: 'lines', rule: rule.name, lines };
}

/** What a line keeps of its event beside its reference: other ids, and what a pass may ask in `where`. */
function furtherOf({ further, channel, brand }: BusinessEvent): Record<string, string> {
  return {
    ...further,
    ...(channel === '' ? {} : { channel }),
    ...(brand === '' ? {} : { brand }),
  };
}

function referenceOf(event: BusinessEvent, rule: PostingRule): string {
  if (rule.reference === undefined) return event.reference;
  const further = event.further[rule.reference];
  return further ?? plainText(event.data[rule.reference]);
}

/** The entry's lines, merged where account, location, dimension and currency are alike; zero sums are left out. */
function sumLines(
  event: BusinessEvent,
  rule: PostingRule,
  rulebook: Rulebook,
  company: PostingCompany,
): Sum[] {
  const sums: Sum[] = [];
  for (const line of rule.lines) {
    const name = accountNameOf(line, event, company);
    const location = event.places[line.at] ?? event.places.location ?? '';
    for (const measure of event.measures) {
      if (measure.name !== line.measure || measure.amount.isZero() || !takesMember(line, measure)) continue;
      const account = rulebook.accounts.get(accountOfMember(line, measure) ?? name);
      if (account === undefined) throw new Error(`rule ${rule.name} names an account that was not compiled`);
      const number = account.companies.get(event.company) ?? account.number;
      const units = unitsOf(measure);
      const dimension = line.by !== undefined && account.dimension !== '' ? memberIn(measure, line.by) : '';
      add(sums, number, location, dimension, measure.currency, line.side === 'debit' ? units : -units);
    }
  }
  return sums.filter((sum) => sum.units !== 0n);
}

function add(
  sums: Sum[],
  account: string,
  location: string,
  dimension: string,
  currency: string,
  units: bigint,
) {
  for (const sum of sums) {
    if (
      sum.account === account &&
      sum.location === location &&
      sum.dimension === dimension &&
      sum.currency === currency
    ) {
      sum.units += units;
      return;
    }
  }
  sums.push({ account, location, dimension, currency, units });
}

/** The member of a measure in one of its divisions; '' where it says none. */
function memberIn(measure: Measure, division: string): string {
  return measure.parts?.[division] ?? measure.member;
}

function takesMember({ of }: PostingLine, measure: Measure): boolean {
  return of === undefined || memberIn(measure, of.by) === of.member;
}

function accountOfMember({ accountOf }: PostingLine, measure: Measure): string | undefined {
  for (const { by, accounts } of accountOf ?? []) {
    const name = firstFit(accounts, memberIn(measure, by));
    if (name !== undefined) return name;
  }
  return undefined;
}

function unitsOf(measure: Measure): bigint {
  return readTicks(measure.amount.toFixed());
}

function accountNameOf(line: PostingLine, event: BusinessEvent, company: PostingCompany): string {
  const by = line.accountBy;
  if (by === undefined) return line.account;
  const since = company.taxAssessedSince;
  if (by.taxAssessed !== undefined && since !== undefined && event.businessDate >= since)
    return by.taxAssessed;
  return (
    by.companies?.get(event.company) ??
    firstFit(by.channels, event.channel) ??
    by.locations?.get(event.places[line.at] ?? event.places.location ?? '') ??
    line.account
  );
}

/** The first transaction currency whose debits and credits differ. */
function findUnbalanced(sums: readonly Sum[]): string | undefined {
  const first = sums[0]!.currency;
  let balance = 0n;
  let mixed = false;
  for (const sum of sums) {
    if (sum.currency === first) balance += sum.units;
    else mixed = true;
  }
  if (balance !== 0n) return first;
  return mixed ? findUnbalanced(sums.filter((sum) => sum.currency !== first)) : undefined;
}

function refuseUnbalanced(
  event: BusinessEvent,
  rule: PostingRule,
  sums: readonly Sum[],
  currency: string,
): Derivation {
  let debits = 0n;
  let credits = 0n;
  for (const sum of sums) {
    if (sum.currency !== currency) continue;
    if (sum.units > 0n) debits += sum.units;
    else credits -= sum.units;
  }
  const text = (units: bigint) => `${showTicks(units, currency)} ${currency}`;
  const found = `debits ${text(debits)}, credits ${text(credits)}, difference ${text(debits - credits)}`;
  return refuse(event, 'UNBALANCED_ENTRY', `debits equal to credits by rule ${rule.name}`, found);
}

function refuse(event: BusinessEvent, reason: QuarantineReason, expected: string, found: string): Derivation {
  const message = `${reason}: expected ${expected}, found ${found}`;
  const { company, type, currency } = event;
  return {
    kind: 'refused',
    refusal: { reason, path: 'data', expected, found, message, company, type, currency },
  };
}
