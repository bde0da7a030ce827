// From the texts of a rulebook folder to a frozen Rulebook, or to every problem in it. Pure: who reads the files hands
// over names and texts, and the same texts give the same hash on every machine.
import { createHash } from 'node:crypto';
import type { ErrorParts } from '../errors.ts';
import { readAccounts } from './accounts.ts';
import { canonicalRules } from './canonical.ts';
import type { Surroundings } from './consistency.ts';
import { checkConsistency } from './consistency.ts';
import { readExceptionPolicies } from './exceptionPolicies.ts';
import { deepFreeze } from './freeze.ts';
import type { Rulebook, WorkedExample } from './model.ts';
import { didYouMean } from './nearest.ts';
import type { PostingFile } from './postings.ts';
import { readPostings } from './postings.ts';
import { readReconciliations } from './reconciliations.ts';
import type { Problems, YamlValue } from './yaml.ts';
import { readYaml } from './yaml.ts';

/** A file of the rulebook folder. */
export interface RulebookFile {
  /** Relative to the folder, with slashes: `postings/shipment.yaml`. */
  name: string;
  text: string;
  /** What messages call it. */
  shown: string;
}

export type Compilation =
  | { ok: true; rulebook: Rulebook; examples: readonly WorkedExample[] }
  | { ok: false; problems: readonly ErrorParts[] };

const POSTING_FILE = /^postings\/([^/]+)\.ya?ml$/;
const TOP_FILES = ['accounts.yaml', 'reconciliations.yaml', 'exceptions.yaml'];

/**
 * Compiles a rulebook. `folder` is what messages call it.
 * Nothing is compiled half: one problem anywhere gives problems only.
 */
export function compileRulebook(
  files: readonly RulebookFile[],
  folder: string,
  around: Surroundings,
): Compilation {
  const problems: Problems = [];
  refuseUnknownFiles(files, problems);
  const needed = (name: string, what: string): YamlValue | undefined => {
    const file = files.find((each) => each.name === name);
    if (file !== undefined) return readYaml(file.shown, file.text, problems);
    const todo = 'write it, or start from `tieout init DIR`';
    problems.push({ where: folder, what: `there is no ${name}`, expected: what, todo });
    return undefined;
  };
  const accountsFile = needed('accounts.yaml', 'the accounts that rules name');
  // Without accounts every name in the other files would be unknown, and the one problem lost among many.
  if (accountsFile === undefined) return { ok: false, problems };
  const accounts = readAccounts(accountsFile);
  const reconciliationsFile = needed('reconciliations.yaml', 'which accounts are compared, and how');
  const postings = readPostingFiles(files, accounts, problems);
  const { reconciliations, controls, settlement, where } =
    reconciliationsFile === undefined
      ? { reconciliations: [], controls: [], settlement: [], where: new Map<never, never>() }
      : readReconciliations(reconciliationsFile, accounts);
  const exceptionsFile = files.find((each) => each.name === 'exceptions.yaml');
  const exceptions = readExceptionPolicies(
    exceptionsFile && readYaml(exceptionsFile.shown, exceptionsFile.text, problems),
    accounts,
  );
  const rules = { accounts, postings: postings.rules, reconciliations, controls, settlement };
  // What does not stand by itself would only make more noise here.
  if (problems.length === 0) checkConsistency(rules, where, around, problems);
  if (problems.length > 0) return { ok: false, problems };
  const canonical = canonicalRules(rules);
  const hash = createHash('sha256').update(canonical).digest('hex');
  return {
    ok: true,
    rulebook: deepFreeze({ ...rules, exceptions, hash, canonical }),
    examples: postings.examples,
  };
}

/** A file that nobody reads would be rules that its author believes in. */
function refuseUnknownFiles(files: readonly RulebookFile[], problems: Problems): void {
  for (const { name, shown } of files) {
    if (TOP_FILES.includes(name) || POSTING_FILE.test(name)) continue;
    problems.push({
      where: shown,
      what: 'no file of a rulebook is called so',
      expected: `${TOP_FILES.join(', ')} or postings/NAME.yaml`,
      found: name,
      todo: didYouMean(name, TOP_FILES),
    });
  }
}

function readPostingFiles(
  files: readonly RulebookFile[],
  accounts: Parameters<typeof readPostings>[2],
  problems: Problems,
): PostingFile {
  const all: PostingFile = { rules: [], examples: [] };
  for (const file of files.toSorted((a, b) => (a.name < b.name ? -1 : 1))) {
    const name = POSTING_FILE.exec(file.name)?.[1];
    const value = name === undefined ? undefined : readYaml(file.shown, file.text, problems);
    if (name === undefined || value === undefined) continue;
    const { rules, examples } = readPostings(name, value, accounts);
    all.rules.push(...rules);
    all.examples.push(...examples);
  }
  return all;
}
