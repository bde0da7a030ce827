// The money leg: what a payment processor settles and charges, what it pays out, and what the bank books. Amounts are signed,
// to us +. Whether a payout is the sum of its movements takes all of them: the feed that delivers them says so.
import { checkTotal, defineEvent } from './definition.ts';
import { amount } from './decimalFields.ts';
import { choice, day, list, optional, ordinal, record, text } from './fields.ts';
import { MemberSums } from './measures.ts';
import { TAXES } from './sale.ts';

export const PAYMENT_SETTLED = defineEvent({
  type: 'retail.payment.settled.v1',
  noun: 'Payment movement',
  key: ['processor', 'movementId'],
  needs: ['currency'],
  dayAt: 'location',
  reference: 'movementId',
  ids: ['movementId', 'paymentId', 'orderReference', 'payoutId'],
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
