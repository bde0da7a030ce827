// `report`: the workbook of a run, by default the last.
import { resolve } from 'node:path';
import { needsPerson } from '../../jobs/reports/attention.ts';
import { report as writeReport } from '../../jobs/reports/report.ts';
import { type Command, textOption } from './command.ts';
import { withProject } from './project.ts';

export const report: Command = {
  name: 'report',
  words: '',
  summary: 'write the workbook of a run: tie-out, exceptions, journals, quarantine',
  options: {
    run: { type: 'string', value: 'RUN', says: 'the run to report; without it the last one', example: '3' },
    out: {
      type: 'string',
      value: 'DIR',
      says: 'folder for the workbook; without it `reports` of tieout.yaml',
      example: 'close/october',
    },
  },
  run(context) {
    return withProject(context, async ({ config, rulebook, db }) => {
      const run = textOption(context, 'run');
      const out = textOption(context, 'out');
      const written = await writeReport({
        db,
        config,
        rulebook,
        folder: out === undefined ? config.reports : resolve(out),
        ...(run === undefined ? {} : { run }),
      });
      if (context.json) context.print(JSON.stringify(written));
      else {
        context.print(written.path);
        for (const { name, rows } of written.sheets) context.print(`  ${name.padEnd(14)} ${rows} rows`);
      }
      return (await needsPerson(db)) ? 1 : 0;
    });
  },
};
