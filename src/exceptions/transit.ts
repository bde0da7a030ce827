// Goods in transit, per transfer: what was shipped and not received in time, and what a final receipt left over. One
// transfer is one item, whichever of the two it is today.
import { decimal } from '../money/decimal.ts';
import type { ControlReconciliation } from '../rulebook/model.ts';
import type { Uncleared } from './clearing.ts';
import {
  type ControlDay,
  type ControlFindings,
  type ControlItem,
  type EventRef,
  eventRefs,
  isDue,
  shownAmount,
} from './control.ts';

/** The events of a transfer that count on the day of the run. */
export interface TransferFacts {
  company: string;
  transfer: string;
  /** null where no shipment is known. */
  shippedOn: string | null;
  receivedOn: string | null;
  final: boolean;
  finalOn: string | null;
  shipped: EventRef[];
  received: EventRef[];
}

/** @param longestDays days that a transfer may be under way: what arrived within them after the start was shipped before it */
export function transitFindings(
  control: ControlReconciliation,
  keys: readonly Uncleared[],
  facts: ReadonlyMap<string, TransferFacts>,
  longestDays: number,
  day: ControlDay,
): ControlFindings {
  const found: ControlFindings = { items: [], watch: [] };
  for (const key of keys) {
    found.watch.push({ control: control.name, company: key.company, key: key.reference });
    const known = facts.get(`${key.company}\u001f${key.fact}`);
    if (decimal(key.amount).isZero() || known === undefined) continue;
    const before = known.shippedOn === null && !isDue(day.startDate, longestDays, key.firstOn as never);
    const item = before
      ? undefined
      : control.reason === 'IN_TRANSIT_AGED'
        ? aged(control, key, known, day)
        : varied(control, key, known, day);
    if (item !== undefined) found.items.push(item);
  }
  return found;
}

function aged(
  control: ControlReconciliation,
  key: Uncleared,
  known: TransferFacts,
  day: ControlDay,
): ControlItem | undefined {
  const since = known.shippedOn ?? key.firstOn;
  if (known.final || decimal(key.amount).isNegative() || !isDue(since, control.graceDays, day.asOf))
    return undefined;
  const so = known.receivedOn === null ? 'nothing' : 'not all';
  return item(
    'IN_TRANSIT_AGED',
    key,
    known,
    since,
    `transfer ${key.fact} was shipped on ${since} and ${so} was received in ${control.graceDays} days: ${shownAmount(key.amount, key.currency)} are in transit`,
  );
}

function varied(
  control: ControlReconciliation,
  key: Uncleared,
  known: TransferFacts,
  day: ControlDay,
): ControlItem | undefined {
  const over = decimal(key.amount).isNegative();
  const since = known.finalOn ?? known.receivedOn;
  if (since === null || !(known.final || over) || !isDue(since, control.graceDays, day.asOf))
    return undefined;
  const amount = shownAmount(decimal(key.amount).abs().toFixed(), key.currency);
  const receipt = known.final ? 'the final receipt' : 'what was received';
  const why =
    known.shippedOn === null
      ? `transfer ${key.fact}: ${amount} were received on ${since}, and no shipment of them is known`
      : `transfer ${key.fact}: ${receipt} of ${since} is ${amount} ${over ? 'more' : 'less'} than was shipped`;
  return item('TRANSFER_VARIANCE', key, known, since, why);
}

function item(
  reason: string,
  key: Uncleared,
  known: TransferFacts,
  businessDate: string,
  why: string,
): ControlItem {
  return {
    reason,
    about: 'TRANSFER',
    subject: [key.company, key.ledger, key.reference, key.currency, key.location, key.dimension].join(
      '\u001f',
    ),
    company: key.company,
    why,
    detail: {
      events: eventRefs([...known.shipped, ...known.received]),
      references: [...new Set([key.reference, key.fact])],
    },
    exposure: decimal(key.amount).abs().toFixed(),
    currency: key.currency,
    businessDate,
  };
}
