// What the intake asks, answered from configuration and rulebook: the one place where both are bound to it.
import type pg from 'pg';
import { eventContext, isAuthoritative } from '../../src/config/eventContext.ts';
import type { Config } from '../../src/config/model.ts';
import { postingCompanies } from '../../src/config/postingCompanies.ts';
import { readFiscalPeriods } from '../../src/db/intake/fiscalPeriods.ts';
import type { RunCrash } from '../../src/crashPoints.ts';
import type { IntakeContext } from '../../src/intake/context.ts';
import { BRAKES } from '../../src/posting/brakes.ts';
import type { Rulebook } from '../../src/rulebook/model.ts';

export async function intakeContext(
  client: pg.ClientBase | pg.Pool,
  config: Config,
  rulebook: Rulebook,
  clock: () => number,
  actor: string,
  crash?: RunCrash,
): Promise<IntakeContext> {
  const events = eventContext(config);
  const company = postingCompanies(config, await readFiscalPeriods(client));
  return {
    rulebook,
    startDate: config.startDate,
    events,
    company,
    rate: (from, to, day) => events.rate(from, to, day),
    isAuthoritative: (source, type, location, day) => isAuthoritative(config, source, type, location, day),
    closedPeriods: (code) => config.companies.get(code)?.closedPeriods.default ?? 'nextOpen',
    brakes: (code) => config.companies.get(code)?.brakes ?? BRAKES,
    clock,
    actor,
    ...(crash === undefined ? {} : { crash }),
  };
}
