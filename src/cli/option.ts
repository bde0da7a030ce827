// An option of a command, said once: parsing, help, docs/commands.md and "did you mean" are all made from this entry.

/**
 * What stands for a value in help, and how such a value looks where it can be told from others: a word that a command does
 * not take, but that looks like the value of one of its options, was meant for that option.
 */
export const VALUES = {
  AMOUNT: /^\d+\.\d+$/,
  DATE: /^\d{4}-\d{2}-\d{2}$/,
  TIME: /^\d{4}-\d{2}-\d{2}T/,
  N: /^\d+$/,
  RUN: /^\d+$/,
  REASON: /^[A-Z]+(_[A-Z]+)+$/,
  ACCOUNT: undefined,
  COMPANY: undefined,
  DIR: undefined,
  FILE: undefined,
  NAME: undefined,
  'NAME=VALUE': undefined,
  REFERENCE: undefined,
  ROLE: undefined,
  TEXT: undefined,
  UNIT: undefined,
  USER: undefined,
} as const satisfies Readonly<Record<string, RegExp | undefined>>;

interface Flag {
  type: 'boolean';
  short?: string;
  /** What it does, in one sentence without a full stop. */
  says: string;
}

interface Valued {
  type: 'string';
  value: keyof typeof VALUES;
  /** What it does, in one sentence without a full stop. */
  says: string;
  /** A value as a person would type it. */
  example: string;
  /** The command does nothing without it. */
  needed?: true;
}

export type Option = Flag | Valued;

export type Options = Readonly<Record<string, Option>>;

/** What every command takes. */
export const GLOBAL_OPTIONS = {
  config: {
    type: 'string',
    value: 'FILE',
    says: 'the project to work on; without it tieout.yaml of this folder',
    example: 'us/tieout.yaml',
  },
  json: { type: 'boolean', says: 'prints JSON on standard output and nothing else there' },
  help: { type: 'boolean', short: 'h', says: 'explains the command and its options, and does nothing' },
} as const satisfies Options;

/** How an option is written in a usage line: `--as-of DATE`. */
export function written(name: string, option: Option): string {
  return option.type === 'boolean' ? `--${name}` : `--${name} ${option.value}`;
}

/** The option that a stray word was meant for, as it should have been typed; undefined where nothing tells. */
export function meant(word: string, options: Options): string | undefined {
  for (const [name, option] of Object.entries(options)) {
    if (word.replace(/^-+/, '') === name)
      return `--${name}${option.type === 'boolean' ? '' : ` ${option.value}`}`;
    if (option.type === 'string' && VALUES[option.value]?.test(word) === true) return `--${name} ${word}`;
  }
  return undefined;
}
