// Refunds against sales: a refund of what was never shipped, and sales refunded beyond what they were. Facts come from
// db/run/controls/refunds.ts; here they become items, and what is not due yet stays watched.
import { decimal } from '../money/decimal.ts';
import {
  type ControlDay,
  type ControlFindings,
  type EventRef,
  eventRefs,
  isDue,
  shownAmount,
} from './control.ts';

/** Name under which sales are watched. */
export const REFUNDS = 'refunds';

/** A refund whose sale is not here. */
export interface UnsoldRefund extends EventRef {
  company: string;
  /** `shipment`, `order` or `refund` and its id, joined by U+001F. */
  sale: string;
  refundId: string;
  businessDate: string;
  /** Decimal text. */
  total: string;
  currency: string;
}

/** A sale of which more was refunded than shipped; amounts and quantities as decimal text. */
export interface OverRefund {
  company: string;
  sale: string;
  currency: string;
  sold: string;
  refunded: string;
  /** Lines refunded beyond what they were, in quantity or net. */
  lines: { line: string; sold: string; refunded: string; soldNet: string; refundedNet: string }[];
  refunds: (EventRef & { refundId: string })[];
  shipments: EventRef[];
  /** Of the last refund. */
  businessDate: string;
}

const named = (sale: string): [kind: string, id: string] => {
  const at = sale.indexOf('\u001f');
  return [sale.slice(0, at), sale.slice(at + 1)];
};

/** Refunds of what was not shipped by the end of their grace days. */
export function orphanRefunds(
  refunds: readonly UnsoldRefund[],
  graceDays: number,
  { asOf }: ControlDay,
): ControlFindings {
  const found: ControlFindings = { items: [], watch: [] };
  for (const refund of refunds) {
    const { company, sale, refundId, businessDate, total, currency } = refund;
    found.watch.push({ control: REFUNDS, company, key: sale });
    if (!isDue(businessDate, graceDays, asOf)) continue;
    const [kind, id] = named(sale);
    const of = kind === 'refund' ? 'names no sale' : `is of ${kind} ${id}, which was not shipped`;
    found.items.push({
      reason: 'ORPHAN_REFUND',
      subject: `${company}\u001f${refundId}`,
      company,
      why: `refund ${refundId} of ${businessDate} ${of}; ${graceDays} grace days are over`,
      detail: {
        events: eventRefs([refund]),
        references: kind === 'refund' ? [refundId] : [refundId, id],
      },
      exposure: total,
      currency,
      businessDate,
    });
  }
  return found;
}

/** Sales refunded beyond what they were; the exposure is what was given back too much. */
export function overRefunds(sales: readonly OverRefund[]): ControlFindings {
  const found: ControlFindings = { items: [], watch: [] };
  for (const over of sales) {
    const { company, sale, currency, sold, refunded, lines, refunds } = over;
    const [kind, id] = named(sale);
    const beyond = decimal(refunded).minus(decimal(sold));
    const reasons = [
      ...(beyond.greaterThan(0)
        ? [`${shownAmount(refunded, currency)} refunded of ${shownAmount(sold, currency)} shipped`]
        : []),
      ...lines.map(
        (line) =>
          `line ${line.line}: ${line.refunded} pieces, net ${shownAmount(line.refundedNet, currency)}, refunded of ${line.sold}, net ${shownAmount(line.soldNet, currency)}`,
      ),
    ];
    const onLines = lines.reduce((all, line) => {
      const more = decimal(line.refundedNet).minus(decimal(line.soldNet));
      return more.greaterThan(0) ? all.plus(more) : all;
    }, decimal('0'));
    found.watch.push({ control: REFUNDS, company, key: sale });
    found.items.push({
      reason: 'OVER_REFUND',
      subject: [company, sale, currency].join('\u001f'),
      company,
      why: `${kind} ${id}: ${reasons.join('; ')} (refunds ${refunds.map((refund) => refund.refundId).join(', ')})`,
      detail: {
        events: eventRefs([...refunds, ...over.shipments]),
        references: [id, ...refunds.map((refund) => refund.refundId)],
        sold,
        refunded,
        lines,
      },
      exposure: (beyond.greaterThan(onLines) ? beyond : onLines).toFixed(),
      currency,
      businessDate: over.businessDate,
    });
  }
  return found;
}
