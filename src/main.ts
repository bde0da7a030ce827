#!/usr/bin/env node
// The command table and nothing else: finds the command, reads its options, prints errors the same way everywhere.
import 'reflect-metadata';
import { parseArgs } from 'node:util';
import type { Command, CommandContext, ExitCode } from './cli/command.ts';
import { COMMANDS } from './cli/registry.ts';
import { DecisionRefused, UserError } from './errors.ts';

const GLOBAL_OPTIONS = {
  config: { type: 'string' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

function usage(): string {
  const width = Math.max(...COMMANDS.map((command) => command.name.length + command.usage.length + 1));
  return [
    'tieout COMMAND [options]   (every command: --config FILE, --json, --help)',
    '',
    ...COMMANDS.map((c) => `  ${`${c.name} ${c.usage}`.padEnd(Math.min(width, 58))}  ${c.summary}`),
    '',
    'Exit codes: 0 done, nothing needs a person; 1 done, something does; 2 usage or configuration; 3 fault.',
  ].join('\n');
}

function findCommand(words: string[]): { command: Command; rest: string[] } | undefined {
  const [first = '', second = ''] = words;
  const two = COMMANDS.find((command) => command.name === `${first} ${second}`);
  if (two !== undefined) return { command: two, rest: words.slice(2) };
  const one = COMMANDS.find((command) => command.name === first);
  return one === undefined ? undefined : { command: one, rest: words.slice(1) };
}

async function main(argv: string[]): Promise<ExitCode> {
  if (argv.length === 0 || argv[0] === '--help' || argv[0] === '-h' || argv[0] === 'help') {
    process.stdout.write(`${usage()}\n`);
    return argv.length === 0 ? 2 : 0;
  }
  const found = findCommand(argv);
  if (found === undefined) {
    const group = COMMANDS.filter((command) => command.name.startsWith(`${argv[0]} `));
    throw new UserError({
      what: `no command "${argv.slice(0, 2).join(' ')}"`,
      expected: (group.length > 0 ? group : COMMANDS).map((command) => command.name).join(', '),
      todo: 'tieout --help',
    });
  }
  const { command } = found;
  let parsed;
  try {
    parsed = parseArgs({
      args: found.rest,
      options: { ...GLOBAL_OPTIONS, ...command.options },
      allowPositionals: true,
    });
  } catch (error) {
    throw new UserError({
      // Of Node's message what is wrong; how a word may begin with a dash is another matter.
      what: (error instanceof Error ? error.message : String(error)).split(/\. To specify|\nTo specify/)[0]!,
      todo: `tieout ${command.name} ${command.usage}`,
    });
  }
  const values: CommandContext['options'] = parsed.values;
  if (values.help === true) {
    process.stdout.write(`tieout ${command.name} ${command.usage}\n  ${command.summary}\n`);
    return 0;
  }
  return command.run({
    args: parsed.positionals,
    options: values,
    json: values.json === true,
    configPath: typeof values.config === 'string' ? values.config : 'tieout.yaml',
    env: process.env,
    clock: () => Date.now(),
    print: (line) => void process.stdout.write(`${line}\n`),
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
