// When a document in the ERP is the journal that we sent: nothing less may be taken for it.
import { describe, expect, it } from 'vitest';

import { compareDocument } from '../../src/posting/document.ts';
import type { DocumentAmount, ErpDocument } from '../../src/posting/outgoing.ts';
import { sampleJournal } from './model.ts';

const JOURNAL = sampleJournal(1);
const line = (account: string, amount: string, currency = 'USD'): DocumentAmount => ({
  account,
  currency,
  amount,
});
const compared = (amounts: DocumentAmount[] | null, changes: Partial<ErpDocument> = {}) =>
  compareDocument({ documentId: '4711', reference: JOURNAL.postingReference, amounts, ...changes }, JOURNAL);
const OURS = [line('1200', '21.60'), line('4000', '-21.60')];

describe('a document is the journal', () => {
  it('whatever the order and the splitting of its lines', () => {
    expect(compared(OURS)).toBe('same');
    expect(compared([line('4000', '-20.00'), line('1200', '21.6'), line('4000', '-1.60')])).toBe('same');
    expect(compared([...OURS, line('9999', '5.00'), line('9999', '-5.00')])).toBe('same');
  });

  it('not in another currency, on other accounts, or with other amounts', () => {
    expect(compared([line('1200', '21.60', 'EUR'), line('4000', '-21.60', 'EUR')])).toBe('other');
    expect(compared([line('1210', '21.60'), line('4000', '-21.60')])).toBe('other');
    expect(compared([line('1200', '21.61'), line('4000', '-21.61')])).toBe('other');
    expect(compared([line('1200', '-21.60'), line('4000', '21.60')])).toBe('other');
  });

  it('not with less or more than was sent', () => {
    expect(compared([])).toBe('other');
    expect(compared([line('1200', '21.60')])).toBe('other');
    expect(compared([...OURS, line('2200', '1.00'), line('6900', '-1.00')])).toBe('other');
  });

  it('and nothing is said where it shows no amounts, no number or another reference', () => {
    expect(compared(null)).toBe('unseen');
    expect(compared(OURS, { documentId: '' })).toBe('unseen');
    expect(compared(OURS, { reference: 'KRSXG5CTMVRXEZLU' })).toBe('unseen');
    expect(compared(OURS, { reference: '' })).toBe('same');
  });
});
