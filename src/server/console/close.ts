// Close: the periods of a company, what stands in the way of closing one, a certified page again, and the words that certify and
// reopen. Certifying is asked for with the personal key.
import { certify, type CloseStatus, lookAtClose, proposeReopening } from '../../../jobs/decisions/certify.ts';
import { hasCompany } from '../../../jobs/decisions/ownCompanies.ts';
import { transaction } from '../../db/connection.ts';
import { type Certification, readCertifications } from '../../db/decisions/certification.ts';
import { readFiscalPeriods, type StoredPeriod } from '../../db/intake/fiscalPeriods.ts';
import { lastRun } from '../../db/run/completeRun.ts';
import { UserError } from '../../errors.ts';
import type { Asked, ConsolePage } from './page.ts';

export interface CloseAnswer {
  /** Of the person's companies, newest first. */
  periods: (StoredPeriod & { certified: Certification | null })[];
  company: string;
  period: string;
  /** null where there is no such period yet, or no run has looked that far: then `why` says so. */
  status: CloseStatus | null;
  why: string;
}

export const closePage: ConsolePage = (routes) => {
  routes.get('close', answer);
  routes.post('close/certify', async (asked): Promise<{ did: string }> => {
    const { company, period } = named(asked);
    const by = await asked.byKey();
    await certify({ ...asked, by, why: reason(asked) }, company, period);
    return { did: `${company} ${period} is certified` };
  });
  routes.post('close/reopen', async (asked): Promise<{ did: string }> => {
    const { company, period } = named(asked);
    const by = await asked.byKey();
    const id = await proposeReopening({ ...asked, by, why: reason(asked) }, company, period);
    return { did: `${id} waits for another person` };
  });
};

async function answer(asked: Asked): Promise<CloseAnswer> {
  const { db, config, by, param } = asked;
  const run = await transaction(db, (client) => lastRun(client));
  const certified = await readCertifications(db.pool);
  const periods = (await readFiscalPeriods(db.pool))
    .filter((one) => hasCompany(by, one.company) && config.companies.has(one.company))
    .map((one) => ({ ...one, certified: certified.find((each) => isOf(each, one)) ?? null }))
    .toSorted((a, b) => (a.to === b.to ? (a.company < b.company ? -1 : 1) : a.to < b.to ? 1 : -1));
  const chosen =
    periods.find((one) => one.company === param('company') && one.period === param('period')) ??
    periods.find((one) => run !== undefined && one.to <= run.asOf) ??
    periods[0];
  if (chosen === undefined)
    return { periods, company: '', period: '', status: null, why: 'No ERP has told its periods yet.' };
  const { company, period } = chosen;
  try {
    return { periods, company, period, status: await lookAtClose(asked, company, period), why: '' };
  } catch (error) {
    if (!(error instanceof UserError)) throw error;
    const { what, todo = '' } = error.parts;
    const why = `${what.slice(0, 1).toUpperCase()}${what.slice(1)}. To do: ${todo}`;
    return { periods, company, period, status: null, why };
  }
}

const isOf = (one: Certification, period: StoredPeriod): boolean =>
  one.company === period.company && one.fiscalYear === period.fiscalYear && one.period === period.period;

/** Another company's period is not there for this person. */
function named({ body, by }: Asked): { company: string; period: string } {
  const { company, period } = body;
  if (typeof company === 'string' && typeof period === 'string' && hasCompany(by, company))
    return { company, period };
  throw new UserError({ what: 'company and period: expected one period of a company of yours' });
}

const reason = ({ body }: Asked): string =>
  typeof body['why'] === 'string' ? body['why'].slice(0, 2_000) : '';
