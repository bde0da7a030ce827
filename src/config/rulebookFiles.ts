// Reads the files of the rulebook folder and hands their texts to the rulebook room, which knows what they mean.
import { readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import type { CheckReport } from '../rulebook/check.ts';
import { checkExamples, failingExamples } from '../rulebook/check.ts';
import type { Compilation, RulebookFile } from '../rulebook/compile.ts';
import { compileRulebook } from '../rulebook/compile.ts';
import type { Rulebook } from '../rulebook/model.ts';
import { problemsError } from '../rulebook/yaml.ts';
import type { Config } from './model.ts';
import { readText } from './table.ts';

/**
 * The compiled rulebook of a configuration. Its worked examples run each time: they take a tenth of what compiling takes, and
 * a remembered answer could be of another version of the program.
 * @throws UserError with every problem found, worked examples that do not hold included
 */
export function loadRulebook(config: Config): Rulebook {
  const compiled = compile(config);
  if (!compiled.ok) throw problemsError(compiled.problems);
  const failing = failingExamples(compiled.rulebook, compiled.examples);
  if (failing.length > 0) throw problemsError([...failing]);
  return compiled.rulebook;
}

/** A text that changes when a file of the rulebook does: names, sizes and times. */
export function rulebookStamp({ rulebook }: Config): string {
  return yamlIn(rulebook)
    .map((name) => {
      const { size, mtimeMs } = statSync(path.join(rulebook, name));
      return `${name} ${size} ${mtimeMs}`;
    })
    .join('\n');
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
  return compileRulebook(readFiles(config, shown), shown, {
    calendars,
    companies: [...config.companies.keys()],
    taxClearing,
  });
}

/** Every YAML file of the folder, also one that no rulebook has: compiling refuses what it does not know. */
function readFiles({ rulebook, file }: Config, shown: string): RulebookFile[] {
  return yamlIn(rulebook).flatMap((name) => {
    const at = path.join(rulebook, name);
    const text = at === file ? undefined : readText(at);
    return text === undefined ? [] : [{ name, text, shown: path.join(shown, name) }];
  });
}

/**
 * Paths below a folder, with slashes and sorted, hidden ones left out; none where there is no such folder (the missing files
 * are reported by name).
 */
function yamlIn(folder: string): string[] {
  try {
    return readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .map((name) => name.split(path.sep))
      .filter((parts) => /\.ya?ml$/.test(parts.at(-1)!) && !parts.some((part) => part.startsWith('.')))
      .map((parts) => parts.join('/'))
      .toSorted();
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'ENOENT' || code === 'ENOTDIR') return [];
    throw error;
  }
}
