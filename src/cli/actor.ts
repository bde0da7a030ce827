// Who stands behind `--as USER`: proved by that user's key, from the file that `--key` names or from TIEOUT_KEY, never
// from the command line itself, where other users of the machine could read it.
import { readFileSync } from 'node:fs';
import { userInfo } from 'node:os';

import type { Actor } from '../../jobs/administration/userKeys.ts';
import { authenticate } from '../../jobs/administration/userKeys.ts';
import type { Database } from '../db/connection.ts';
import { UserError } from '../errors.ts';
import type { CommandContext } from './command.ts';
import { textOption } from './command.ts';
import type { Options } from './option.ts';

/** For the `options` of a command that takes `--as`. */
export const ACTOR_OPTIONS = {
  as: {
    type: 'string',
    value: 'USER',
    says: "whose word this is; proved by that person's key",
    example: 'ben',
    needed: true,
  },
  key: {
    type: 'string',
    value: 'FILE',
    says: 'the file with the key; without it the key is read from TIEOUT_KEY',
    example: '~/.tieout/ben.key',
  },
} as const satisfies Options;

const WHY = { type: 'string', value: 'TEXT', says: 'the reason, kept with the decision' } as const;

/** For a decision that has to say why. */
export const DECISION_OPTIONS = {
  ...ACTOR_OPTIONS,
  why: { ...WHY, example: 'credit note follows in November', needed: true },
} as const satisfies Options;

/** For a decision that may say why. */
export const WORD_OPTIONS = {
  ...ACTOR_OPTIONS,
  why: { ...WHY, example: 'checked against the till roll' },
} as const satisfies Options;

/** The proven person. Throws a `UserError` without `--as`, without a key, or with a wrong one. */
export async function actorOf(context: CommandContext, db: Database): Promise<Actor> {
  const name = textOption(context, 'as');
  if (name === undefined) {
    throw new UserError({
      what: 'this needs a person',
      expected: '--as USER, with --key FILE or TIEOUT_KEY',
    });
  }
  const key = readKey(context);
  const now = new Date(context.clock()).toISOString();
  const proof = await authenticate(db, { name, key, osUser: osUser(), now });
  if (proof.ok) return proof.actor;
  throw new UserError({
    where: `--as ${name}`,
    what: 'this key does not prove that you are that user',
    expected: `a valid key of ${name}: not expired, not revoked`,
    todo: 'an admin gives new keys: tieout users revoke, then tieout users add',
  });
}

function readKey(context: CommandContext): string {
  const file = textOption(context, 'key');
  if (file !== undefined) {
    try {
      return readFileSync(file, 'utf8');
    } catch (error) {
      throw new UserError({
        where: `--key ${file}`,
        what: 'cannot be read',
        found: (error as Error).message,
      });
    }
  }
  const key = context.env['TIEOUT_KEY'];
  if (key !== undefined && key !== '') return key;
  throw new UserError({ what: 'no key is given', expected: '--key FILE, or the key in TIEOUT_KEY' });
}

/** The operating system's account, recorded beside the user. */
export function osUser(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid ${process.getuid?.() ?? 'unknown'}`; // an account without a name, as in some containers
  }
}
