// Law 9: what a closed period holds stays as it was reported. No decision takes apart a match that lies in one.
import { DecisionRefused } from '../../src/errors.ts';

/** @param closed periods that stand in the way; none: nothing happens. Throws a `DecisionRefused` that names them */
export function requireOpen(where: string, closed: readonly string[]): void {
  if (closed.length === 0) return;
  throw new DecisionRefused({
    where,
    what: 'what it matched lies in closed periods',
    found: closed.join(', '),
    todo: 'reopen the period in the ERP and take its periods in again (tieout ingest periods), or correct by new entries',
  });
}

/** @param certified periods that stand in the way; none: nothing happens. Throws a `DecisionRefused` that names them */
export function requireUncertified(where: string, certified: readonly string[]): void {
  if (certified.length === 0) return;
  throw new DecisionRefused({
    where,
    what: 'certified periods stand on it; nothing was changed',
    found: certified.join(', '),
    todo: 'two persons open one again: tieout certify PERIOD --company C --reopen --as USER --why TEXT, then tieout approve',
  });
}
