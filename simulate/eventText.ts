// Writes a fact of the business as the canonical event of spec/events.md, as the system that saw it would send it: one
// line of JSON, amounts as text.
import { momentText } from './calendar.ts';
import { amountText, sumOf } from './cents.ts';
import type { Fact, StockLine } from './facts.ts';
import { present, refundData, shipmentData } from './saleText.ts';

/** The system that a fact comes from; its events share one file a day. */
export type System = 'oms' | 'pos' | 'wms' | 'tax';

/** An event ready to be sent. */
export interface SentEvent {
  system: System;
  source: string;
  id: string;
  /** Day on which it is sent. */
  day: string;
  body: EventBody;
}

/** The envelope and data of one event, still an object, so that dirty inputs can spoil a copy. */
export interface EventBody {
  specversion: '1.0';
  id: string;
  source: string;
  type: string;
  time: string;
  subject: string;
  datacontenttype: 'application/json';
  data: Record<string, unknown>;
}

/** The canonical event of a fact. */
export function eventOf(fact: Fact): SentEvent {
  const { system, type, key, id, data } = describe(fact);
  const source = `/${system}/${fact.company}`;
  const body: EventBody = {
    specversion: '1.0',
    id,
    source,
    type,
    // Marketplace traffic comes in UTC, as such interfaces send it.
    time: momentText(
      fact.at,
      system === 'oms' && 'channel' in fact && fact.channel?.startsWith('marketplace') === true,
    ),
    subject: key,
    datacontenttype: 'application/json',
    data: { company: fact.company, ...data },
  };
  return { system, source, id, day: fact.at.day, body };
}

/** One line of NDJSON. */
export function lineOf(body: EventBody): string {
  return `${JSON.stringify(body)}\n`;
}

interface Description {
  system: System;
  type: string;
  key: string;
  id: string;
  data: Record<string, unknown>;
}

function describe(fact: Fact): Description {
  switch (fact.kind) {
    case 'shipment':
      return {
        system: fact.channel === 'store' ? 'pos' : 'oms',
        type: 'retail.shipment.confirmed.v1',
        key: fact.shipmentId,
        id: `evt-${fact.shipmentId}`,
        data: shipmentData(fact),
      };
    case 'refund':
      return {
        system: fact.channel === 'store' ? 'pos' : 'oms',
        type: 'retail.refund.issued.v1',
        key: fact.refundId,
        id: `evt-${fact.refundId}`,
        data: refundData(fact),
      };
    case 'assessment':
      return {
        system: 'tax',
        type: 'retail.tax.assessed.v1',
        key: fact.assessmentId,
        id: `evt-${fact.assessmentId}-${fact.revision}`,
        data: {
          currency: fact.currency,
          assessmentId: fact.assessmentId,
          revision: fact.revision,
          documentType: fact.documentType,
          documentId: fact.documentId,
          taxes: fact.taxes.map((tax) => ({
            jurisdiction: tax.jurisdiction,
            taxable: amountText(tax.taxable),
            amount: amountText(tax.amount),
          })),
          total: amountText(sumOf(fact.taxes.map((tax) => tax.amount))),
        },
      };
    case 'lifecycle':
      return {
        system: 'oms',
        type: fact.type,
        key: fact.key,
        id: `evt-${fact.type.split('.').slice(1, 3).join('-')}-${fact.key}`,
        data: { [fact.keyField]: fact.key, ...present({ location: fact.location, channel: fact.channel }) },
      };
    default:
      return describeStock(fact);
  }
}

type StockFact = Exclude<Fact, { kind: 'shipment' | 'refund' | 'assessment' | 'lifecycle' }>;

function describeStock(fact: StockFact): Description {
  switch (fact.kind) {
    case 'transferShipped':
      return wms('retail.transfer.shipped.v1', fact.transferId, {
        currency: fact.currency,
        transferId: fact.transferId,
        fromLocation: fact.fromLocation,
        toLocation: fact.toLocation,
        ...partnerData('toCompany', fact.partner),
        ...stockLines(fact.lines),
      });
    case 'transferReceived':
      return wms('retail.transfer.received.v1', fact.receiptId, {
        currency: fact.currency,
        transferId: fact.transferId,
        receiptId: fact.receiptId,
        fromLocation: fact.fromLocation,
        toLocation: fact.toLocation,
        final: fact.final,
        ...partnerData('fromCompany', fact.partner),
        ...stockLines(fact.lines),
      });
    case 'adjustment':
      return wms('retail.inventory.adjusted.v1', fact.adjustmentId, {
        currency: fact.currency,
        adjustmentId: fact.adjustmentId,
        reason: fact.reason,
        location: fact.location,
        ...stockLines(fact.lines),
      });
    case 'markdown':
      return wms('retail.price.markdown.v1', fact.markdownId, {
        currency: fact.currency,
        markdownId: fact.markdownId,
        location: fact.location,
        kind: 'permanent',
        lines: fact.lines.map(({ sku, quantity, retailAmount, costAmount }) => ({
          sku,
          quantity,
          retailAmount: amountText(retailAmount),
          ...present({ costAmount: costAmount === undefined ? undefined : amountText(costAmount) }),
        })),
        total: amountText(sumOf(fact.lines.map((line) => line.retailAmount))),
      });
    case 'vendorReturn':
      return wms('retail.vendor.returned.v1', fact.vendorReturnId, {
        currency: fact.currency,
        vendorReturnId: fact.vendorReturnId,
        vendorId: fact.vendorId,
        location: fact.location,
        ...stockLines(fact.lines),
        creditExpected: amountText(fact.creditExpected),
        ...present({
          fees: fact.fees === 0n ? undefined : [{ code: 'HANDLING', net: amountText(fact.fees) }],
        }),
      });
  }
}

function wms(type: string, key: string, data: Record<string, unknown>): Description {
  return { system: 'wms', type, key, id: `evt-${key}-${type.split('.')[2] ?? ''}`, data };
}

function partnerData(
  field: 'toCompany' | 'fromCompany',
  partner: { company: string; price: bigint } | undefined,
) {
  return partner === undefined ? {} : { [field]: partner.company, transferPrice: amountText(partner.price) };
}

function stockLines(lines: readonly StockLine[]) {
  return {
    lines: lines.map((line) => ({ ...line, cost: amountText(line.cost) })),
    total: amountText(sumOf(lines.map((line) => line.cost))),
  };
}
