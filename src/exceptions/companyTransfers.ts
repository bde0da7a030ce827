// Goods sold from one of our companies to another: shipped and never received, or received otherwise than shipped. No account
// says it, since the seller's claim arises when the goods leave and the buyer's debt, in its own currency, when they arrive;
// so quantities are compared. Both ledgers may agree with their events while a lorry is missing.
import { fewOfMany } from '../fewOf.ts';
import { decimal } from '../money/decimal.ts';
import {
  type ControlDay,
  type ControlFindings,
  type ControlItem,
  type EventRef,
  eventRefs,
  isDue,
} from './control.ts';

/** Name under which such transfers are watched; the company is the seller. */
export const BETWEEN_COMPANIES = 'between companies';

/** A transfer's events that count on the day of the run. */
export interface CompanyTransfer {
  seller: string;
  buyer: string;
  transfer: string;
  /** null where no shipment is known. */
  shippedOn: string | null;
  currency: string;
  /** Transfer price of the whole; null where no shipment is known. */
  price: string | null;
  receivedOn: string | null;
  finalOn: string | null;
  shipped: EventRef[];
  received: EventRef[];
  /** Articles whose quantities differ, as decimal text. */
  differ: { sku: string; shipped: string; received: string }[];
  /** It has events that count only after the day of the run. */
  later: boolean;
}

/** @param transitDays days that goods may be under way */
export function companyTransferFindings(
  transfers: readonly CompanyTransfer[],
  transitDays: number,
  day: ControlDay,
): ControlFindings {
  const found: ControlFindings = { items: [], watch: [] };
  for (const transfer of transfers) {
    const settled = transfer.finalOn !== null && transfer.differ.length === 0;
    if (!settled || transfer.later)
      found.watch.push({ control: BETWEEN_COMPANIES, company: transfer.seller, key: transfer.transfer });
    const item = settled ? undefined : judged(transfer, transitDays, day);
    if (item !== undefined) found.items.push(item);
  }
  return found;
}

function judged(transfer: CompanyTransfer, transitDays: number, day: ControlDay): ControlItem | undefined {
  const { seller, buyer, shippedOn, receivedOn, finalOn, differ } = transfer;
  const named = `transfer ${transfer.transfer} from ${seller} to ${buyer}`;
  if (shippedOn === null) {
    // What arrives soon after the start was shipped before it.
    if (receivedOn === null || !isDue(day.startDate, transitDays, receivedOn as never)) return undefined;
    return item(
      'TRANSFER_VARIANCE',
      transfer,
      receivedOn,
      `${named} was received on ${receivedOn}, and no shipment of it is known`,
    );
  }
  const over = differ.some(({ shipped, received }) => decimal(received).greaterThan(decimal(shipped)));
  const since = finalOn ?? receivedOn;
  if (since !== null && (finalOn !== null || over)) {
    if (!isDue(since, 0, day.asOf)) return undefined;
    return item(
      'TRANSFER_VARIANCE',
      transfer,
      since,
      `${named}: received until ${since} otherwise than shipped: ${words(differ)}`,
    );
  }
  if (!isDue(shippedOn, transitDays, day.asOf)) return undefined;
  const so = receivedOn === null ? 'nothing' : 'not all';
  return item(
    'IN_TRANSIT_AGED',
    transfer,
    shippedOn,
    `${named} was shipped on ${shippedOn} and ${so} was received in ${transitDays} days: ${words(differ)}`,
  );
}

const MOST_NAMED = 5;

function words(differ: CompanyTransfer['differ']): string {
  const first = differ
    .slice(0, MOST_NAMED)
    .map(({ sku, shipped, received }) => `${sku} ${received} of ${shipped}`);
  return fewOfMany(first, differ.length, 'articles');
}

function item(reason: string, transfer: CompanyTransfer, businessDate: string, why: string): ControlItem {
  const { seller, transfer: id, shipped, received, price, currency, receivedOn } = transfer;
  return {
    reason,
    about: 'COMPANY_TRANSFER',
    subject: [seller, id].join('\u001f'),
    company: seller,
    why,
    detail: { events: eventRefs([...shipped, ...received]), references: [id] },
    // Of a part nobody knows the price: it is agreed for the whole.
    exposure: receivedOn === null ? price : null,
    currency,
    businessDate,
  };
}
