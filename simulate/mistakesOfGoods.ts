// Mistakes with goods: transfers that are booked on one side, stay under way or arrive short, counts that were never
// posted.
import { addDays, type IsoDate } from '../src/accounting/dates.ts';
import { accountNumber } from './accounts.ts';
import { sumOf } from './cents.ts';
import type { Desk } from './desk.ts';
import type { Adjustment, StockLine, TransferShipped } from './facts.ts';
import { linesOn, type LedgerDocument } from './documents.ts';
import { settled, type MistakeKind } from './mistake.ts';
import { changed, onItsDay } from './spoiling.ts';
import { drawVendorReturn, receiptOf, type StockPlan } from './stock.ts';
import { companyOf, storesOf, zoneOf } from './world.ts';

/** Goods of one article at a cost that no other mistake shares. */
function ownGoods(desk: Desk, company: 'US01' | 'DE01'): { plan: StockPlan; line: StockLine; day: IsoDate } {
  // A sale is drawn for its distinct cost only; it is never sent.
  const sale = desk.sale({ company, clean: true });
  const day = desk.day(3, 12);
  const plan = {
    month: desk.month,
    company: companyOf(company),
    day,
    stem: desk.stem(company, day),
    random: desk.random,
  };
  // Six pieces of one unit cost, so that a part of them has an exact cost too.
  const unit = (sale.lines[0]?.cost ?? 0n) / 6n + 1n;
  return { plan, line: { sku: sale.lines[0]?.sku ?? '', quantity: 6, cost: unit * 6n }, day };
}

function shippedTransfer(
  desk: Desk,
  number: number,
): { plan: StockPlan; shipped: TransferShipped; day: IsoDate } {
  const company = number % 2 === 1 ? 'US01' : 'DE01';
  const { plan, line, day } = ownGoods(desk, company);
  const shipped: TransferShipped = {
    kind: 'transferShipped',
    company,
    currency: plan.company.currency,
    at: { day, minute: 600, second: 0, zone: plan.company.zone },
    businessDate: day,
    transferId: `TRF-${plan.stem}`,
    fromLocation: plan.company.warehouse,
    toLocation: desk.random.pick(storesOf(company)).code,
    lines: [line],
    partner: undefined,
  };
  return { plan, shipped, day };
}

export const MISTAKES_OF_GOODS: readonly MistakeKind[] = [
  {
    kind: 'transfer_one_side',
    reason: 'MISSING_IN_LEDGER',
    class: 'difference',
    note: 'The goods issue of a transfer was posted, its receipt was not.',
    make(desk, number, tell) {
      const { plan, shipped, day } = shippedTransfer(desk, number);
      desk.honest(shipped);
      const received = receiptOf(plan, shipped, addDays(day, 2), 1, shipped.lines, true);
      desk.send(received);
      tell({
        facts: [received],
        items: desk.items(desk.draft(received).lines, -1n),
        location: shipped.toLocation,
        lacking: true,
      });
    },
  },
  {
    kind: 'transfer_never_arrived',
    reason: 'IN_TRANSIT_AGED',
    class: 'control',
    note: 'Shipped and posted; no receipt ever came.',
    make(desk, number, tell) {
      const { shipped } = shippedTransfer(desk, number);
      desk.honest(shipped);
      tell({ facts: [shipped], amount: sumOf(shipped.lines.map((line) => line.cost)) });
    },
  },
  {
    kind: 'transfer_arrived_short',
    reason: 'TRANSFER_VARIANCE',
    class: 'control',
    note: 'One piece of six was missing on arrival; both events are posted as they are.',
    make(desk, number, tell) {
      const { plan, shipped, day } = shippedTransfer(desk, number);
      desk.honest(shipped);
      const lines = shipped.lines.map((line) => ({ ...line, quantity: 5, cost: (line.cost / 6n) * 5n }));
      const received = receiptOf(plan, shipped, addDays(day, 2), 1, lines, true);
      desk.honest(received);
      const lost = sumOf(shipped.lines.map((line) => line.cost)) - sumOf(lines.map((line) => line.cost));
      tell({ facts: [shipped, received], amount: lost });
    },
  },
  {
    kind: 'missing_shrink',
    reason: 'MISSING_IN_LEDGER',
    class: 'difference',
    note: 'Shrink was counted and never posted.',
    make(desk, number, tell) {
      const { shrink, document } = countedShrink(desk, number);
      tell({
        facts: [shrink],
        items: desk.items(document.lines, -1n),
        // The ERP's balance of that account is off (balances.ts): nothing is proposed on a disproven account.
        lacking: 'the balance of the shrinkage account disagrees',
      });
    },
  },
  {
    kind: 'shrink_as_damage',
    reason: 'WRONG_ACCOUNT',
    class: 'difference',
    note: 'Shrink was posted on the account of damaged goods.',
    make(desk, number, tell) {
      const { shrink, document } = countedShrink(desk, number);
      const spoiled = changed(document, (lines) => {
        for (const line of linesOn({ ...document, lines }, 'shrinkage')) {
          line.account = accountNumber('damagedGoods', shrink.company);
        }
      });
      desk.books.write(spoiled);
      tell({
        facts: [shrink],
        documents: [spoiled],
        items: [
          ...desk.items(linesOn(document, 'shrinkage'), -1n),
          ...desk.items(linesOn(spoiled, 'damagedGoods'), 1n),
        ],
        also: ['REVIEW_MATCH'],
      });
    },
  },
  {
    kind: 'credit_note_number',
    reason: 'REVIEW_MATCH',
    class: 'difference',
    note: "The claim carries the vendor's own number; ours stands in its text, written otherwise.",
    make(desk, number, tell) {
      const { plan, line, day } = ownGoods(desk, number % 2 === 1 ? 'US01' : 'DE01');
      const returned = {
        ...drawVendorReturn({ ...plan, day }),
        lines: [line],
        creditExpected: line.cost,
        fees: 0n,
      };
      desk.send(returned);
      const ours = returned.vendorReturnId;
      const document = changed(onItsDay(desk.draft(returned), day), (lines) => {
        for (const each of linesOn({ ...desk.draft(returned), lines }, 'vendorClaims')) {
          each.reference = `CN-${plan.stem}`;
        }
      });
      const written = { ...document, text: `Credit note for ${ours.toLowerCase().replace('-', ' ')}` };
      desk.books.write(written);
      tell({ facts: [returned], documents: [written], items: settled(linesOn(written, 'vendorClaims')) });
    },
  },
];

/** Shrink at a store that has the day to itself: the event is sent, the document drafted. */
function countedShrink(desk: Desk, number: number): { shrink: Adjustment; document: LedgerDocument } {
  const company = number % 2 === 1 ? 'US01' : 'DE01';
  const { plan, line } = ownGoods(desk, company);
  let [location, day] = [desk.random.pick(storesOf(company)).code, desk.day()];
  while (!desk.take(location, day)) [location, day] = [desk.random.pick(storesOf(company)).code, desk.day()];
  const shrink: Adjustment = {
    kind: 'adjustment',
    company,
    currency: plan.company.currency,
    at: { day, minute: 900, second: 0, zone: zoneOf(plan.company, location) },
    businessDate: day,
    adjustmentId: `ADJ-${plan.stem}`,
    reason: 'shrink',
    location,
    lines: [{ sku: line.sku, quantity: -line.quantity, cost: -line.cost }],
  };
  desk.send(shrink);
  return { shrink, document: onItsDay(desk.draft(shrink), day) };
}
