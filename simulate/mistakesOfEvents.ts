// Mistakes in what happened or was reported, with books that followed faithfully: only control exceptions can tell. The
// last kinds look odd and are right: they must not be reported at all.
import { addDays, isoDate } from '../src/accounting/dates.ts';
import { assessmentOf } from './assessments.ts';
import { replacementOf, voidOf } from './corrections.ts';
import { eventOf, lineOf } from './eventText.ts';
import { reversalOf } from './spoiling.ts';
import type { MistakeKind } from './mistake.ts';
import { totalOf } from './basket.ts';

/** The rules of examples/retail are in force from 1 January 2026. */
const BEFORE_THE_RULES = isoDate('2025-12-30');

export const MISTAKES_OF_EVENTS: readonly MistakeKind[] = [
  {
    kind: 'refund_without_shipment',
    reason: 'ORPHAN_REFUND',
    class: 'control',
    note: 'Money was given back for a shipment that nobody knows.',
    make(desk, _number, tell) {
      const sale = desk.sale({ days: [3, 9], clean: true });
      const refund = { ...desk.refundOf(sale, 4), orderId: undefined };
      desk.honest(refund);
      tell({ facts: [refund], amount: totalOf(refund) });
    },
  },
  {
    kind: 'refund_exceeds_sale',
    reason: 'OVER_REFUND',
    class: 'control',
    note: 'One sale was given back twice, in full.',
    make(desk, _number, tell) {
      const sale = desk.sale({ days: [3, 9], clean: true });
      desk.honest(sale);
      const first = desk.refundOf(sale, 3);
      const second = desk.refundOf(sale, 6);
      desk.honest(first);
      desk.honest(second);
      tell({ facts: [second, first, sale], amount: totalOf(sale) });
    },
  },
  {
    kind: 'tax_assessed_otherwise',
    reason: 'TAX_ASSESSED_VARIANCE',
    class: 'control',
    note: 'The tax engine assessed more than the till captured; both were posted as they are.',
    make(desk, number, tell) {
      const sale = desk.sale({ company: 'US01', channel: 'web', clean: true });
      desk.send(sale);
      desk.books.write(desk.draft(sale));
      const assessment = assessmentOf(sale);
      if (assessment === undefined) throw new RangeError('a sale of the American company has tax of its own');
      const more = BigInt(137 + number * 11);
      const other = {
        ...assessment,
        taxes: assessment.taxes.map((tax) => ({ ...tax, amount: tax.amount + more })),
      };
      desk.honest(other);
      tell({ facts: [sale, other], amount: more });
    },
  },
  {
    kind: 'tax_never_assessed',
    reason: 'ASSESSMENT_MISSING',
    class: 'control',
    note: 'The tax engine never said a word about this sale.',
    make(desk, _number, tell) {
      const sale = desk.sale({ company: 'US01', channel: 'web', clean: true });
      desk.send(sale);
      desk.books.write(desk.draft(sale));
      tell({
        facts: [sale],
        amount: assessmentOf(sale)?.taxes[0]?.amount ?? 0n,
        also: ['TAX_ASSESSED_VARIANCE'],
      });
    },
  },
  {
    kind: 'two_sources',
    reason: 'DUPLICATE_FACT',
    class: 'control',
    note: 'The order system being replaced reported the same shipment under an id of its own.',
    make(desk, _number, tell) {
      const sale = desk.sale({ clean: true });
      desk.honest(sale);
      const { body } = eventOf(sale);
      const again = { ...body, id: `legacy-${body.id}`, source: `/legacy/${sale.company}` };
      desk.sendText('legacy', sale.businessDate, lineOf(again));
      tell({ facts: [sale] });
    },
  },
  {
    kind: 'late_event',
    reason: 'LATE_EVENT',
    class: 'control',
    note: 'Sold on the last day of a month that was closed when the event came; booked on the first of the next.',
    make(desk, _number, tell) {
      const sale = desk.sale({ company: 'DE01', day: addDays(desk.month.first, -1), clean: true });
      const arrives = addDays(desk.month.first, 1);
      desk.send(sale, arrives);
      desk.books.write({
        ...desk.draft(sale),
        postingDate: desk.month.first,
        businessDate: sale.businessDate,
        documentDate: '',
        period: desk.month.name,
        createdOn: arrives,
      });
      tell({ facts: [sale] });
    },
  },
  {
    kind: 'before_the_rules',
    reason: 'NO_RULE',
    class: 'control',
    note: 'A sale of last year, reported now: no posting rule was in force on its day.',
    make(desk, _number, tell) {
      const sale = desk.sale({ day: BEFORE_THE_RULES, clean: true });
      desk.send(sale, addDays(desk.month.first, 2));
      tell({ facts: [sale], amount: totalOf(sale) });
    },
  },
  {
    kind: 'clean_void',
    reason: '',
    class: 'none',
    note: 'A shipment reported in error and voided the same day; the ERP never heard of it.',
    make(desk, _number, tell) {
      const sale = desk.sale({ company: 'DE01', clean: true });
      const { body } = desk.send(sale);
      desk.sendText('oms', sale.businessDate, lineOf(voidOf(body)));
      tell({ facts: [sale] });
    },
  },
  {
    kind: 'clean_replace',
    reason: '',
    class: 'none',
    note: 'A shipment replaced by a dearer one; the ERP reversed its document and posted the right one.',
    make(desk, number, tell) {
      const sale = desk.sale({ company: 'DE01', days: [3, 16], clean: true });
      const { body } = desk.send(sale);
      const [line] = sale.lines;
      if (line === undefined) return;
      const more = 1_000n + BigInt(number) * 100n;
      const dearer = {
        ...sale,
        lines: [
          {
            ...line,
            unitPrice: line.unitPrice + more,
            net: line.net + more,
            taxes: line.taxes.map((tax) => ({ ...tax, taxable: tax.taxable + more })),
          },
        ],
      };
      dearer.tenders = [{ type: 'card', amount: totalOf(dearer) }];
      const replacement = eventOf(dearer).body;
      // Every other correction comes in a file that is read before its target's.
      desk.sendText(
        number % 2 === 0 ? 'oms' : 'corrections',
        sale.businessDate,
        lineOf(replacementOf(body, replacement)),
      );
      const document = desk.draft(sale);
      desk.books.write(document);
      desk.books.write(reversalOf(desk, document));
      desk.books.write(desk.draft(dearer));
      tell({ facts: [sale], documents: [document] });
    },
  },
  {
    kind: 'clean_reversal',
    reason: '',
    class: 'none',
    note: 'Posted, reversed and posted again by the ERP: three documents, one sale.',
    make(desk, _number, tell) {
      const sale = desk.sale({ clean: true });
      desk.send(sale);
      desk.assess(sale);
      const document = desk.draft(sale);
      desk.books.write(document);
      desk.books.write(reversalOf(desk, document));
      desk.books.write(desk.books.copyOf(document));
      tell({ facts: [sale], documents: [document] });
    },
  },
  {
    kind: 'clean_revision',
    reason: '',
    class: 'none',
    note: 'The tax engine corrected itself: the second revision is what the till captured.',
    make(desk, number, tell) {
      const sale = desk.sale({ company: 'US01', channel: 'web', clean: true });
      desk.send(sale);
      desk.books.write(desk.draft(sale));
      const right = assessmentOf(sale);
      if (right === undefined) return;
      const off = BigInt(90 + number * 13);
      const first = { ...right, taxes: right.taxes.map((tax) => ({ ...tax, amount: tax.amount + off })) };
      desk.honest(first);
      const day = addDays(isoDate(right.businessDate), 1);
      const second = { ...right, revision: 2, at: { ...right.at, day }, businessDate: day };
      desk.send(second);
      // The ERP books what changes.
      desk.books.write(
        desk.draft({ ...second, taxes: right.taxes.map((tax) => ({ ...tax, amount: -off })) }),
      );
      tell({ facts: [sale, first, second] });
    },
  },
];
