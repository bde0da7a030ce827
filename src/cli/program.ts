// A command line from its words to its exit code: finds the command, runs it, prints help, and says every error the same way.
import { DecisionRefused, UserError } from '../errors.ts';
import type { CommandContext, ExitCode } from './command.ts';
import { commandHelp, programHelp } from './help.ts';
import { parse } from './parse.ts';
import { allCommands, commandsFor } from './registry.ts';
import { versionLine } from './version.ts';

/** What the process gives a command line. */
export type Surroundings = Pick<CommandContext, 'env' | 'clock' | 'print' | 'note' | 'terminal'>;

/** Runs one command line; never throws: an error is a note and an exit code. */
export async function runProgram(argv: readonly string[], around: Surroundings): Promise<ExitCode> {
  try {
    return await commandLine(argv, around);
  } catch (error) {
    const user = error instanceof UserError;
    around.note(`tieout: ${error instanceof Error ? error.message : String(error)}`);
    if (!user && around.env['TIEOUT_TRACE'] === '1' && error instanceof Error) around.note(error.stack ?? '');
    return error instanceof DecisionRefused ? 1 : user ? 2 : 3;
  }
}

async function commandLine(argv: readonly string[], around: Surroundings): Promise<ExitCode> {
  const { print } = around;
  if (argv.length === 0) {
    print(programHelp(await allCommands()));
    return 2;
  }
  const parsed = parse(argv, await commandsFor(argv));
  if (parsed.is === 'version') print(await versionLine());
  else if (parsed.is === 'help')
    print(parsed.about.length === 0 ? programHelp(await allCommands()) : commandHelp(parsed.about));
  if (parsed.is !== 'command') return 0;
  const { command, args, options } = parsed;
  return command.run({
    ...around,
    args,
    options,
    json: options['json'] === true,
    configPath: typeof options['config'] === 'string' ? options['config'] : 'tieout.yaml',
  });
}
