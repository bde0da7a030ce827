// The tax engine's own figure for a shipment or refund. Measures are this revision's full figures (`data.revision` says
// which): the delta to the revision before needs both events and is taken where lines are derived.
import { checkTotal, defineEvent } from './definition.ts';
import { amount } from './decimalFields.ts';
import { choice, list, ordinal, record, text } from './fields.ts';
import { MemberSums } from './measures.ts';
import { JURISDICTION } from './ruleTerms.ts';

export const TAX_ASSESSED = defineEvent({
  type: 'retail.tax.assessed.v1',
  noun: 'Tax assessment',
  key: ['assessmentId', 'revision'],
  needs: ['currency'],
  dayAt: 'location',
  reference: 'documentId',
  ids: ['assessmentId', 'documentId'],
  concerns: [['document', 'documentId']],
  revised: true,
  rules: {
    happens: 'the tax engine assesses the tax of a document',
    measures: {
      tax: { text: 'the tax assessed, less what an earlier revision said', members: JURISDICTION },
      total: { text: 'the total assessed' },
    },
    places: ['location'],
    conditions: ['documentType'],
  },
  example: {
    company: 'US01',
    currency: 'USD',
    assessmentId: 'T-1',
    revision: 1,
    documentType: 'shipment',
    documentId: 'SHP-1',
    taxes: [{ jurisdiction: 'US-NY', taxable: '100.00', amount: '8.25' }],
    total: '8.25',
  },
  fields: {
    assessmentId: text(),
    revision: ordinal,
    documentType: choice('shipment', 'refund'),
    documentId: text(),
    // May be empty: an assessment of nothing due is a fact too, and may take back an earlier revision.
    taxes: list(record({ jurisdiction: text(), taxable: amount(), amount: amount() })),
    total: amount(),
  },
  figures(data) {
    const tax = new MemberSums();
    for (const { jurisdiction, amount: assessed } of data.taxes) tax.add(jurisdiction, assessed);
    return tax;
  },
  check(data, tax, cursor) {
    checkTotal(cursor, 'data.total', data.total, tax.total, () => 'sum of the tax amounts');
  },
  measures(data, tax, sheet) {
    const factor = data.documentType === 'refund' ? -1n : 1n;
    sheet.members('tax', tax, factor);
    sheet.amount('total', factor * data.total);
  },
});
