// A journal as SAP's "Journal Entry - Post" message. The elements stand in the order of SAP's schema, which is a
// sequence: one out of place is refused as malformed. S is a debit with a positive amount, H a credit with a negative one.
import type { OutgoingJournal, OutgoingLine } from '../contract.ts';
import { describeLine, uuidOf } from '../reference.ts';
import { escapeXml } from '../xml.ts';

/** What the message needs beyond the journal. */
export interface EnvelopeSettings {
  /** `CreatedByUser`, 12 characters. */
  user: string;
  documentType: string;
  /** Pads a numeric account to SAP's ten characters. */
  padAccounts: boolean;
  /** Element of the account assignment that carries our dimension; '' where SAP is not meant to carry it. */
  dimensionField: '' | 'ProfitCenter' | 'Segment' | 'FunctionalArea';
}

const ASSIGNMENT_LENGTH = 18;
const TEXT_LENGTH = 50;

/** Id of the sub-message that carries the journal: its confirmation is found by it. */
export function subMessageId(journal: OutgoingJournal): string {
  return `${journal.postingReference}-1`;
}

/** The SOAP body; the same bytes on every attempt but for `createdAt`. */
export function journalEnvelope(
  journal: OutgoingJournal,
  settings: EnvelopeSettings,
  createdAt: string,
): string {
  const header = (id: string, uuid: string): string =>
    `<MessageHeader><ID>${id}</ID><UUID>${uuid}</UUID><CreationDateTime>${createdAt}</CreationDateTime></MessageHeader>`;
  const e = (name: string, value: string): string => `<${name}>${escapeXml(value)}</${name}>`;
  return [
    '<soapenv:Envelope xmlns:soapenv="http://schemas.xmlsoap.org/soap/envelope/" xmlns:sfin="http://sap.com/xi/SAPSCORE/SFIN">',
    '<soapenv:Header/><soapenv:Body><sfin:JournalEntryBulkCreateRequest>',
    header(journal.postingReference, uuidOf(`${journal.postingKey} message`)),
    '<JournalEntryCreateRequest>',
    header(subMessageId(journal), uuidOf(journal.postingKey)),
    '<JournalEntry>',
    e('OriginalReferenceDocumentType', 'BKPFF'),
    '<OriginalReferenceDocument/><OriginalReferenceDocumentLogicalSystem/>',
    e('BusinessTransactionType', 'RFBU'),
    e('AccountingDocumentType', settings.documentType),
    e('DocumentReferenceID', journal.postingReference),
    e('DocumentHeaderText', journal.text.slice(0, 25)),
    e('CreatedByUser', settings.user),
    e('CompanyCode', journal.company),
    e('DocumentDate', journal.documentDate),
    e('PostingDate', journal.postingDate),
    e('TaxDeterminationDate', journal.documentDate),
    ...journal.lines.map((line) => item(line, journal.company, settings)),
    '</JournalEntry></JournalEntryCreateRequest></sfin:JournalEntryBulkCreateRequest></soapenv:Body></soapenv:Envelope>',
  ].join('');
}

function item(line: OutgoingLine, company: string, settings: EnvelopeSettings): string {
  const e = (name: string, value: string): string =>
    value === '' ? '' : `<${name}>${escapeXml(value)}</${name}>`;
  const sign = line.side === 'debit' ? '' : '-';
  const amount = (name: string, currency: string, value: string): string =>
    `<${name} currencyCode="${escapeXml(currency)}">${sign}${value}</${name}>`;
  const assigned = line.reference.length <= ASSIGNMENT_LENGTH;
  const text = assigned ? line.text.slice(0, TEXT_LENGTH) : describeLine(line, TEXT_LENGTH);
  const dimension = settings.dimensionField === '' ? '' : e(settings.dimensionField, line.dimension);
  const assignment = e('CostCenter', line.location) + dimension;
  return [
    '<Item>',
    e('ReferenceDocumentItem', String(line.line)),
    e('CompanyCode', company),
    e('GLAccount', sapAccount(line.account, settings.padAccounts)),
    amount('AmountInTransactionCurrency', line.currency, line.amount),
    line.currency === line.companyCurrency
      ? ''
      : amount('AmountInCompanyCodeCurrency', line.companyCurrency, line.companyAmount),
    e('DebitCreditCode', line.side === 'debit' ? 'S' : 'H'),
    e('DocumentItemText', text),
    assigned ? e('AssignmentReference', line.reference) : '',
    assignment === '' ? '' : `<AccountAssignment>${assignment}</AccountAssignment>`,
    '</Item>',
  ].join('');
}

/** SAP's form of an account number: numeric ones are ten digits, padded at the front. */
export function sapAccount(account: string, pad: boolean): string {
  return pad && /^\d+$/.test(account) ? account.padStart(10, '0') : account;
}

/** Our form of SAP's account number. */
export function ownAccount(account: string, pad: boolean): string {
  return pad ? account.replace(/^0+(?=\d)/, '') : account;
}
