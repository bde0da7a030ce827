import { readFileSync, writeFileSync } from 'node:fs';

import { expect, test } from 'vitest';

import { testDatabase } from '../support/database.ts';
import { schemaDump } from '../support/schemaDump.ts';

const FILE = new URL('schema.sql', import.meta.url);

test('the schema is the committed one, on every server version', async () => {
  const t = await testDatabase();
  const dump = await schemaDump(t.db.pool);
  if (process.env['TIEOUT_UPDATE'] === '1') writeFileSync(FILE, dump);
  expect(dump, 'run TIEOUT_UPDATE=1 npx vitest run test/db/schema.test.ts and read the diff').toBe(
    readFileSync(FILE, 'utf8'),
  );
  await t.drop();
});
