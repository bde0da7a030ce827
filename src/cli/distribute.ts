// `distribute`: spreads the bulk tables over the machines of a Citus cluster.
import { distribute as spread } from '../../jobs/administration/distribute.ts';
import { requireSchema } from '../db/migrate.ts';
import type { Command, ExitCode } from './command.ts';
import { withOwner } from './withDatabase.ts';

export const distribute: Command = {
  name: 'distribute',
  words: '',
  summary: 'spread the bulk tables over a Citus cluster (docs/scaling.md)',
  run(context) {
    return withOwner<ExitCode>(context, async ({ db }) => {
      await requireSchema(db);
      const done = await spread(db, (table) => context.note(`placing ${table}`));
      if (context.json) context.print(JSON.stringify(done));
      else {
        const { citus, placed, before } = done;
        const already = before.length === 0 ? '' : `, ${before.length} were already`;
        context.print(`Citus ${citus}: ${placed.length} tables placed${already}`);
      }
      return 0;
    });
  },
};
