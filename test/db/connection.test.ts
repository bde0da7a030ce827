import { createServer } from 'node:net';

import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import type { Database } from '../../src/db/connection.ts';
import { openDatabase, transaction, withoutPassword } from '../../src/db/connection.ts';
import { lock, lockShared, tryLock } from '../../src/db/locks.ts';
import { withConnections } from '../../src/db/run/connections.ts';
import { Fault } from '../../src/errors.ts';
import type { TestDatabase } from '../support/database.ts';
import { testDatabase } from '../support/database.ts';

let t: TestDatabase;
beforeAll(async () => {
  t = await testDatabase();
});
afterAll(() => t.drop());

describe('values', () => {
  test('dates, amounts, big integers and instants come back as exact text, alone and in lists', async () => {
    const row = await t.db.pool.query(
      `select date '2026-03-29' as day, 0.1000::numeric(19,4) as amount, 9007199254740993::bigint as big,
              timestamptz '2026-03-29 01:30:00.123456+01' as instant,
              array[date '2026-03-29', null] as days, array[0.10, null]::numeric[] as amounts,
              array[9007199254740993]::bigint[] as bigs, 5::int as small`,
    );
    expect(row.rows[0]).toEqual({
      day: '2026-03-29',
      amount: '0.1000',
      big: '9007199254740993',
      instant: '2026-03-29T00:30:00.123456Z',
      days: ['2026-03-29', null],
      amounts: ['0.10', null],
      bigs: ['9007199254740993'],
      small: 5,
    });
  });

  test('the session is the same everywhere, whatever the server says', async () => {
    const row = await t.db.pool.query(
      `select current_setting('timezone') as zone, current_setting('datestyle') as style,
              current_setting('search_path') as path, current_setting('jit') as jit`,
    );
    expect(row.rows[0]).toEqual({ zone: 'UTC', style: 'ISO, YMD', path: 'tieout, public', jit: 'off' });
  });

  test('a statement that takes longer than the limit is cancelled', async () => {
    const db = await openDatabase({ dataDir: '', url: t.db.url, statementTimeoutMs: 50 });
    await expect(db.pool.query('select pg_sleep(5)')).rejects.toThrow('statement timeout');
    await db.close();
  });
});

describe('transactions', () => {
  test('commit on success, nothing on an error', async () => {
    await transaction(t.db, (client) => client.query('create table tieout.kept (id int)'));
    const failing = transaction(t.db, async (client) => {
      await client.query('insert into kept values (1)');
      throw new Error('no');
    });
    await expect(failing).rejects.toThrow('no');
    expect((await t.db.pool.query('select * from kept')).rowCount).toBe(0);
  });

  test('a swallowed error cannot pass for a commit', async () => {
    const swallowing = transaction(t.db, async (client) => {
      await client.query('insert into kept values (2)');
      await client.query('select 1/0').catch(() => {});
    });
    await expect(swallowing).rejects.toThrow('was rolled back');
    expect((await t.db.pool.query('select * from kept')).rowCount).toBe(0);
  });

  test('a connection that breaks in the work is an error, and the pool goes on', async () => {
    const cut = transaction(t.db, async (client) => {
      await client.query('insert into kept values (3)');
      await client.query('select pg_terminate_backend(pg_backend_pid())');
    });
    await expect(cut).rejects.toThrow('terminat');
    expect((await t.db.pool.query('select * from kept')).rowCount).toBe(0);
  });

  test('a connection that breaks inside COMMIT is told apart: the outcome is unknown', async () => {
    // A deferred trigger makes the server cut the connection in the middle of COMMIT.
    await t.db.pool.query(`
      create function tieout.cut() returns trigger language plpgsql as
        $$ begin perform pg_terminate_backend(pg_backend_pid()); return null; end $$;
      create table tieout.cutting (id int);
      create constraint trigger cut after insert on tieout.cutting deferrable initially deferred
        for each row execute function tieout.cut()`);
    const lost = transaction(t.db, (client) => client.query('insert into cutting values (1)'));
    await expect(lost).rejects.toBeInstanceOf(Fault);
    await expect(lost).rejects.toThrow('the outcome is unknown; read back before repeating');
  });

  test('a refusal inside COMMIT is a plain refusal', async () => {
    await t.db.pool.query(
      'create table tieout.later (id int, constraint once unique (id) deferrable initially deferred)',
    );
    const refused = transaction(t.db, (client) => client.query('insert into later values (1), (1)'));
    await expect(refused).rejects.toThrow('once');
    await expect(refused).rejects.not.toBeInstanceOf(Fault);
  });
});

describe('locks', () => {
  const holding = async (db: Database, take: 'shared' | 'exclusive', during: () => Promise<void>) =>
    transaction(db, async (client) => {
      await (take === 'shared' ? lockShared(client, 'INTAKE') : lock(client, 'INTAKE'));
      await during();
    });

  test('shared holders go together, an exclusive one alone, and names do not collide', async () => {
    const free = () => transaction(t.db, (client) => tryLock(client, 'INTAKE'));
    await holding(t.db, 'shared', () =>
      holding(t.db, 'shared', async () => expect(await free()).toBe(false)),
    );
    await holding(t.db, 'exclusive', async () => {
      expect(await free()).toBe(false);
      expect(await transaction(t.db, (client) => tryLock(client, 'RUN', 'revenue'))).toBe(true);
    });
    expect(await free()).toBe(true);
  });
});

describe('servers that are not there', () => {
  test('a dead port is one clear message without the password', async () => {
    const port = await new Promise<number>((resolve) => {
      const probe = createServer().listen(0, '127.0.0.1', () => {
        const address = probe.address();
        probe.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
      });
    });
    const opening = openDatabase({ dataDir: '', url: `postgres://u:secret@127.0.0.1:${port}/x` });
    await expect(opening).rejects.toBeInstanceOf(Fault);
    await expect(opening).rejects.toThrow(`the database does not answer: postgres://u@127.0.0.1:${port}/x`);
    await expect(opening).rejects.not.toThrow('secret');
  });

  test('a database that does not exist is named', async () => {
    const url = new URL(t.db.url);
    url.pathname = '/no_such_database';
    await expect(openDatabase({ dataDir: '', url: url.toString() })).rejects.toThrow('no_such_database');
  });

  test('the password never shows', () => {
    expect(withoutPassword('postgres://u:p%40w@h:5/d')).toBe('postgres://u@h:5/d');
    expect(withoutPassword('postgresql:///d?host=/tmp&password=x&a=1')).toBe(
      'postgresql:///d?host=/tmp&password=***&a=1',
    );
  });
});

test('a connection that was lent to a transaction or a run comes back as it was', async () => {
  const listeners = async (): Promise<number> => {
    const client = await t.db.pool.connect();
    try {
      return client.listenerCount('error');
    } finally {
      client.release();
    }
  };
  const before = await listeners();
  for (let i = 0; i < 3; i += 1) {
    await withConnections(t.db, 1, () => Promise.resolve());
    await transaction(t.db, () => Promise.resolve());
  }
  expect(await listeners()).toBe(before);
});

test('one that broke while a run had it is not lent again', async () => {
  const pid = async (): Promise<number> =>
    (await t.db.pool.query<{ pid: number }>('select pg_backend_pid() as pid')).rows[0]!.pid;
  const first = await pid();
  await withConnections(t.db, 1, ([client]) => {
    client.emit('error', new Error('gone'));
    return Promise.resolve();
  });
  expect(await pid()).not.toBe(first);
});
