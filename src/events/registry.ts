// Every event type Tieout takes. Adding one is its file and a line here.
import { STORE_DAY_CLOSED } from './dayClosed.ts';
import type { EventDefinition } from './definition.ts';
import { GOODS_RECEIVED } from './goodsReceived.ts';
import { INVENTORY_ADJUSTED } from './inventoryAdjusted.ts';
import { LIFECYCLE } from './lifecycle.ts';
import { MARKDOWN } from './markdown.ts';
import { BANK_ENTRY_BOOKED, PAYMENT_CHARGED, PAYMENT_SETTLED, PAYOUT_PAID } from './moneyLeg.ts';
import { REFUND } from './refund.ts';
import { SHIPMENT } from './shipment.ts';
import { TAX_ASSESSED } from './taxAssessed.ts';
import { TRANSFER_RECEIVED, TRANSFER_SHIPPED } from './transfer.ts';
import { VENDOR_RETURNED } from './vendorReturned.ts';

/** Definitions by CloudEvents type. */
export const EVENT_TYPES: ReadonlyMap<string, EventDefinition> = new Map(
  [
    SHIPMENT,
    REFUND,
    TAX_ASSESSED,
    TRANSFER_SHIPPED,
    TRANSFER_RECEIVED,
    INVENTORY_ADJUSTED,
    MARKDOWN,
    GOODS_RECEIVED,
    VENDOR_RETURNED,
    PAYMENT_SETTLED,
    PAYMENT_CHARGED,
    PAYOUT_PAID,
    BANK_ENTRY_BOOKED,
    STORE_DAY_CLOSED,
    ...LIFECYCLE,
  ].map((definition) => [definition.type, definition]),
);
