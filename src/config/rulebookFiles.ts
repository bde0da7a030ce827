// Reads the files of the rulebook folder and hands their texts to the rulebook room, which knows what they mean.
import { readdirSync } from 'node:fs';
import path from 'node:path';
import type { CheckReport } from '../rulebook/check.ts';
import { checkExamples } from '../rulebook/check.ts';
import type { Compilation, RulebookFile } from '../rulebook/compile.ts';
import { compileRulebook } from '../rulebook/compile.ts';
import type { Rulebook } from '../rulebook/model.ts';
import { problemsError } from '../rulebook/yaml.ts';
import type { Config } from './model.ts';
import { readText } from './table.ts';

/**
 * The compiled rulebook of a configuration.
 * @throws UserError with every problem found
 */
export function loadRulebook(config: Config): Rulebook {
  const compiled = compile(config);
  if (!compiled.ok) throw problemsError(compiled.problems);
  return compiled.rulebook;
}

/** `rules check`: everything that is wrong with the rulebook, its worked examples included. */
export function checkRulebook(config: Config): CheckReport {
  const compiled = compile(config);
  return compiled.ok
    ? checkExamples(compiled.rulebook, compiled.examples)
    : { ok: false, hash: '', rules: 0, reconciliations: 0, examples: 0, problems: compiled.problems };
}

function compile(config: Config): Compilation {
  const shown = path.relative(config.folder, config.rulebook) || '.';
  const taxClearing = new Map(
    [...config.companies.values()].flatMap(({ code, taxAssessed }) =>
      taxAssessed === undefined ? [] : [[code, taxAssessed.clearing] as const],
    ),
  );
  const calendars = [...config.calendars.keys()];
  return compileRulebook(readFiles(config.rulebook, shown), shown, {
    calendars,
    companies: [...config.companies.keys()],
    taxClearing,
  });
}

const TOP_FILES = ['accounts.yaml', 'reconciliations.yaml', 'exceptions.yaml'];

function readFiles(folder: string, shown: string): RulebookFile[] {
  const postings = namesIn(path.join(folder, 'postings')).filter((name) => /\.ya?ml$/.test(name));
  return [...TOP_FILES, ...postings.toSorted().map((name) => `postings/${name}`)].flatMap((name) => {
    const text = readText(path.join(folder, name));
    return text === undefined ? [] : [{ name, text, shown: path.join(shown, name) }];
  });
}

/** Names in a folder; none where there is no such folder (the missing files are reported by name). */
function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT' || code === 'ENOTDIR') return [];
    throw error;
  }
}
