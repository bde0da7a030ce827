// What stands at the head of an ERP document about a fact: type, interface, reference and text.
import type { Fact } from './facts.ts';

/** Type, source, reference and text of the document of a fact. */
export function headOf(fact: Fact): { type: string; journalSource: string; reference: string; text: string } {
  switch (fact.kind) {
    case 'shipment':
      return {
        type: 'RV',
        journalSource: 'Sales',
        reference: fact.shipmentId,
        text: `Shipment ${fact.orderId}`,
      };
    case 'refund':
      return {
        type: 'RK',
        journalSource: 'Sales',
        reference: fact.refundId,
        text: `Refund ${fact.returnId}`,
      };
    case 'assessment':
      return {
        type: 'TX',
        journalSource: 'Tax',
        reference: fact.documentId,
        text: `Tax, revision ${fact.revision}`,
      };
    case 'transferShipped':
      return {
        type: 'WA',
        journalSource: 'Stock',
        reference: fact.transferId,
        text: `To ${fact.toLocation}`,
      };
    case 'transferReceived':
      return {
        type: 'WE',
        journalSource: 'Stock',
        reference: fact.transferId,
        text: `Receipt ${fact.receiptId}`,
      };
    case 'adjustment':
      return {
        type: 'WI',
        journalSource: 'Stock',
        reference: fact.adjustmentId,
        text: `Stock, ${fact.reason}`,
      };
    case 'vendorReturn':
      return {
        type: 'WR',
        journalSource: 'Stock',
        reference: fact.vendorReturnId,
        text: `Back to ${fact.vendorId}`,
      };
    case 'markdown':
      return { type: 'WM', journalSource: 'Stock', reference: referenceOf(fact), text: 'Markdown' };
    case 'lifecycle':
      throw new RangeError(`no document is made of a ${fact.kind}`);
  }
}

/** The reference that documents about a fact carry. */
export function referenceOf(fact: Fact): string {
  switch (fact.kind) {
    case 'shipment':
      return fact.shipmentId;
    case 'refund':
      return fact.refundId;
    case 'assessment':
      return fact.documentId;
    case 'transferShipped':
    case 'transferReceived':
      return fact.transferId;
    case 'adjustment':
      return fact.adjustmentId;
    case 'markdown':
      return fact.markdownId;
    case 'vendorReturn':
      return fact.vendorReturnId;
    case 'lifecycle':
      return fact.key;
  }
}
