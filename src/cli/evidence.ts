// `evidence`, `evidence key`, `evidence prove`: what an auditor is handed, the key that signs it, and the proof of a single fact.
import { newEvidenceKey } from '../../jobs/administration/evidenceKey.ts';
import { proveInclusion } from '../../jobs/administration/verifyEvidence.ts';
import { writeEvidence } from '../../jobs/reports/evidence.ts';
import { UserError } from '../errors.ts';
import { actorOf, ACTOR_OPTIONS } from './actor.ts';
import type { Command, CommandContext, ExitCode } from './command.ts';
import { textOption } from './command.ts';
import { withProject } from './project.ts';
import { withDatabase } from './withDatabase.ts';

/** The value of an option that the command does nothing without. */
function neededOption(context: CommandContext, name: string): string {
  const value = textOption(context, name);
  if (value !== undefined) return value;
  throw new UserError({ where: `--${name}`, what: 'it is missing', expected: `--${name} VALUE` });
}

export const evidence: Command = {
  name: 'evidence',
  words: '',
  summary: 'a signed folder about a period that an auditor checks without us and without the database',
  options: {
    period: {
      type: 'string',
      value: 'NAME',
      says: 'the period that it is about',
      example: '2026-10',
      needed: true,
    },
    company: {
      type: 'string',
      value: 'COMPANY',
      says: 'one company; without it all that have the period',
      example: 'US01',
    },
    out: {
      type: 'string',
      value: 'DIR',
      says: 'a new or empty folder',
      example: 'evidence-2026-10',
      needed: true,
    },
  },
  run(context) {
    return withProject<ExitCode>(context, async ({ db, config, rulebook }) => {
      const out = neededOption(context, 'out');
      const company = textOption(context, 'company');
      const manifest = await writeEvidence({
        db,
        config,
        rulebook,
        clock: context.clock,
        period: neededOption(context, 'period'),
        out,
        ...(company === undefined ? {} : { company }),
      });
      if (context.json) context.print(JSON.stringify(manifest));
      else {
        for (const { company: code, from, to, certified } of manifest.companies)
          context.print(
            `${code} ${from} to ${to}: ${certified === null ? 'not certified' : `certified by ${certified.by}`}`,
          );
        context.print(
          `${manifest.files.length} files and ${manifest.facts.leaves} facts in ${out}, signed by`,
        );
        context.print(`  ${manifest.signer}`);
        context.print(`Checked by: tieout verify --evidence ${out} --signer ${manifest.signer}`);
      }
      return 0;
    });
  },
};

export const evidenceKey: Command = {
  name: 'evidence key',
  words: 'new',
  summary:
    'makes the key that signs evidence, at evidence.keyFile; its public part goes into the audit chain',
  options: ACTOR_OPTIONS,
  run(context) {
    if (context.args.length !== 1 || context.args[0] !== 'new')
      throw new UserError({ what: 'evidence key makes a new one', expected: 'evidence key new --as ADMIN' });
    return withDatabase<ExitCode>(context, async ({ db, config }) => {
      const by = await actorOf(context, db);
      const made = await newEvidenceKey({ db, config, by });
      if (context.json) context.print(JSON.stringify(made));
      else {
        context.print(
          `The key that signs evidence lies in ${made.keyFile}. Tell your auditor its fingerprint:`,
        );
        context.print(made.fingerprint);
      }
      return 0;
    });
  },
};

export const evidenceProve: Command = {
  name: 'evidence prove',
  words: 'DIR FACT',
  summary: 'shows that one event or ledger line is among the facts of an evidence folder, without the others',
  options: {},
  async run(context) {
    const [folder, ...names] = context.args;
    if (folder === undefined || names.length === 0 || names.length > 2)
      throw new UserError({
        what: 'evidence prove takes a folder and a fact',
        expected: 'evidence prove DIR EVENT, DIR SOURCE EVENT, or DIR DOCUMENT/LINE',
      });
    context.print(JSON.stringify(await proveInclusion(folder, names.join(' '))));
    return 0;
  },
};
