// Who may decide what, in one table. Every job that changes something asks it, so that command line, workbook and service
// cannot differ. That two persons are two is held by the database as well.
import type { Role } from '../../entities/appUser.ts';
import { DecisionRefused, UserError } from '../../src/errors.ts';
import type { Actor } from '../administration/userKeys.ts';

/** What one decision needs. */
export interface Permission {
  /** Completes "may not ...". */
  act: string;
  roles: readonly Role[];
  /** A decision without its reason is none. */
  reason: boolean;
  /** When another person has to agree; `journal`: to the journal that it proposes. */
  second: 'never' | 'always' | 'above acceptLimit' | 'with later runs' | 'journal';
  /** It is about all companies at once: not for a person who has only some. Every other decision is held to theirs. */
  everywhere?: boolean;
}

const DESK: readonly Role[] = ['preparer', 'reviewer'];
const DESK_AND_POSTER: readonly Role[] = ['preparer', 'reviewer', 'poster'];
const DESK_AND_OTHERS: readonly Role[] = ['preparer', 'reviewer', 'poster', 'admin'];
const CHECKER: readonly Role[] = ['reviewer'];
const ADMIN: readonly Role[] = ['admin'];

export const PERMISSIONS = {
  accept: { act: 'accept differences', roles: DESK, reason: true, second: 'above acceptLimit' },
  reopen: { act: 'reopen accepted differences', roles: DESK, reason: true, second: 'never' },
  comment: { act: 'comment on cases', roles: DESK_AND_OTHERS, reason: true, second: 'never' },
  assign: { act: 'assign cases', roles: DESK_AND_OTHERS, reason: false, second: 'never' },
  'put aside': { act: 'put cases aside', roles: DESK_AND_POSTER, reason: true, second: 'never' },
  match: { act: 'match by hand', roles: DESK, reason: true, second: 'never' },
  unmatch: { act: 'take matches apart', roles: DESK, reason: true, second: 'never' },
  'undo run': { act: 'undo runs', roles: DESK, reason: false, second: 'with later runs', everywhere: true },
  dismiss: { act: 'put refused records aside', roles: DESK, reason: true, second: 'never', everywhere: true },
  override: { act: 'override documents', roles: DESK, reason: true, second: 'journal' },
  release: {
    act: 'release brakes',
    roles: ['preparer', 'reviewer', 'admin'],
    reason: true,
    second: 'always',
  },
  'withdraw batch': {
    act: 'take deliveries back',
    roles: DESK,
    reason: true,
    second: 'always',
    everywhere: true,
  },
  rederive: {
    act: 'propose to apply a changed rulebook',
    roles: DESK,
    reason: false,
    second: 'always',
    everywhere: true,
  },
  'approve rederivation': {
    act: 'approve a rederivation',
    roles: CHECKER,
    reason: false,
    second: 'never',
    everywhere: true,
  },
  'reject rederivation': {
    act: 'reject a rederivation',
    roles: CHECKER,
    reason: false,
    second: 'never',
    everywhere: true,
  },
  'approve rules': { act: 'approve rules', roles: CHECKER, reason: false, second: 'never', everywhere: true },
  'approve journal': { act: 'approve journals', roles: CHECKER, reason: false, second: 'never' },
  'reject journal': { act: 'reject journals', roles: CHECKER, reason: true, second: 'never' },
  'second word': {
    act: 'say the second word on a decision',
    roles: CHECKER,
    reason: false,
    second: 'never',
  },
  resolve: { act: 'settle postings', roles: DESK_AND_POSTER, reason: true, second: 'always' },
  reverse: { act: 'reverse journals', roles: DESK_AND_POSTER, reason: true, second: 'journal' },
  certify: { act: 'certify periods', roles: CHECKER, reason: false, second: 'never' },
  'reopen period': { act: 'reopen certified periods', roles: DESK, reason: true, second: 'always' },
  close: { act: 'propose closing entries', roles: DESK_AND_POSTER, reason: true, second: 'journal' },
  'users add': { act: 'add users', roles: ADMIN, reason: false, second: 'never', everywhere: true },
  'evidence key': {
    act: 'make the key that signs evidence',
    roles: ADMIN,
    reason: false,
    second: 'never',
    everywhere: true,
  },
  'keys add': { act: 'give keys to senders', roles: ADMIN, reason: false, second: 'never', everywhere: true },
  'keys revoke': {
    act: 'revoke keys of senders',
    roles: ADMIN,
    reason: false,
    second: 'never',
    everywhere: true,
  },
  'users revoke': { act: 'revoke users', roles: ADMIN, reason: false, second: 'never', everywhere: true },
} as const satisfies Readonly<Record<string, Permission>>;
export type Decided = keyof typeof PERMISSIONS;

/** What this person may decide. */
export function decisionsOf({ role, companies }: Pick<Actor, 'role' | 'companies'>): Decided[] {
  const all = Object.entries(PERMISSIONS) as [Decided, Permission][];
  return all.flatMap(([decided, { roles, everywhere = false }]) =>
    roles.includes(role) && !(everywhere && companies !== undefined) ? [decided] : [],
  );
}

/**
 * Throws unless this person may decide that and has said why where a reason is due.
 * @throws DecisionRefused by role, UserError for the missing reason
 */
export function permit(by: Actor, decided: Decided, why: string): void {
  const { act, roles, reason, everywhere = false }: Permission = PERMISSIONS[decided];
  if (!roles.includes(by.role))
    throw new DecisionRefused({
      where: `--as ${by.name}`,
      what: `${by.name} may not ${act}`,
      expected: `role ${roles.join(' or ')}`,
      found: `role ${by.role}`,
    });
  if (everywhere && by.companies !== undefined)
    throw new DecisionRefused({
      where: `--as ${by.name}`,
      what: `${by.name} may not ${act}: that is about all companies`,
      expected: 'a user without --companies',
      found: `companies ${by.companies.join(', ')}`,
    });
  if (reason && why.trim() === '')
    throw new UserError({ where: '--why', what: 'this needs its reason', expected: '--why TEXT' });
}
