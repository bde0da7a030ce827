// `migrate`: brings the schema to this program's version; doing it twice is nothing. On a server of your own it also gives the
// program its login, and shows the password that once.
import { firstPassword } from '../db/appLogin.ts';
import { migrate as migrateJob } from '../db/migrate.ts';
import type { Command } from './command.ts';
import { withOwner } from './withDatabase.ts';

export const migrate: Command = {
  name: 'migrate',
  words: '',
  summary: "brings the database schema to this program's version, and makes the program's login",
  async run(context) {
    const { applied, databaseUrl } = await withOwner(context, async ({ db }) => {
      const done = await migrateJob(db);
      const login = db.embedded ? undefined : await firstPassword(db);
      if (login === undefined) return { ...done, databaseUrl: undefined };
      const url = new URL(db.url);
      url.username = login.role;
      url.password = login.password;
      return { ...done, databaseUrl: url.href };
    });
    if (context.json) context.print(JSON.stringify({ applied, ...(databaseUrl && { databaseUrl }) }));
    else {
      context.print(applied.length === 0 ? 'nothing to do' : `applied: ${applied.join(', ')}`);
      if (databaseUrl === undefined) return 0;
      context.print("The program's own login, shown once; put it into its environment:");
      context.print(`DATABASE_URL=${databaseUrl}`);
    }
    return 0;
  },
};
