// The company's own amount of a ledger line where the extract does not deliver it: by the table of rates, to the cent.
import { describe, expect, it } from 'vitest';

import { isoDate } from '../../src/accounting/dates.ts';
import { companyAmount } from '../../src/intake/ledgerAmounts.ts';
import type { LedgerCells } from '../../src/accounting/ledgerColumns.ts';

const own = (units: bigint, rate: string, currency = 'USD'): string | null =>
  companyAmount(
    { currency: 'EUR', company_currency: '', company_amount: '' } as unknown as LedgerCells,
    units,
    currency,
    isoDate('2026-10-15'),
    () => rate,
  ).amount;

describe('a company amount by the table of rates', () => {
  it('is rounded half to even, as that of an event, a refund as its sale', () => {
    expect(own(10_000n, '1.085')).toBe('1.0800');
    expect(own(-10_000n, '1.085')).toBe('-1.0800');
    expect(own(10_000n, '1.095')).toBe('1.1000');
    expect(own(10_000n, '1.0849')).toBe('1.0800');
  });

  it('is at the scale of the company currency', () => {
    expect(own(10_000n, '163.5', 'JPY')).toBe('164.0000');
    expect(own(10_000n, '0.3335', 'KWD')).toBe('0.3340');
  });
});
