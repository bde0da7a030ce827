// Answers of ERPs that must not be taken for refusals of the journal, and a server that asks for too long a wait.
import { expect, it } from 'vitest';
import { refusalOf } from '../../src/erp/businessCentral/calls.ts';
import { retryAfterMs } from '../../src/erp/http.ts';
import { failureOf } from '../../src/erp/odoo/call.ts';

it('Business Central: nothing to post in a batch that was just filled says that an earlier call posted it', () => {
  const said =
    '{"error":{"code":"Application_DialogException","message":"There is nothing to post. CorrelationId: 1."}}';
  expect(refusalOf(said).kind).toBe('duplicateKey');
});

it('Odoo: an API key that ran out rejects no journal; a missing right does', () => {
  const error = (name: string) => failureOf({ kind: 'error', name, message: 'Access Denied' });
  expect(error('odoo.exceptions.AccessDenied').kind).toBe('notExecuted');
  expect(error('odoo.exceptions.AccessError')).toMatchObject({ kind: 'refused', code: 'notAllowed' });
});

it('Retry-After: seconds or a date by the server clock, at most a day', () => {
  const wait = (headers: Record<string, string>) =>
    retryAfterMs({ status: 429, headers, body: Buffer.alloc(0) });
  expect(wait({ 'retry-after': '7' })).toBe(7_000);
  expect(
    wait({ 'retry-after': 'Wed, 25 Nov 2026 10:00:30 GMT', date: 'Wed, 25 Nov 2026 10:00:00 GMT' }),
  ).toBe(30_000);
  expect(wait({ 'retry-after': new Date(Date.now() + 60_000).toUTCString() })).toBeGreaterThan(50_000);
  expect(wait({ 'retry-after': '999999999' })).toBe(86_400_000);
  expect(wait({ 'retry-after': 'soon' })).toBeUndefined();
});
