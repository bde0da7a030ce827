// `backup DIR` and `restore DIR`: a copy of everything in the database, and back.
import { backup as backupJob } from '../../jobs/administration/backup.ts';
import type { Manifest } from '../../jobs/administration/backup.ts';
import { enterErp } from '../../jobs/posting/enterErp.ts';
import { restore as restoreJob } from '../../jobs/administration/restore.ts';
import { unknownFiles } from '../db/posting/erpLease.ts';
import { readProject } from '../db/project.ts';
import { erpOf } from '../erp/registry.ts';
import { UserError } from '../errors.ts';
import type { Command, CommandContext } from './command.ts';
import { unknownFileLines } from './unknownFiles.ts';
import { withDatabase, withOwner } from './withDatabase.ts';

export const backup: Command = {
  name: 'backup',
  words: 'DIR',
  summary: 'copies the whole database into a new folder',
  async run(context) {
    const dir = folderOf(context, 'backup');
    tell(context, dir, await withDatabase(context, ({ db }) => backupJob(db, dir)));
    return 0;
  },
};

export const restore: Command = {
  name: 'restore',
  words: 'DIR',
  summary: 'brings such a copy back into an empty database',
  async run(context) {
    const dir = folderOf(context, 'restore');
    await withOwner(context, async ({ config, db }) => {
      const erps = new Map([...config.erps].map(([name, setting]) => [name, erpOf(setting)]));
      const lags = [...erps.values()].map(({ capabilities }) => capabilities.lookLagSeconds);
      tell(context, dir, await restoreJob(db, dir, Math.max(0, ...lags)));
      const project = await readProject(db.pool);
      const words: string[] = [];
      for (const [name, erp] of erps) {
        // Here and not only by the next send: a worker on the old database sends until the marker has the new epoch.
        const why = await enterErp(db, name, erp, project);
        if (why !== '')
          words.push(`${name}: ${why}; until then a worker on the old database may still send there`);
        else if (erp.closed === undefined)
          words.push(
            `${name}: this ERP has no marker that a worker on another database would see: make sure that none runs`,
          );
      }
      if (context.json) return;
      for (const line of [...words, ...unknownFileLines(await unknownFiles(db.pool))]) context.print(line);
      if (erps.size > 0) context.print(AFTER_RESTORE);
    });
    return 0;
  },
};

const AFTER_RESTORE =
  'Nothing is proposed or sent before a complete extract of each ledger, taken from now on, has been read; or two persons let go: tieout release COMPANY LEDGER';

function folderOf(context: CommandContext, name: string): string {
  const [dir, ...more] = context.args;
  if (dir !== undefined && more.length === 0) return dir;
  throw new UserError({ where: name, what: 'one folder is needed', todo: `tieout ${name} DIR` });
}

function tell(context: CommandContext, dir: string, manifest: Manifest): void {
  const rows = manifest.tables.reduce((sum, table) => sum + table.rows, 0);
  const bytes = manifest.tables.reduce((sum, table) => sum + table.bytes, 0);
  const { takenAt, tables } = manifest;
  if (context.json) context.print(JSON.stringify({ dir, takenAt, tables: tables.length, rows, bytes }));
  else context.print(`${dir}: ${rows} rows in ${tables.length} tables, ${bytes} bytes, as of ${takenAt}`);
}
