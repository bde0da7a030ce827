// Whether a document in the ERP is the journal that we sent: the same net amount on every account and currency, no more
// and no less. Line order and splitting are the ERP's own business.
import { Decimal, ZERO } from '../money/decimal.ts';
import type { DocumentAmount, ErpDocument, OutgoingJournal } from './outgoing.ts';

/** `unseen`: the ERP does not show amounts, or shows another reference than ours. */
export type Comparison = 'same' | 'other' | 'unseen';

const SEPARATOR = '\u001f';

/** Compares by account and currency, signed, debit positive. */
export function compareDocument(document: ErpDocument, journal: OutgoingJournal): Comparison {
  if (document.amounts === null || document.documentId === '') return 'unseen';
  if (document.reference !== '' && document.reference !== journal.postingReference) return 'unseen';
  const found = netByAccount(document.amounts);
  const sent = netByAccount(journalAmounts(journal));
  const keys = new Set([...found.keys(), ...sent.keys()]);
  for (const key of keys) {
    if (!(found.get(key) ?? ZERO).equals(sent.get(key) ?? ZERO)) return 'other';
  }
  return 'same';
}

/** A journal's lines as signed amounts. */
export function journalAmounts(journal: OutgoingJournal): DocumentAmount[] {
  return journal.lines.map(({ account, currency, amount, side }) => ({
    account,
    currency,
    amount: side === 'debit' || /^0(\.0*)?$/.test(amount) ? amount : `-${amount}`,
  }));
}

function netByAccount(amounts: readonly DocumentAmount[]): Map<string, Decimal> {
  const net = new Map<string, Decimal>();
  for (const { account, currency, amount } of amounts) {
    const key = account + SEPARATOR + currency;
    net.set(key, (net.get(key) ?? ZERO).plus(new Decimal(amount)));
  }
  return net;
}
