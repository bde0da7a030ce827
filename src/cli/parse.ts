// From the words of the command line to a command with its options, or to the help that was asked for. Nothing is guessed and
// nothing is passed over: `reconcile 2026-10-31` would else make a run as of another day, which cannot be taken back.
import { parseArgs } from 'node:util';

import { UserError } from '../errors.ts';
import { nearest } from '../rulebook/nearest.ts';
import type { Command } from './command.ts';
import { usageLine } from './help.ts';
import { GLOBAL_OPTIONS, meant, type Options } from './option.ts';

export type Parsed =
  | { is: 'command'; command: Command; args: string[]; options: Record<string, string | boolean> }
  /** Help of one command, of a group, or of the program where the list is empty. */
  | { is: 'help'; about: readonly Command[] }
  | { is: 'version' };

/** @throws UserError for every word and option that would have no effect */
export function parse(argv: readonly string[], commands: readonly Command[]): Parsed {
  const all: Options = Object.assign({}, ...commands.map(({ options }) => options), GLOBAL_OPTIONS);
  const given = tokens(argv, { ...all, version: { type: 'boolean', says: '' } });
  const asked = given.words[0] === 'help';
  const words = asked ? given.words.slice(1) : given.words;
  if (given.options.some(({ name }) => name === 'version') && words.length === 0) return { is: 'version' };
  const help = asked || given.options.some(({ name }) => name === 'help');
  if (words.length === 0 && help) return { is: 'help', about: [] };
  const command = find(words, commands);
  if (command === undefined) {
    const group = commands.filter(({ name }) => words.length === 1 && name.startsWith(`${words[0]} `));
    if (help && group.length > 0) return { is: 'help', about: group };
    throw noCommand(words, commands, given.options[0]?.raw);
  }
  const own: Options = { ...command.options, ...GLOBAL_OPTIONS };
  const options = checkedOptions(given.options, command, own);
  if (help) return { is: 'help', about: [command] };
  const args = words.slice(command.name.split(' ').length);
  checkWords(args, command, own);
  return { is: 'command', command, args, options };
}

interface Given {
  words: string[];
  options: { name: string; raw: string; value: string | undefined; inline: boolean }[];
}

/** Options may stand before the command: their types are asked of all commands (a test holds that they agree). */
function tokens(argv: readonly string[], options: Options): Given {
  const config = Object.entries(options).map(([name, option]) => {
    const short = 'short' in option && option.short !== undefined ? { short: option.short } : {};
    return [name, { type: option.type, ...short }] as const;
  });
  const { tokens: all } = parseArgs({
    args: [...argv],
    options: Object.fromEntries(config),
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const given: Given = { words: [], options: [] };
  for (const token of all) {
    if (token.kind === 'positional') given.words.push(token.value);
    else if (token.kind === 'option')
      given.options.push({
        name: token.name,
        raw: token.rawName,
        value: token.value,
        inline: token.inlineValue === true,
      });
  }
  return given;
}

function find(words: readonly string[], commands: readonly Command[]): Command | undefined {
  const [first = '', second = ''] = words;
  return (
    commands.find(({ name }) => name === `${first} ${second}`) ?? commands.find(({ name }) => name === first)
  );
}

function noCommand(words: readonly string[], commands: readonly Command[], option?: string): UserError {
  if (words.length === 0)
    return new UserError({
      what: option === undefined ? 'no command is given' : `${option} is given, but no command`,
      expected: 'tieout COMMAND [options]',
      todo: 'tieout --help lists the commands',
    });
  const names = commands.map(({ name }) => name);
  const [first = ''] = words;
  const group = names.filter((name) => name.startsWith(`${first} `));
  const near =
    words.length === 1 && group.length > 0
      ? undefined
      : (nearest(words.slice(0, 2).join(' '), names) ??
        nearest(first, names) ??
        groupNear(first, names, words[1]));
  return new UserError({
    what: `no command "${words.slice(0, 2).join(' ')}"`,
    expected: group.length > 0 ? group.join(', ') : 'a command of tieout --help',
    todo:
      near === undefined ? `tieout ${group.length > 0 ? `${first} ` : ''}--help` : `did you mean ${near}?`,
  });
}

/** `rule chek` is near no name as a whole, but `rule` is near a group's. */
function groupNear(first: string, names: readonly string[], second = ''): string | undefined {
  const groups = new Set(names.filter((name) => name.includes(' ')).map((name) => name.split(' ')[0] ?? ''));
  const group = nearest(first, groups);
  if (group === undefined) return undefined;
  const within = names.filter((name) => name.startsWith(`${group} `));
  const seconds = within.map((name) => name.slice(group.length + 1));
  const near = nearest(second, seconds);
  return near === undefined ? within.join(', or ') : `${group} ${near}`;
}

function checkedOptions(
  given: Given['options'],
  command: Command,
  own: Options,
): Record<string, string | boolean> {
  const values: Record<string, string | boolean> = {};
  for (const { name, raw, value, inline } of given) {
    const option = Object.hasOwn(own, name) ? own[name] : undefined;
    const refuse = (what: string, todo = `tieout ${command.name} --help`): UserError =>
      new UserError({ where: `tieout ${command.name}`, what, expected: usageLine(command), todo });
    if (option === undefined) {
      const near = nearest(name, Object.keys(own));
      throw refuse(`it has no option ${raw}`, near === undefined ? undefined : `did you mean --${near}?`);
    }
    if (Object.hasOwn(values, name)) throw refuse(`--${name} is given twice`, 'give it once');
    if (option.type === 'boolean') {
      if (value !== undefined) throw refuse(`--${name} takes no value`, `--${name} alone`);
      values[name] = true;
    } else {
      // A value that begins with a dash is most likely the next option: `--why --as ben`.
      if (value === undefined || (!inline && value.startsWith('-') && value !== '-'))
        throw refuse(
          `--${name} lacks its value`,
          value === undefined
            ? `--${name} ${option.example}`
            : `--${name}=${value}, if "${value}" is meant as its value`,
        );
      values[name] = value;
    }
  }
  return values;
}

function checkWords(args: readonly string[], command: Command, own: Options): void {
  const parts = command.words === '' ? [] : command.words.split(' ');
  if (parts.some((part) => part.includes('...'))) return;
  const [extra] = args.slice(parts.length);
  if (extra === undefined) return;
  const option = meant(extra, own);
  throw new UserError({
    where: `tieout ${command.name}`,
    what: `it takes ${parts.length === 0 ? 'no words' : `${command.words} and no more words`}`,
    expected: usageLine(command),
    found: extra,
    todo: option === undefined ? `tieout ${command.name} --help` : `did you mean ${option}?`,
  });
}
