// `migrate`: brings the schema to this program's version; doing it twice is nothing.
import { migrate as migrateJob } from '../db/migrate.ts';
import type { Command } from './command.ts';
import { withServer } from './withDatabase.ts';

export const migrate: Command = {
  name: 'migrate',
  words: '',
  summary: "brings the database schema to this program's version",
  async run(context) {
    const { applied } = await withServer(context, ({ db }) => migrateJob(db));
    if (context.json) context.print(JSON.stringify({ applied }));
    else context.print(applied.length === 0 ? 'nothing to do' : `applied: ${applied.join(', ')}`);
    return 0;
  },
};
