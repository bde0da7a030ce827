import { afterAll, beforeAll, expect, test } from 'vitest';

import { ENTITIES, withEntities } from '../../entities/dataSource.ts';
import type { TestDatabase } from '../support/database.ts';
import { testDatabase } from '../support/database.ts';

let t: TestDatabase;
beforeAll(async () => {
  t = await testDatabase();
});
afterAll(() => t.drop());

test('every entity has exactly the columns of its table, with their types and nullability', async () => {
  const ours = await withEntities(t.db, async (source) =>
    ENTITIES.flatMap((entity) => {
      const { tableName, columns } = source.getMetadata(entity);
      return columns.map((column) => {
        const type = source.driver.normalizeType(column).replace('timestamp with time zone', 'timestamptz');
        const list = column.isArray ? '[]' : '';
        return `${tableName}.${column.databaseName} ${type}${list} ${column.isNullable ? 'null' : 'not null'}`;
      });
    }),
  );
  const tables = [...new Set(ours.map((column) => column.split('.')[0]))];
  const stored = await t.db.pool.query<{ column: string }>(
    `select format('%s.%s %s %s', table_name, column_name, replace(case data_type when 'ARRAY' then ltrim(udt_name, '_') || '[]' else data_type end, 'timestamp with time zone', 'timestamptz'),
       case is_nullable when 'YES' then 'null' else 'not null' end) as column
     from information_schema.columns where table_schema = 'tieout' and table_name = any($1)`,
    [tables],
  );
  expect(ours.toSorted()).toEqual(stored.rows.map((row) => row.column).toSorted());
});
