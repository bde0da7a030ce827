import { afterAll, beforeAll, describe, expect, test } from 'vitest';

import { copyIn, copyLine } from '../../src/db/copy.ts';
import { transaction } from '../../src/db/connection.ts';
import type { TestDatabase } from '../support/database.ts';
import { testDatabase } from '../support/database.ts';

describe('copy', () => {
  let t: TestDatabase;
  beforeAll(async () => {
    t = await testDatabase();
    await t.db.pool.query('create table tieout.copied (id int, text text)');
  });
  afterAll(() => t.drop());

  test('every character arrives as it was, and null stays null', async () => {
    const values = ['plain', '', 'a\tb', 'a\\b', '\\N', 'line\nline\r\n', 'ä€😀', '\\.', null];
    const rows = values.map((value, index) => copyLine([String(index), value]));
    const copied = await transaction(t.db, (client) => copyIn(client, 'tieout.copied(id, text)', rows));
    expect(copied).toBe(values.length);
    const stored = await t.db.pool.query<{ text: string | null }>(
      'select text from tieout.copied order by id',
    );
    expect(stored.rows.map((row) => row.text)).toEqual(values);
  });

  test('U+0000 is refused before it reaches the server', () => {
    expect(() => copyLine(['a\0b'])).toThrow('U+0000');
  });

  test('a target that is not schema.table(columns) is refused', async () => {
    await expect(
      transaction(t.db, (client) => copyIn(client, 'tieout.copied(id); drop table x', [])),
    ).rejects.toThrow('not a COPY target');
  });

  test('an error in the middle of the rows ends the copy and leaves nothing', async () => {
    async function* rows(): AsyncGenerator<string> {
      yield copyLine(['100', 'first']);
      await Promise.resolve();
      throw new Error('the file broke off');
    }
    await expect(
      transaction(t.db, (client) => copyIn(client, 'tieout.copied(id, text)', rows())),
    ).rejects.toThrow('the file broke off');
    const left = await t.db.pool.query('select 1 from tieout.copied where id = 100');
    expect(left.rowCount).toBe(0);
  });

  test("a row that the table refuses fails with the server's reason", async () => {
    await expect(
      transaction(t.db, (client) => copyIn(client, 'tieout.copied(id, text)', [copyLine(['x', 'y'])])),
    ).rejects.toThrow('invalid input syntax for type integer');
  });
});
