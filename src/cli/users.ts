// `users add`, `users list` and `users revoke`: people and their keys. The key goes to standard output once and nowhere else.
import { addUser, listUsers, revokeUser } from '../../jobs/administration/users.ts';
import { UserError } from '../errors.ts';
import { ACTOR_OPTIONS, actorOf, osUser } from './actor.ts';
import type { Command, CommandContext } from './command.ts';
import { textOption } from './command.ts';
import { type TableColumn, tableLines } from './table.ts';
import { withDatabase } from './withDatabase.ts';
import type { Config } from '../config/model.ts';

export const usersAdd: Command = {
  name: 'users add',
  words: 'NAME',
  summary: 'adds a person and shows the key once; the first person, an admin, needs no --as',
  options: {
    role: {
      type: 'string',
      value: 'ROLE',
      says: 'preparer, reviewer, poster, admin or auditor (docs/operators.md)',
      example: 'reviewer',
      needed: true,
    },
    ...ACTOR_OPTIONS,
    days: { type: 'string', value: 'N', says: 'how long the key is valid', example: '90' },
    'os-account': {
      type: 'string',
      value: 'NAME',
      says: 'the account of the operating system that is this person',
      example: 'b.mueller',
    },
    companies: {
      type: 'string',
      value: 'COMPANY',
      says: 'sees and decides only what is of it; several with commas; without it all companies',
      example: 'US01,DE01',
    },
  },
  async run(context) {
    const name = oneName(context, usersAdd);
    const days = daysOf(context);
    const osAccount = textOption(context, 'os-account');
    const added = await withDatabase(context, async ({ db, config }) => {
      const companies = companiesOf(context, config);
      const by = textOption(context, 'as') === undefined ? undefined : await actorOf(context, db);
      return addUser(db, {
        name,
        role: textOption(context, 'role') ?? '',
        osUser: osUser(),
        now: context.clock(),
        ...(by === undefined ? {} : { by }),
        ...(days === undefined ? {} : { days }),
        ...(osAccount === undefined ? {} : { osAccount }),
        companies,
      });
    });
    if (context.json) context.print(JSON.stringify(added));
    else {
      const until = added.expiresAt === null ? 'until it is revoked' : `until ${added.expiresAt}`;
      context.print(`${added.name} is ${added.role}. The key, shown once, valid ${until}:`);
      context.print(added.key);
    }
    return 0;
  },
};

const COLUMNS: readonly TableColumn[] = [
  { key: 'name', title: 'name' },
  { key: 'role', title: 'role' },
  { key: 'osAccount', title: 'account' },
  { key: 'companies', title: 'companies' },
  { key: 'since', title: 'since' },
  { key: 'revokedAt', title: 'revoked' },
  { key: 'keys', title: 'valid keys', right: true },
  { key: 'failedTries', title: 'wrong keys', right: true },
];

export const usersList: Command = {
  name: 'users list',
  words: '',
  summary: 'who may decide, in which role, since when; revoked ones too',
  async run(context) {
    const users = await withDatabase(context, ({ db }) => listUsers(db, context.clock()));
    if (context.json) for (const user of users) context.print(JSON.stringify(user));
    else if (users.length === 0) context.print('No users.');
    else {
      const rows = users.map((user) => ({
        ...user,
        osAccount: user.osAccount ?? '',
        companies: user.companies.length === 0 ? 'all' : user.companies.join(', '),
        revokedAt: user.revokedAt ?? '',
        keys: String(user.keys),
        failedTries: String(user.failedTries),
      }));
      for (const line of tableLines(COLUMNS, rows)) context.print(line);
    }
    return 0;
  },
};

export const usersRevoke: Command = {
  name: 'users revoke',
  words: 'NAME',
  summary: "ends a person's rights and keys at once",
  options: ACTOR_OPTIONS,
  async run(context) {
    const name = oneName(context, usersRevoke);
    await withDatabase(context, async ({ db }) => {
      const by = await actorOf(context, db);
      await revokeUser(db, { name, by, now: context.clock() });
    });
    context.print(context.json ? JSON.stringify({ revoked: name }) : `${name} is revoked.`);
    return 0;
  },
};

/** The one word that a command takes. */
export function oneName(context: CommandContext, command: Command): string {
  const [name, ...more] = context.args;
  if (name !== undefined && more.length === 0) return name;
  throw new UserError({
    where: command.name,
    what: `one ${command.words} is needed`,
    todo: `tieout ${command.name} --help`,
  });
}

/** Value of `--days`. */
/** Codes that the configuration has: a typing mistake would show nothing to anybody. */
function companiesOf(context: CommandContext, config: Config): string[] {
  const text = textOption(context, 'companies');
  if (text === undefined) return [];
  const codes = text.split(',').map((code) => code.trim());
  const unknown = codes.find((code) => !config.companies.has(code));
  if (unknown === undefined) return [...new Set(codes)].sort();
  throw new UserError({
    where: '--companies',
    what: 'tieout.yaml has no such company',
    expected: [...config.companies.keys()].join(', '),
    found: JSON.stringify(unknown),
  });
}

export function daysOf(context: CommandContext): number | undefined {
  const text = textOption(context, 'days');
  if (text === undefined) return undefined;
  if (/^[1-9]\d{0,4}$/.test(text)) return Number.parseInt(text, 10);
  throw new UserError({
    where: '--days',
    what: 'not a number of days',
    expected: '1 to 99999',
    found: text,
  });
}
