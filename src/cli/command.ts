// The shape of a command: one thin file per command, which reads its arguments, starts a job and prints what came out.
import type { Options } from './option.ts';

/** 0 done and nothing needs a person; 1 done and something does; 2 usage or configuration; 3 fault (spec: command line). */
export type ExitCode = 0 | 1 | 2 | 3;

/** What a command is given; nothing else of the process is its business. */
export interface CommandContext {
  /** Words after the command's name that are not options. */
  args: string[];
  options: Readonly<Record<string, string | boolean | undefined>>;
  /** `--json`: one JSON document, or NDJSON for lists, on standard output and nothing else there. */
  json: boolean;
  configPath: string;
  env: NodeJS.ProcessEnv;
  /** Now, in milliseconds since 1970. */
  clock: () => number;
  /** Writes a line to standard output. */
  print(line: string): void;
  /** Writes a line to standard error. */
  note(line: string): void;
  /** Standard error is a terminal: progress bars make sense. */
  terminal: boolean;
}

export interface Command {
  /** `ingest`, `rules check`: one or two words. */
  name: string;
  /** What it takes besides options: `JOURNAL...` (some), `[ID...]` (any number), `DIR` (one), empty (none). */
  words: string;
  /** What it does, in one sentence without a full stop. */
  summary: string;
  /** Its own; `--config`, `--json` and `--help` are everybody's. */
  options?: Options;
  run(context: CommandContext): Promise<ExitCode>;
}

/** A string option's value; undefined where it was not given. */
export function textOption(context: CommandContext, name: string): string | undefined {
  const value = context.options[name];
  return typeof value === 'string' ? value : undefined;
}
