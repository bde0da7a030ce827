import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import type { Actor } from '../../jobs/administration/userKeys.ts';
import { authenticate } from '../../jobs/administration/userKeys.ts';
import { addUser, revokeUser } from '../../jobs/administration/users.ts';
import { verifyAudit } from '../../src/db/audit.ts';
import type { TestDatabase } from '../support/database.ts';
import { testDatabase } from '../support/database.ts';

const NOW = Date.parse('2026-11-01T12:00:00Z');
const later = (days: number): string => new Date(NOW + days * 86_400_000).toISOString();

describe('people and keys', () => {
  let t: TestDatabase;
  const keys: Record<string, string> = {};
  let admin: Actor;

  const prove = (name: string, key: string, now = later(0)) =>
    authenticate(t.db, { name, key, osUser: 'tester', now });

  beforeAll(async () => {
    t = await testDatabase();
  });
  afterAll(() => t.drop());

  test('the first user of an empty database must be an admin and needs no key', async () => {
    const request = { name: 'ada', osUser: 'tester', now: NOW };
    await expect(addUser(t.db, { ...request, role: 'preparer' })).rejects.toThrow('must be an admin');
    const added = await addUser(t.db, { ...request, role: 'admin' });
    expect(added.key).toMatch(/^tieout_[0-9a-f]{12}_/);
    const proof = await prove('ada', added.key);
    if (!proof.ok) throw new Error('the key does not open');
    expect(proof.actor).toMatchObject({ name: 'ada', role: 'admin', keyId: added.keyId, osUser: 'tester' });
    admin = proof.actor;
    keys['ada'] = added.key;
  });

  test('everyone after the first needs an admin, whatever the role', async () => {
    const request = { osUser: 'tester', now: NOW };
    await expect(addUser(t.db, { ...request, name: 'eve', role: 'admin' })).rejects.toThrow(
      'has users already',
    );
    const added = await addUser(t.db, { ...request, name: 'paul', role: 'preparer', by: admin, days: 30 });
    keys['paul'] = added.key;
    const paul: Actor = { name: 'paul', role: 'preparer', keyId: added.keyId, osUser: 'tester' };
    await expect(addUser(t.db, { ...request, name: 'eve', role: 'admin', by: paul })).rejects.toThrow(
      'paul may not add users',
    );
    await expect(revokeUser(t.db, { name: 'ada', by: paul, now: NOW })).rejects.toThrow(
      'paul may not revoke users',
    );
  });

  test('a key opens only for its own person, unchanged, and until it expires', async () => {
    const key = keys['paul'] ?? '';
    expect((await prove('paul', key)).ok).toBe(true);
    expect((await prove('', key)).ok).toBe(true);
    expect((await prove('paul', `${key}\n`)).ok).toBe(true);
    expect((await prove('ada', key)).ok).toBe(false);
    expect((await prove('paul', key.slice(0, -1) + (key.endsWith('A') ? 'B' : 'A'))).ok).toBe(false);
    expect((await prove('paul', '')).ok).toBe(false);
    expect((await prove('paul', key, later(29.9))).ok).toBe(true);
    expect((await prove('paul', key, later(30))).ok).toBe(false);
  });

  test('a name that differs by case only, or exists, is refused', async () => {
    const request = { role: 'reviewer', by: admin, osUser: 'tester', now: NOW };
    await expect(addUser(t.db, { ...request, name: 'Paul' })).rejects.toThrow('the user paul exists');
    await expect(addUser(t.db, { ...request, name: 'paul' })).rejects.toThrow('the user paul exists');
    await expect(addUser(t.db, { ...request, name: 'p;--' })).rejects.toThrow('not a user name');
    await expect(addUser(t.db, { ...request, name: 'rita', role: 'boss' })).rejects.toThrow('no such role');
  });

  test('revoking ends the keys at once; adding again gives a new one and the old one stays dead', async () => {
    const old = keys['paul'] ?? '';
    await revokeUser(t.db, { name: 'paul', by: admin, now: NOW });
    expect((await prove('paul', old)).ok).toBe(false);
    await expect(revokeUser(t.db, { name: 'paul', by: admin, now: NOW })).rejects.toThrow(
      'no active user paul',
    );
    const again = await addUser(t.db, {
      name: 'paul',
      role: 'reviewer',
      by: admin,
      osUser: 'tester',
      now: NOW,
    });
    const proof = await prove('paul', again.key);
    expect(proof.ok && proof.actor.role).toBe('reviewer');
    expect((await prove('paul', old)).ok).toBe(false);
  });

  test('the last admin cannot be revoked', async () => {
    await expect(revokeUser(t.db, { name: 'ada', by: admin, now: NOW })).rejects.toThrow('last admin');
    await addUser(t.db, { name: 'bea', role: 'admin', by: admin, osUser: 'tester', now: NOW });
    await revokeUser(t.db, { name: 'ada', by: admin, now: NOW });
    expect((await prove('ada', keys['ada'] ?? '')).ok).toBe(false);
  });

  test('every step is a decision in a whole audit chain, and no key is stored anywhere', async () => {
    const decisions = await t.db.pool.query<{ kind: string; actor: string; subject: string }>(
      'select kind, actor, subject from tieout.decision order by decision_id',
    );
    expect(decisions.rows.map((row) => `${row.actor} ${row.kind} ${row.subject}`)).toEqual([
      'ada users-add ada',
      'ada users-add paul',
      'ada users-revoke paul',
      'ada users-add paul',
      'ada users-add bea',
      'ada users-revoke ada',
    ]);
    expect(await verifyAudit(t.db.pool)).toMatchObject({ rows: 12, broken: [] });
    const secrets = Object.values(keys).map((key) => key.slice(20));
    const dump = await t.db.pool.query<{ text: string }>(
      `select (select json_agg(k)::text from tieout.user_key k) || (select json_agg(d)::text from tieout.decision d)
              || (select json_agg(a)::text from tieout.audit a) as text`,
    );
    for (const secret of secrets) expect(dump.rows[0]?.text).not.toContain(secret);
  });

  test('two first users at once: one gets in', async () => {
    const other = await testDatabase();
    const attempts = await Promise.allSettled(
      ['ann', 'bob', 'cyd'].map((name) =>
        addUser(other.db, { name, role: 'admin', osUser: 'tester', now: NOW }),
      ),
    );
    expect(attempts.filter((attempt) => attempt.status === 'fulfilled')).toHaveLength(1);
    await other.drop();
  });
});
