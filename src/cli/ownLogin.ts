// Sending money is for the program's own login only: whoever has the connection of the tables' owner could write the second
// person's word by hand.
import type { Config } from '../config/model.ts';
import { readLogin } from '../db/appLogin.ts';
import type { Database } from '../db/connection.ts';
import { UserError } from '../errors.ts';

/** @throws UserError where this login owns the tables and the configuration does not trust it */
export async function requireOwnLogin(db: Database, config: Config): Promise<void> {
  if (config.trustOwner) return;
  const { name, app, owner } = await readLogin(db.pool);
  if (!owner) return;
  throw new UserError({
    where: 'DATABASE_URL',
    what: "this login is the owner of the tables, so it could write the second person's word by itself",
    expected: `the login of the program, ${app}`,
    found: name,
    todo: 'tieout migrate with the owner in TIEOUT_OWNER_URL makes that login and shows its password once; for a trial only: database: { trustOwner: true }',
  });
}
