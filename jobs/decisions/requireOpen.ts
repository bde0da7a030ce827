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
