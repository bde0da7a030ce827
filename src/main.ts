#!/usr/bin/env node
// Starts the command that the words of the command line name; prints help, and errors the same way everywhere.
import 'reflect-metadata';
import type { ExitCode } from './cli/command.ts';
import { commandHelp, programHelp } from './cli/help.ts';
import { parse } from './cli/parse.ts';
import { COMMANDS } from './cli/registry.ts';
import { versionLine } from './cli/version.ts';
import { DecisionRefused, UserError } from './errors.ts';

const print = (line: string): void => void process.stdout.write(`${line}\n`);

async function main(argv: readonly string[]): Promise<ExitCode> {
  if (argv.length === 0) {
    print(programHelp(COMMANDS));
    return 2;
  }
  const parsed = parse(argv, COMMANDS);
  if (parsed.is === 'version') print(versionLine());
  else if (parsed.is === 'help')
    print(parsed.about.length === 0 ? programHelp(COMMANDS) : commandHelp(parsed.about));
  if (parsed.is !== 'command') return 0;
  const { command, args, options } = parsed;
  return command.run({
    args,
    options,
    json: options['json'] === true,
    configPath: typeof options['config'] === 'string' ? options['config'] : 'tieout.yaml',
    env: process.env,
    clock: () => Date.now(),
    print,
    note: (line) => void process.stderr.write(`${line}\n`),
    terminal: process.stderr.isTTY === true,
  });
}

/** A reader that went away (`| head`) is no fault; the command ends as it would, and the embedded server with it. */
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
});

main(process.argv.slice(2)).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    const user = error instanceof UserError;
    const message = error instanceof Error ? error.message : String(error);
    process.stderr.write(`tieout: ${message}\n`);
    if (!user && process.env.TIEOUT_TRACE === '1' && error instanceof Error)
      process.stderr.write(`${error.stack}\n`);
    process.exitCode = error instanceof DecisionRefused ? 1 : user ? 2 : 3;
  },
);
