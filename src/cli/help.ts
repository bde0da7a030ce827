// Help: of the program, of a group of commands, of one command with each option explained; and docs/commands.md, all from
// the table of commands.
import type { Command } from './command.ts';
import { GLOBAL_OPTIONS, type Option, type Options, written } from './option.ts';

const EXIT_CODES =
  'Exit codes: 0 done, nothing needs a person; 1 done, something does; 2 usage or configuration; 3 fault.';

/** `tieout accept EXCEPTION... --as USER --why TEXT [--key FILE]`. */
export function usageLine({ name, words, options = {} }: Command): string {
  const isNeeded = (option: Option): boolean => option.type === 'string' && option.needed === true;
  const all = Object.entries(options);
  return [
    `tieout ${name}`,
    ...(words === '' ? [] : [words]),
    ...all.filter(([, one]) => isNeeded(one)).map(([key, one]) => written(key, one)),
    ...all.filter(([, one]) => !isNeeded(one)).map(([key, one]) => `[${written(key, one)}]`),
  ].join(' ');
}

/** Of the program: each command with what it does. */
export function programHelp(commands: readonly Command[]): string {
  return [
    'tieout COMMAND [options]   (tieout COMMAND --help explains one; tieout --version)',
    '',
    ...listed(commands),
    '',
    'Options of every command:',
    ...optionLines(GLOBAL_OPTIONS),
    '',
    EXIT_CODES,
  ].join('\n');
}

/** Of a command, or of the commands of a group. */
export function commandHelp(commands: readonly Command[]): string {
  const [only] = commands;
  if (only === undefined || commands.length > 1)
    return [...listed(commands), '', 'tieout COMMAND --help explains the options of each.'].join('\n');
  const own = optionLines(only.options ?? {});
  return [
    usageLine(only),
    `  ${only.summary}`,
    ...(own.length === 0 ? [] : ['', ...own]),
    '',
    'As with every command:',
    ...optionLines(GLOBAL_OPTIONS),
  ].join('\n');
}

function listed(commands: readonly Command[]): string[] {
  const heads = commands.map(({ name, words }) => `${name} ${words}`.trimEnd());
  const width = Math.min(34, Math.max(...heads.map((head) => head.length)));
  return commands.map(({ summary }, i) => `  ${(heads[i] ?? '').padEnd(width)}  ${summary}`);
}

function optionLines(options: Options): string[] {
  const all = Object.entries(options);
  const width = Math.max(...all.map(([name, option]) => written(name, option).length));
  return all.map(
    ([name, option]) => `  ${written(name, option).padEnd(width)}  ${option.says}${exampleOf(name, option)}`,
  );
}

function exampleOf(name: string, option: Option): string {
  if (option.type === 'boolean') return '';
  const quoted = /^[\w./:@+-]+$/.test(option.example) ? option.example : `"${option.example}"`;
  return `; for example --${name} ${quoted}`;
}

/** docs/commands.md. */
export function commandDocs(commands: readonly Command[]): string {
  const bullets = (options: Options): string[] =>
    Object.entries(options).map(
      ([name, option]) => `- \`${written(name, option)}\`: ${option.says}${docExample(name, option)}`,
    );
  return [
    '# Commands',
    '',
    'Made from the table of commands (`src/cli/registry.ts`); a test holds this page to it. Options may stand before or after',
    'the command. A word or an option that a command does not know is refused with exit code 2, and nothing is done. An',
    'exception, a journal or a rule version may be named by any beginning of its id that only one has; what is numbered (runs,',
    'matches, lines, refused records) is named by the whole number. `tieout --version` says which build this is.',
    '',
    'Every command takes:',
    '',
    ...bullets(GLOBAL_OPTIONS),
    '',
    EXIT_CODES,
    ...commands.flatMap((command) => {
      const own = bullets(command.options ?? {});
      return [
        '',
        `## ${command.name}`,
        '',
        `\`${usageLine(command)}\``,
        '',
        `${sentence(command.summary)}`,
        ...(own.length === 0 ? [] : ['', ...own]),
      ];
    }),
    '',
  ].join('\n');
}

const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;

function docExample(name: string, option: Option): string {
  const example = exampleOf(name, option);
  return example === '' ? '' : `; for example \`${example.slice('; for example '.length)}\``;
}
