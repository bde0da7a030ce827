// The index on references holds only hashes that are not zero, and PostgreSQL uses it only where a condition that joins rows says
// so too. One that forgot it read all lines for each line: an hour for a month of 50,000 orders.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

import { expect, test } from 'vitest';

const ROOMS = ['src/db/run', 'src/db/run/controls', 'src/db/posting', 'src/db/intake', 'src/db/decisions'];

test('whoever looks lines up by a reference of other rows says that its hash is not zero', () => {
  const forgetful: string[] = [];
  for (const room of ROOMS)
    for (const name of readdirSync(room).filter((file) => file.endsWith('.ts'))) {
      const text = readFileSync(join(room, name), 'utf8');
      // `from tieout.line f where f.reference_hash = ...`, up to the end of that select.
      for (const [, alias, rest] of text.matchAll(
        /from tieout\.line (\w+)\s+where ([^`]*?\.reference_hash[^`]{0,400})/g,
      )) {
        const asked =
          rest!.includes(`${alias}.reference_hash =`) || rest!.includes(`${alias}.reference_hash in`);
        if (asked && !rest!.includes(`${alias}.reference_hash <> 0`))
          forgetful.push(`${room}/${name}: ${alias}`);
      }
    }
  expect(forgetful).toEqual([]);
});
