import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { EMPTY_CHAIN, brokenBy, nextRow } from '../../src/audit/chain.ts';
import { appendAudit, verifyAudit } from '../../src/db/audit.ts';
import { auditHeads, auditHolds } from '../../src/db/auditHeads.ts';
import { transaction } from '../../src/db/connection.ts';
import type { TestDatabase } from '../support/database.ts';
import { testDatabase } from '../support/database.ts';

describe('the chain itself', () => {
  const first = nextRow('runs', EMPTY_CHAIN, '{"a":1}');
  const second = nextRow('runs', first, '{"a":2}');

  test('a row fits after the one it was made for, and after no other', () => {
    expect(brokenBy(first, EMPTY_CHAIN)).toBeUndefined();
    expect(brokenBy(second, first)).toBeUndefined();
    expect(brokenBy(second, EMPTY_CHAIN)).toContain('missing or doubled');
    expect(brokenBy(second, { seq: 1, hash: EMPTY_CHAIN.hash })).toContain('another predecessor');
  });

  test('any changed field shows', () => {
    expect(brokenBy({ ...second, payload: '{"a":3}' }, first)).toContain('changed');
    expect(brokenBy({ ...second, stream: 'intake' }, first)).toContain('changed');
    expect(brokenBy({ ...second, hash: first.hash }, first)).toContain('changed');
  });

  test('a row alike in all else has another hash after another row: none can be put elsewhere', () => {
    const other = nextRow('runs', EMPTY_CHAIN, '{"a":9}');
    expect(nextRow('runs', other, '{"a":2}').hash).not.toBe(second.hash);
    expect(brokenBy({ ...second, previous: other.hash }, other)).toContain('changed');
  });
});

describe('audit streams in the database', () => {
  let t: TestDatabase;
  beforeAll(async () => {
    t = await testDatabase();
  });
  afterAll(() => t.drop());

  test('twenty appenders at once make one whole chain without gaps, streams apart', async () => {
    await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        transaction(t.db, (client) => appendAudit(client, i % 4 === 0 ? 'runs' : 'intake', { batch: i })),
      ),
    );
    const verdict = await verifyAudit(t.db.pool);
    expect(verdict.broken).toEqual([]);
    expect(verdict.rows).toBe(20);
    expect([verdict.heads['intake']?.seq, verdict.heads['runs']?.seq]).toEqual([15, 5]);
  });

  test('a head that was written down is held only by the very row, with its hash', async () => {
    await transaction(t.db, (client) => appendAudit(client, 'decisions', { decision: 1 }));
    const { decisions: head } = await auditHeads(t.db.pool);
    expect(await auditHolds(t.db.pool, 'decisions', head!)).toBe(true);
    expect(await auditHolds(t.db.pool, 'decisions', { ...head!, hash: 'f'.repeat(64) })).toBe(false);
    expect(await auditHolds(t.db.pool, 'decisions', { ...head!, seq: head!.seq + 1 })).toBe(false);
    expect(await auditHolds(t.db.pool, 'runs', head!)).toBe(false);
  });

  test('a transaction that rolls back leaves no row and no gap', async () => {
    const before = await verifyAudit(t.db.pool);
    await expect(
      transaction(t.db, async (client) => {
        await appendAudit(client, 'runs', { lost: true });
        throw new Error('changed my mind');
      }),
    ).rejects.toThrow('changed my mind');
    await transaction(t.db, (client) => appendAudit(client, 'runs', { kept: true }));
    const after = await verifyAudit(t.db.pool);
    expect(after.broken).toEqual([]);
    expect(after.rows).toBe(before.rows + 1);
  });

  test('the database refuses to change a row; forced past its trigger, the change is found', async () => {
    const { pool } = t.db;
    await expect(pool.query(`update tieout.audit set payload = '{}' where seq = 2`)).rejects.toThrow(
      'never changed',
    );
    await expect(pool.query(`truncate tieout.audit`)).rejects.toThrow('never changed');
    await transaction(t.db, async (client) => {
      await client.query('alter table tieout.audit disable trigger audit_is_a_fact');
      await client.query(`update tieout.audit set payload = '{}' where stream = 'intake' and seq = 2`);
      await client.query(`delete from tieout.audit where stream = 'runs' and seq = 3`);
      await client.query('alter table tieout.audit enable trigger audit_is_a_fact');
    });
    const verdict = await verifyAudit(pool);
    expect(verdict.broken).toEqual([
      { stream: 'intake', seq: 2, why: 'row 2 was changed after it was written' },
      { stream: 'runs', seq: 4, why: 'row 4 follows row 2: rows are missing or doubled' },
    ]);
  });
});
