// `verify`: proves the invariants; exit 1 with the evidence where one fails.
import { verify as runVerify } from '../../jobs/verify.ts';
import type { Command, ExitCode } from './command.ts';
import { withDatabase } from './withDatabase.ts';

export const verify: Command = {
  name: 'verify',
  words: '',
  summary: 'prove the invariants on the whole database and the audit chain',
  run(context) {
    return withDatabase<ExitCode>(context, async ({ db }) => {
      const verdict = await runVerify(db);
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
