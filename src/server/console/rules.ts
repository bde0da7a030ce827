// Rules: the rulebook as the company's accountants read it, its versions with who used them first and who approved them.
import { readRuleVersions, type RuleVersion } from '../../db/read/ruleVersions.ts';
import { printRulebook } from '../../rulebook/print.ts';
import type { ConsolePage } from './page.ts';

export interface RulesAnswer {
  hash: string;
  /** Plain English, as `rules print` has it. */
  text: string;
  /** Newest first. */
  versions: RuleVersion[];
}

export const rulesPage: ConsolePage = (routes) => {
  routes.get('rules', async ({ db, rulebook }): Promise<RulesAnswer> => {
    return { hash: rulebook.hash, text: printRulebook(rulebook), versions: await readRuleVersions(db.pool) };
  });
};
