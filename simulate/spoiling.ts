// How a document is spoiled: the sale is sent and assessed as it was, its document is drafted, and a copy is changed.
import type { CarrierWish, Desk } from './desk.ts';
import { linesOn, type LedgerDocument } from './documents.ts';
import type { Shipment } from './facts.ts';

/** A sale that is sent and assessed; what becomes of its document is the caller's matter. */
export function sentSale(desk: Desk, wish: CarrierWish = {}): { sale: Shipment; document: LedgerDocument } {
  const sale = desk.sale(wish);
  desk.send(sale);
  desk.assess(sale);
  return { sale, document: onItsDay(desk.draft(sale), sale.businessDate) };
}

/** The document states its business day: what is left of it lies where its mistake has the place to itself. */
export function onItsDay(document: LedgerDocument, day: string): LedgerDocument {
  return { ...document, businessDate: day, documentDate: '' };
}

/** A copy whose lines may be changed. */
export function changed(
  document: LedgerDocument,
  change: (lines: LedgerDocument['lines']) => void,
): LedgerDocument {
  const lines = document.lines.map((line) => ({ ...line }));
  change(lines);
  return { ...document, lines };
}

/** Adds to receivable and takes from revenue: the document still balances. */
export function addToSale(document: LedgerDocument, cents: bigint): LedgerDocument {
  return changed(document, (lines) => {
    const [receivable] = linesOn({ ...document, lines }, 'receivable', 'marketplaceReceivable');
    const [revenue] = linesOn({ ...document, lines }, 'revenue');
    for (const [line, by] of [[receivable, cents] as const, [revenue, -cents] as const]) {
      if (line === undefined) continue;
      line.cents += by;
      line.companyCents += by;
    }
  });
}

/** The ERP's own reversal: the negation under a new number, naming what it reverses. */
export function reversalOf(desk: Desk, document: LedgerDocument): LedgerDocument {
  const copy = desk.books.copyOf(document);
  return {
    ...copy,
    type: 'AB',
    reversalOf: document.document,
    text: `Reversal of ${document.document}`,
    lines: copy.lines.map((line) => ({ ...line, cents: -line.cents, companyCents: -line.companyCents })),
  };
}
