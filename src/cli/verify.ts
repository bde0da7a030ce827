// `verify`: proves the invariants; exit 1 with the evidence where one fails.
import { readAnchors } from '../../jobs/administration/anchors.ts';
import { verify as runVerify } from '../../jobs/administration/verify.ts';
import { type Command, type ExitCode, textOption } from './command.ts';
import { withDatabase } from './withDatabase.ts';

export const verify: Command = {
  name: 'verify',
  words: '',
  summary: 'prove the invariants on the whole database and the audit chain',
  options: {
    anchor: {
      type: 'string',
      value: 'FILE',
      says: 'a copy of log/audit-heads.ndjson that was kept elsewhere',
      example: '/mnt/audit/audit-heads.ndjson',
    },
  },
  run(context) {
    return withDatabase<ExitCode>(context, async ({ db, config }) => {
      const anchors = await readAnchors(config.dataDir, textOption(context, 'anchor'));
      const verdict = await runVerify(db, anchors);
      if (context.json) context.print(JSON.stringify(verdict));
      else {
        for (const { name, ok, evidence } of verdict.checks) {
          context.print(`${ok ? 'ok    ' : 'FAILED'}  ${name}`);
          if (!ok) for (const line of evidence) context.print(`          ${line}`);
        }
      }
      return verdict.ok ? 0 : 1;
    });
  },
};
