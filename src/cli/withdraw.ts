// `withdraw batch`: one delivery of the ledger taken back. Without `--as` it only lists what would go and what stands on it.
import { previewWithdrawal, proposeWithdrawal, type Withdrawal } from '../../jobs/intake/withdrawBatch.ts';
import { UserError } from '../errors.ts';
import { fewOf } from '../fewOf.ts';
import { actorOf, ACTOR_OPTIONS, WORD_OPTIONS } from './actor.ts';
import type { Command, ExitCode } from './command.ts';
import { textOption } from './command.ts';
import { type TableColumn, tableLines } from './table.ts';
import { withDatabase } from './withDatabase.ts';

const COLUMNS: readonly TableColumn[] = [
  { key: 'company', title: 'company' },
  { key: 'ledger', title: 'ledger' },
  { key: 'account', title: 'account' },
  { key: 'currency', title: 'currency' },
  { key: 'lines', title: 'lines', right: true },
  { key: 'amount', title: 'amount', right: true },
];

/** Who asks; nobody has to, to look. */
const { needed: _, ...ASKS } = ACTOR_OPTIONS.as;

export const withdrawBatch: Command = {
  name: 'withdraw batch',
  words: 'BATCH',
  summary: "takes a ledger delivery's lines back; without --as it only lists what would go",
  options: { ...WORD_OPTIONS, as: ASKS },
  run(context) {
    const [batch, ...more] = context.args;
    if (batch === undefined || more.length > 0)
      throw new UserError({
        what: 'withdraw batch takes the number of one batch',
        todo: 'tieout list batches',
      });
    return withDatabase<ExitCode>(context, async ({ db }) => {
      const asked = textOption(context, 'as') !== undefined;
      const why = textOption(context, 'why') ?? '';
      const seen = asked
        ? await proposeWithdrawal({ db, by: await actorOf(context, db), why }, batch)
        : { ...(await previewWithdrawal(db, batch)), waits: undefined };
      if (context.json) context.print(JSON.stringify(seen));
      else for (const line of withdrawalLines(seen)) context.print(line);
      return asked ? 1 : 0;
    });
  },
};

function withdrawalLines({
  delivery,
  goes,
  stay,
  matches,
  journals,
  changedOthers,
  repeatedBy,
  waits,
}: Withdrawal & { waits: string | undefined }): string[] {
  const lines = goes.reduce((sum, row) => sum + row.lines, 0);
  const on = [
    ...(matches.length === 0 ? [] : [`match ${fewOf(matches, 8)}`]),
    ...(journals.length === 0 ? [] : [`journal ${fewOf(journals, 8)}`]),
  ];
  return [
    `batch ${delivery.batchId}, ${delivery.path}, taken in ${delivery.receivedAt}: ${lines} lines would go`,
    ...tableLines(
      COLUMNS,
      goes.map((row) => ({ ...row, lines: String(row.lines) })),
    ),
    ...(stay === 0 ? [] : [`${stay} lines stay: a later full extract holds them too`]),
    ...(on.length === 0 ? [] : [`in the way: ${on.join('; ')}; take them apart first`]),
    ...(changedOthers === 0
      ? []
      : [
          `in the way: it corrected or ended ${changedOthers} lines of earlier deliveries; deliver the right full extract instead`,
        ]),
    ...(repeatedBy.length === 0
      ? []
      : [
          `later deliveries repeated lines (batch ${fewOf(repeatedBy, 8)}); what they said again of these, deliver again`,
        ]),
    waits === undefined
      ? 'Nothing was changed: --as USER --why TEXT asks for it.'
      : `waits for a second person as ${waits} (tieout approve ${waits} --as USER)`,
  ];
}
