// Units and scope: which lines may match each other at all.
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isoDate } from '../../src/accounting/dates.ts';
import type { Reconciliation } from '../../src/rulebook/model.ts';
import { scopeOf, unitOf } from '../../src/rulebook/unit.ts';
import { compileSmall, messages } from './small.ts';

const compiled = compileSmall();
if (!compiled.ok) throw new Error(messages(compiled));
const { rulebook } = compiled;

const LINE = { company: 'US01', ledger: 'GL', account: '1200', location: 'S001', dimension: 'IL' };

describe('the unit of a line', () => {
  it('is made of the columns of its reconciliation', () => {
    expect(unitOf(rulebook, LINE)).toEqual({
      unit: '3085573127667377732',
      reconciliation: 'sales',
      columns: { company: 'US01', ledger: 'GL', location: 'S001', dimension: '' },
      text: '5:sales|company=4:US01|ledger=2:GL|location=4:S001',
    });
    expect(unitOf(rulebook, { ...LINE, account: '2210' })?.columns).toEqual({
      company: 'US01',
      ledger: 'GL',
      location: '',
      dimension: 'IL',
    });
  });

  it('is the same for every account of the reconciliation and whatever lies outside its columns', () => {
    const unit = unitOf(rulebook, LINE);
    expect(unitOf(rulebook, { ...LINE, account: '4000', dimension: '' })).toEqual(unit);
    expect(unitOf(rulebook, { ...LINE, location: '' })?.unit).not.toEqual(unit?.unit);
  });

  it('is none where the account is in no reconciliation of the company and ledger', () => {
    expect(unitOf(rulebook, { ...LINE, account: '9999' })).toBeUndefined();
    expect(unitOf(rulebook, { ...LINE, ledger: 'TAX' })).toBeUndefined();
    expect(unitOf(rulebook, { ...LINE, company: 'DE01', account: '4000' })).toBeUndefined();
    expect(unitOf(rulebook, { ...LINE, company: 'DE01', account: '8400' })?.reconciliation).toBe('sales');
  });

  it('is a number that fits a positive bigint, one for one text', () => {
    const seen = new Map<string, string>();
    const text = fc.string({ maxLength: 6 });
    fc.assert(
      fc.property(text, text, (company, location) => {
        const unit = unitOf(rulebook, { ...LINE, company, location });
        const number = BigInt(unit?.unit ?? 0);
        expect(number > 0n && number < 2n ** 63n).toBe(true);
        const key = JSON.stringify([company, location]);
        expect(seen.get(unit?.unit ?? '') ?? key).toBe(key);
        seen.set(unit?.unit ?? '', key);
      }),
    );
  });
});

describe('the scope of a ledger line', () => {
  const START = isoDate('2026-10-01');
  const line = {
    status: 'posted' as const,
    accountingDate: START,
    documentType: 'SA',
    journalSource: 'Sales',
    amount: '10.00',
    companyAmount: null,
  };
  const [sales] = rulebook.reconciliations as [Reconciliation, ...Reconciliation[]];
  const scoped = (scope: Reconciliation['scope'], over = {}) =>
    scopeOf({ ...sales, scope }, { ...line, ...over }, START);

  it('is in from the start date on, also for a reversed document', () => {
    expect(scoped({})).toBe('in');
    expect(scoped({}, { status: 'reversed' })).toBe('in');
    expect(scoped({}, { accountingDate: isoDate('2026-09-30') })).toBe('before');
  });

  it('is zero where there is no amount in either currency', () => {
    expect(scoped({}, { amount: '0.00' })).toBe('zero');
    expect(scoped({}, { amount: '0.00', companyAmount: '0.0000' })).toBe('zero');
    expect(scoped({}, { amount: '0.00', companyAmount: '12.30' })).toBe('in');
    expect(scoped({}, { amount: '-0.01', companyAmount: '0.00' })).toBe('in');
  });

  it('is void where the line does not count', () => {
    expect(scoped({}, { status: 'parked' })).toBe('void');
    expect(scoped({}, { status: 'cancelled', accountingDate: isoDate('2026-09-30') })).toBe('void');
  });

  it('is out where the filter leaves it out', () => {
    expect(scoped({ documentTypes: ['RV'] })).toBe('out');
    expect(scoped({ documentTypes: ['RV', 'SA'] })).toBe('in');
    expect(scoped({ notDocumentTypes: ['SA'] })).toBe('out');
    expect(scoped({ journalSources: ['Payments'] })).toBe('out');
    expect(scoped({ notJournalSources: ['Payments'] })).toBe('in');
    expect(scoped({ notJournalSources: ['Sales'] })).toBe('out');
  });

  it('is in for a document of our own, whatever its type, where it counts', () => {
    const ours = (over = {}) =>
      scopeOf({ ...sales, scope: { documentTypes: ['RV'] } }, { ...line, ...over }, START, true);
    expect(ours()).toBe('in');
    expect(ours({ status: 'parked' })).toBe('void');
    expect(ours({ accountingDate: isoDate('2026-09-30') })).toBe('before');
  });
});
