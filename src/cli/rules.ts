// `rules check` and `rules print`: the rulebook proved by its worked examples, and read in plain English.
import { loadConfig } from '../config/load.ts';
import { checkRulebook, loadRulebook } from '../config/rulebookFiles.ts';
import { explainError } from '../errors.ts';
import { printRulebook } from '../rulebook/print.ts';
import type { Command } from './command.ts';

export const rulesCheck: Command = {
  name: 'rules check',
  words: '',
  summary: 'validate the rulebook and run its worked examples',
  run(context) {
    const { configPath, env, json } = context;
    const report = checkRulebook(loadConfig(configPath, env));
    if (json) context.print(JSON.stringify(report));
    else {
      for (const problem of report.problems) context.print(explainError(problem));
      const { rules, reconciliations, examples, hash, problems } = report;
      context.print(
        report.ok
          ? `${rules} posting rules, ${reconciliations} reconciliations, ${examples} worked examples: all right. Version ${hash.slice(0, 12)}`
          : `${problems.length} ${problems.length === 1 ? 'problem' : 'problems'}`,
      );
    }
    return Promise.resolve(report.ok ? 0 : 2);
  },
};

export const rulesPrint: Command = {
  name: 'rules print',
  words: '',
  summary: 'print the rulebook in plain English',
  run(context) {
    const { configPath, env, json } = context;
    const rulebook = loadRulebook(loadConfig(configPath, env));
    const text = printRulebook(rulebook);
    context.print(json ? JSON.stringify({ hash: rulebook.hash, text }) : text.trimEnd());
    return Promise.resolve(0);
  },
};
