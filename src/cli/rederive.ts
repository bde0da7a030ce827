// `rederive`: what a changed rulebook would change in open periods, and the proposal to do it; a second person approves.
import type { ProposedRederivation } from '../../jobs/run/rederive.ts';
import { previewRederivation, proposeRederivation, shortly } from '../../jobs/run/rederive.ts';
import type { RederivePlan } from '../intake/rederiveModel.ts';
import { nothingChanges } from '../intake/rederiveModel.ts';
import { ACTOR_OPTIONS, actorOf } from './actor.ts';
import type { Command, CommandContext, ExitCode } from './command.ts';
import { withProject } from './project.ts';

export const rederive: Command = {
  name: 'rederive',
  words: '',
  summary: 'propose to apply a changed rulebook to open periods; a second user approves',
  options: {
    ...ACTOR_OPTIONS,
    'dry-run': { type: 'boolean', says: 'only says what would change; needs no --as' },
  },
  run(context) {
    return withProject<ExitCode>(context, async ({ config, rulebook, db }) => {
      const job = { config, rulebook, db, clock: context.clock };
      if (context.options['dry-run'] === true) {
        const plan = await previewRederivation(job);
        if (context.json) context.print(JSON.stringify(plan));
        else printPlan(context, plan);
        return plan.held.length > 0 ? 1 : 0;
      }
      const proposed = await proposeRederivation({ ...job, by: await actorOf(context, db) });
      if (context.json) context.print(JSON.stringify({ ...proposed, id: proposed.id ?? null }));
      else printProposal(context, proposed);
      return proposed.id === undefined && proposed.plan.held.length === 0 ? 0 : 1;
    });
  },
};

function printProposal(context: CommandContext, { id, proposer, plan }: ProposedRederivation): void {
  printPlan(context, plan);
  if (id === undefined) return;
  context.print('');
  context.print(`Proposed by ${proposer} as ${id}. Nothing is changed yet. Another reviewer applies it:`);
  context.print(`  tieout approve ${id} --as USER     then: tieout reconcile`);
}

function printPlan(context: CommandContext, plan: RederivePlan): void {
  context.print(`Rulebook ${plan.rulebookHash.slice(0, 12)}, on what is stored in open periods:`);
  context.print(nothingChanges(plan) ? 'nothing would change' : shortly(plan));
  for (const row of plan.accounts) {
    const { reconciliation, company, account, currency, ended, added } = row;
    context.print(
      `  ${reconciliation === '' ? 'in no reconciliation' : reconciliation} ${company} account ${account}: ` +
        `${ended.lines} lines of ${ended.amount} ${currency} end, ${added.lines} of ${added.amount} ${currency} come`,
    );
  }
  for (const { event, reference, ended, added } of plan.examples) {
    context.print(`  for example ${reference} (event ${event.source} ${event.id})`);
    for (const line of ended) context.print(`    - ${line}`);
    for (const line of added) context.print(`    + ${line}`);
  }
  if (plan.held.length > 0) context.print(`Left as it is (${plan.held.length}):`);
  for (const { what, why, todo } of plan.held) {
    context.print(`  ${what}: ${why}`);
    context.print(`    to do: ${todo}`);
  }
}
