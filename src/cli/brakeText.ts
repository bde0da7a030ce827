// Brakes that are on, a line each, with the command that lets go.
import type { Brake } from '../db/brakes/brakes.ts';

export function brakeLines(brakes: readonly Omit<Brake, 'brake'>[]): string[] {
  return brakes.map(
    ({ company, ledger, why, since }) =>
      `brake       ${company}/${ledger} since ${since.slice(0, 16)}: ${why}. Nothing is proposed or sent there: tieout release ${company} ${ledger} --as USER --why TEXT`,
  );
}
