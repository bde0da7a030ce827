// What the command line understands: every word and option has an effect or is refused, with what was meant.
import { readFileSync, writeFileSync } from 'node:fs';

import { expect, test } from 'vitest';

import { commandDocs, commandHelp, programHelp } from '../../src/cli/help.ts';
import { GLOBAL_OPTIONS, VALUES } from '../../src/cli/option.ts';
import { parse } from '../../src/cli/parse.ts';
import { allCommands, commandsFor } from '../../src/cli/registry.ts';

const COMMANDS = await allCommands();
const asked = (line: string) => parse(line.split(' '), COMMANDS);

function refusal(line: string): string {
  try {
    asked(line);
  } catch (error) {
    return (error as Error).message;
  }
  return 'not refused';
}

test('options stand before or after the command, and between its words', () => {
  const same = [
    'approve AB12 --as rob --why seen',
    '--as rob approve AB12 --why=seen',
    '--as=rob --why seen approve AB12',
  ].map(asked);
  for (const parsed of same)
    expect(parsed).toMatchObject({
      is: 'command',
      command: { name: 'approve' },
      args: ['AB12'],
      options: { as: 'rob', why: 'seen' },
    });
  expect(asked('--config us/tieout.yaml rules --json check')).toMatchObject({
    command: { name: 'rules check' },
    options: { config: 'us/tieout.yaml', json: true },
  });
  expect(asked('explain -- --strange')).toMatchObject({ args: ['--strange'] });
});

test.each([
  ['statement 2026-10-31', /takes no words[\s\S]*found: +2026-10-31\n.*did you mean --as-of 2026-10-31\?/],
  ['reconcile 2026-11-16', /did you mean --as-of 2026-11-16\?/],
  ['statement 2026-11-02T08:00:00Z', /did you mean --known-at 2026-11-02T08:00:00Z\?/],
  ['report 3', /did you mean --run 3\?/],
  ['exceptions MISSING_IN_LEDGER', /did you mean --reason MISSING_IN_LEDGER\?/],
  ['post dry-run', /did you mean --dry-run\?/],
  ['verify all', /tieout verify: it takes no words[\s\S]*to do: +tieout verify --help/],
  ['backup one two', /it takes DIR and no more words[\s\S]*found: +two/],
  ['reconcile --as-off 2026-10-31', /no option --as-off[\s\S]*did you mean --as-of\?/],
  ['statement --only receivable', /no option --only/],
  ['--bogus reconcile', /tieout reconcile: it has no option --bogus/],
  ['reconcile --as-of', /--as-of lacks its value[\s\S]*--as-of 2026-10-31/],
  ['accept abc --why --as ben', /--why lacks its value[\s\S]*--why=--as/],
  ['reconcile --as-of 2026-10-30 --as-of 2026-10-31', /--as-of is given twice/],
  ['post --dry-run=no', /--dry-run takes no value/],
  ['ingest balances b.csv --feed sap-fi', /no option --feed/],
  ['staus', /no command "staus"[\s\S]*did you mean status\?/],
  ['rules chek', /no command "rules chek"[\s\S]*did you mean rules check\?/],
  ['rule check', /did you mean rules check\?/],
  ['quarantine', /no command "quarantine"[\s\S]*quarantine list, quarantine replay/],
  ['--as rob', /--as is given, but no command/],
])('tieout %s', (line, says) => {
  expect(refusal(line)).toMatch(says);
});

test('help of the program, of a group, of a command with each option and an example; --version', () => {
  expect(asked('--help')).toEqual({ is: 'help', about: [] });
  expect(asked('--version')).toEqual({ is: 'version' });
  expect(asked('help statement')).toMatchObject({ about: [{ name: 'statement' }] });
  expect(asked('rules --help')).toMatchObject({ about: COMMANDS.filter((c) => c.name.startsWith('rules ')) });
  expect(asked('statement -h')).toMatchObject({ about: [{ name: 'statement' }] });
  expect(refusal('statement --help --bogus')).toMatch(/no option --bogus/);
  for (const command of COMMANDS) {
    const text = commandHelp([command]);
    expect(programHelp(COMMANDS)).toContain(command.summary);
    for (const [name, option] of Object.entries({ ...command.options, ...GLOBAL_OPTIONS })) {
      expect(text).toContain(`--${name}`);
      if (option.type === 'string') expect(text, `${command.name} --${name}`).toContain(`example --${name} `);
    }
  }
});

test('an option has one type whatever the command, or it could not stand before it; its example has the form of its values', () => {
  const types = new Map<string, string>();
  for (const { name, options } of COMMANDS)
    for (const [option, said] of Object.entries({ ...options, ...GLOBAL_OPTIONS })) {
      expect(types.get(option) ?? said.type, `${name} --${option}`).toBe(said.type);
      types.set(option, said.type);
      expect(said.says).not.toMatch(/^[A-Z]|\.$/);
      if (said.type === 'string') expect(said.example).toMatch(VALUES[said.value] ?? /./);
    }
});

test('what a line begins with is loaded alone, by the name that it has in the help', async () => {
  for (const { name } of COMMANDS)
    expect((await commandsFor([...name.split(' '), '--json'])).map((one) => one.name)).toEqual([name]);
  for (const words of [
    ['--as', 'rob', 'approve'],
    ['help', 'post'],
    ['constructor'],
    ['rules', '--json', 'check'],
    [],
  ])
    expect(await commandsFor(words)).toHaveLength(COMMANDS.length);
});

test('docs/commands.md says what the table says', () => {
  const path = 'docs/commands.md';
  const text = commandDocs(COMMANDS);
  if (process.env['TIEOUT_UPDATE'] === '1') writeFileSync(path, text);
  expect(readFileSync(path, 'utf8')).toBe(text);
});
