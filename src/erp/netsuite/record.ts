// A journal as a NetSuite journal entry record, and what NetSuite's answers to it mean. It is created by POST with an
// external id: PUT by external id would edit a journal that is already posted instead of refusing.
import { decimal } from '../../money/decimal.ts';
import type { OutgoingJournal, PostOutcome, RefusalCode } from '../contract.ts';
import {
  asList,
  asObject,
  asText,
  JsonNumber,
  parseJsonText,
  type JsonOut,
  type JsonText,
} from '../jsonText.ts';
import { describeLine } from '../reference.ts';
import type { SuiteFields } from './suiteql.ts';

/** Internal ids by what we call them. */
export interface SuiteIds {
  accounts: ReadonlyMap<string, string>;
  currencies: ReadonlyMap<string, string>;
  /** By field and name. */
  places: ReadonlyMap<'location' | 'department' | 'class', ReadonlyMap<string, string>>;
  subsidiary: string;
  companyCurrency: string;
}

const MEMO_LENGTH = 4000;

/** The record's body, or why the journal cannot be one. */
export function recordOf(
  journal: OutgoingJournal,
  ids: SuiteIds,
  fields: SuiteFields,
): { ok: true; body: JsonOut } | { ok: false; code: RefusalCode; message: string } {
  const [first] = journal.lines;
  if (first === undefined) return { ok: false, code: 'invalid', message: 'a journal without lines' };
  if (journal.lines.some((line) => line.currency !== first.currency)) {
    return { ok: false, code: 'invalid', message: 'a NetSuite journal has one currency' };
  }
  const currency = ids.currencies.get(first.currency);
  if (currency === undefined)
    return { ok: false, code: 'invalid', message: `NetSuite has no currency ${first.currency}` };
  const items: JsonOut[] = [];
  for (const line of journal.lines) {
    const account = ids.accounts.get(line.account);
    if (account === undefined)
      return { ok: false, code: 'unknownAccount', message: `NetSuite has no account ${line.account}` };
    const at: Record<string, JsonOut> = {};
    for (const [field, name] of [
      [fields.locationField, line.location],
      [fields.dimensionField, line.dimension],
    ] as const) {
      if (field === '' || name === '') continue;
      const id = ids.places.get(field)?.get(name);
      if (id === undefined)
        return { ok: false, code: 'invalid', message: `NetSuite has no ${field} ${name}` };
      at[field] = { id };
    }
    items.push({
      account: { id: account },
      [line.side]: new JsonNumber(line.amount),
      memo: describeLine(line, MEMO_LENGTH),
      ...at,
    });
  }
  const foreign = first.currency !== ids.companyCurrency;
  return {
    ok: true,
    body: {
      externalId: journal.postingReference,
      subsidiary: { id: ids.subsidiary },
      currency: { id: currency },
      ...(foreign ? { exchangeRate: new JsonNumber(rateOf(journal)) } : {}),
      trandate: journal.postingDate,
      memo: journal.text,
      line: { items },
    },
  };
}

/** Company amount per unit of the journal's currency, from its largest line, to NetSuite's eight decimals. */
function rateOf(journal: OutgoingJournal): string {
  const largest = journal.lines.reduce((one, other) =>
    decimal(other.amount).gt(decimal(one.amount)) ? other : one,
  );
  return decimal(largest.companyAmount).dividedBy(decimal(largest.amount)).toDecimalPlaces(8).toFixed();
}

const MEANINGS: readonly { fits: RegExp; code: RefusalCode }[] = [
  { fits: /period .*(closed|locked)|posting period|closed or locked/i, code: 'closedPeriod' },
  { fits: /not balanced|out of balance|must balance|debits? .*equal/i, code: 'unbalanced' },
  {
    fits: /invalid (field value|reference).*account|account .*(inactive|does not exist)/i,
    code: 'unknownAccount',
  },
  { fits: /INSUFFICIENT_PERMISSION|permission/i, code: 'notAllowed' },
];

/** What an answer of status 400 and more means; the record was not created. */
export function recordRefusal(text: string): PostOutcome {
  let details: JsonText[];
  try {
    details = asList(asObject(parseJsonText(text))['o:errorDetails']);
  } catch {
    return { kind: 'unknown', message: 'an error that is no JSON' };
  }
  if (details.length === 0) return { kind: 'unknown', message: 'an error without details' };
  const said = details
    .map(asObject)
    .map((one) => `${asText(one['o:errorCode'])}: ${asText(one.detail)}`)
    .join('; ')
    .slice(0, 500);
  if (/DUP_RCRD|DUP_ENTITY|already exists/i.test(said)) return { kind: 'duplicateKey', message: said };
  if (/CONCURRENCY_LIMIT|RCRD_HAS_BEEN_CHANGED/i.test(said)) return { kind: 'notExecuted', message: said };
  return {
    kind: 'refused',
    code: MEANINGS.find(({ fits }) => fits.test(said))?.code ?? 'other',
    message: said,
  };
}
