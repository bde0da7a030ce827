// The types without accounting, kept for timing and process measures: company, a key, perhaps location and channel.
import { defineTimingEvent } from './definition.ts';
import type { EventDefinition } from './definition.ts';
import { optional, text } from './fields.ts';

/**
 * The business key of each type. The contract names `orderId` and `returnId` and leaves the rest to us: the id of the
 * thing that the event is about, and where one order is served in parts the part's id too, if its source has one.
 */
const KEYS: readonly (readonly [type: string, noun: string, id: string, part?: string])[] = [
  ['retail.order.created.v1', 'Order', 'orderId'],
  ['retail.order.cancelled.v1', 'Cancellation', 'orderId', 'cancellationId'],
  ['retail.inventory.reserved.v1', 'Reservation', 'orderId', 'reservationId'],
  ['retail.fulfillment.assigned.v1', 'Fulfilment', 'orderId', 'fulfillmentId'],
  ['retail.pickup.ready.v1', 'Pickup', 'orderId', 'shipmentId'],
  ['retail.return.initiated.v1', 'Return', 'returnId'],
  ['retail.refund.approved.v1', 'Refund approval', 'refundId'],
  ['retail.replenishment.requested.v1', 'Replenishment request', 'replenishmentId'],
  ['retail.replenishment.received.v1', 'Replenishment', 'replenishmentId', 'receiptId'],
];

const IDS = ['orderId', 'shipmentId', 'returnId', 'refundId', 'transferId', 'receiptId', 'replenishmentId'];

export const LIFECYCLE: readonly EventDefinition[] = KEYS.map(([type, noun, id, part]) =>
  defineTimingEvent({
    type,
    noun,
    key: part === undefined ? [id] : [id, part],
    needs: [],
    dayAt: 'location',
    reference: id,
    ids: IDS,
    example: { company: 'US01', [id]: '1', ...(part !== undefined && { [part]: '1' }) },
    fields: { [id]: text(), ...(part !== undefined && { [part]: optional(text()) }) },
  }),
);
