// The money leg: what a payment processor settles and charges, what it pays out, and what the bank books. Amounts are signed,
// to us +. Whether a payout is the sum of its movements takes all of them: the feed that delivers them says so.
import { checkTotal, defineEvent } from './definition.ts';
import { amount } from './decimalFields.ts';
import { choice, day, list, optional, ordinal, record, text } from './fields.ts';
import { MemberSums } from './measures.ts';
import { FEE_CODE } from './ruleTerms.ts';
import { TAXES } from './sale.ts';

export const PAYMENT_SETTLED = defineEvent({
  type: 'retail.payment.settled.v1',
  noun: 'Payment movement',
  key: ['processor', 'movementId'],
  needs: ['currency'],
  dayAt: 'location',
  reference: 'movementId',
  ids: ['movementId', 'paymentId', 'orderReference', 'payoutId'],
  rules: {
    happens: 'a processor settles a movement of a payment',
    measures: {
      gross: { text: 'the movement before fees' },
      fees: { text: 'fees kept back by the processor', members: FEE_CODE },
      withheldTax: { text: 'tax withheld' },
      net: { text: 'what the movement adds to the payout' },
    },
    places: ['location'],
    conditions: ['processor', 'kind', 'method'],
    mayHaveNoRule: true,
  },
  example: {
    company: 'US01',
    currency: 'USD',
    location: 'W100',
    processor: 'adyen',
    movementId: 'M-1',
    kind: 'capture',
    gross: '10.00',
    fees: [{ code: 'scheme', amount: '0.30' }],
    net: '9.70',
  },
  fields: {
    processor: text(),
    movementId: text(),
    kind: choice(
      'capture',
      'refund',
      'chargeback',
      'chargebackReversed',
      'conversion',
      'reserve',
      'release',
      'adjustment',
    ),
    paymentId: optional(text()),
    orderReference: optional(text()),
    payoutId: optional(text()),
    method: optional(text()),
    gross: amount('any'),
    fees: optional(list(record({ code: text(), amount: amount('any'), taxes: TAXES }))),
    withheldTax: optional(amount('any')),
    net: amount('any'),
  },
  figures(data) {
    const fees = new MemberSums();
    for (const fee of data.fees ?? []) {
      const tax = (fee.taxes ?? []).reduce((sum, each) => sum + each.amount, 0n);
      fees.add(fee.code, fee.amount + tax);
    }
    return fees;
  },
  check({ gross, withheldTax = 0n, net }, fees, cursor) {
    checkTotal(
      cursor,
      'data.net',
      net,
      gross - fees.total - withheldTax,
      (print) => `gross ${print(gross)} - fees ${print(fees.total)} - withheld tax ${print(withheldTax)}`,
    );
  },
  measures({ gross, withheldTax, net }, fees, sheet) {
    sheet.amount('gross', gross);
    sheet.members('fees', fees);
    sheet.amount('withheldTax', withheldTax ?? 0n);
    sheet.amount('net', net);
  },
});

export const PAYMENT_CHARGED = defineEvent({
  type: 'retail.payment.charged.v1',
  noun: 'Charge of a processor',
  key: ['processor', 'chargeId'],
  needs: ['currency'],
  dayAt: 'location',
  reference: 'chargeId',
  ids: ['chargeId', 'payoutId'],
  rules: {
    happens: 'a processor charges a fee of its own',
    measures: { amount: { text: 'the charge' } },
    places: ['location'],
    conditions: ['processor', 'code'],
    mayHaveNoRule: true,
  },
  example: {
    company: 'US01',
    currency: 'USD',
    location: 'W100',
    processor: 'adyen',
    chargeId: 'C-1',
    code: 'invoice',
    amount: '-5.90',
  },
  fields: {
    processor: text(),
    chargeId: text(),
    code: text(),
    amount: amount('any'),
    payoutId: optional(text()),
  },
  figures: () => undefined,
  measures: (data, _figures, sheet) => sheet.amount('amount', data.amount),
});

export const PAYOUT_PAID = defineEvent({
  type: 'retail.payout.paid.v1',
  noun: 'Payout',
  key: ['processor', 'payoutId'],
  needs: ['currency'],
  dayAt: 'location',
  reference: 'payoutId',
  ids: ['payoutId', 'bankReference'],
  rules: {
    happens: 'a processor pays out',
    measures: { amount: { text: 'the amount paid out' } },
    places: ['location'],
    conditions: ['processor'],
    mayHaveNoRule: true,
  },
  example: {
    company: 'US01',
    currency: 'USD',
    location: 'W100',
    processor: 'adyen',
    payoutId: '380',
    amount: '55308.07',
  },
  fields: {
    processor: text(),
    payoutId: text(),
    amount: amount('any'),
    opening: optional(amount('any')),
    closing: optional(amount('any')),
    bankReference: optional(text()),
    movements: optional(ordinal),
  },
  figures: () => undefined,
  measures: (data, _figures, sheet) => sheet.amount('amount', data.amount),
});

export const BANK_ENTRY_BOOKED = defineEvent({
  type: 'retail.bank.entry.booked.v1',
  noun: 'Bank entry',
  key: ['bankAccount', 'entryId'],
  needs: ['currency'],
  dayAt: 'location',
  reference: 'entryId',
  ids: ['entryId', 'bankAccount'],
  rules: {
    happens: 'the bank books an entry',
    measures: { amount: { text: 'the amount booked' } },
    places: ['location'],
    conditions: ['bankAccount'],
    mayHaveNoRule: true,
  },
  example: {
    company: 'US01',
    currency: 'USD',
    location: 'W100',
    bankAccount: 'NL77ABNA0574908765',
    entryId: 'E-1',
    amount: '-754.25',
    valueDate: '2026-10-05',
  },
  fields: {
    bankAccount: text(),
    entryId: text(),
    amount: amount('any'),
    valueDate: day,
    references: optional(list(text())),
  },
  figures: () => undefined,
  measures: (data, _figures, sheet) => sheet.amount('amount', data.amount),
});
