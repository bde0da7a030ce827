// What Tryton calls by id and we call by code: companies, accounts, periods, journals, currencies, cost centres. Read
// once and kept for some minutes; a code that is not there is looked up afresh once before it is called unknown.
import type { IsoDate } from '../../accounting/dates.ts';
import type { ErpCall } from '../contract.ts';
import type { TrytonSession } from './session.ts';
import { dateOf, flagOf, idOf, related, rowsOf, textOf, type TrytonRow, type TrytonValue } from './values.ts';

export interface TrytonAccount {
  id: number;
  code: string;
  name: string;
  closed: boolean;
  /** Lines on it need a party. */
  partyRequired: boolean;
}

export interface TrytonPeriod {
  id: number;
  name: string;
  fiscalYear: string;
  fiscalYearId: number;
  from: IsoDate;
  to: IsoDate;
  state: 'open' | 'close' | 'locked';
  type: string;
}

/** One company's master data by code. */
export interface Chart {
  readonly company: number;
  readonly currency: string;
  readonly accounts: ReadonlyMap<string, TrytonAccount>;
  readonly periods: readonly TrytonPeriod[];
  readonly journal: number | undefined;
  /** Currency ids by ISO code. */
  readonly currencies: ReadonlyMap<string, number>;
  /** Cost centre ids by code, under the root that carries locations; and under the one that carries dimensions. */
  readonly locations: ReadonlyMap<string, number>;
  readonly dimensions: ReadonlyMap<string, number>;
  readonly party: number | undefined;
}

/** Which of Tryton's records stand for what. */
export interface ChartSettings {
  /** Tryton's company id, by our company code. */
  companies: ReadonlyMap<string, string>;
  /** Code of the journal that our moves go to. */
  journal: string;
  /** Code of the analytic root whose accounts are our locations, and dimensions; '' where there is none. */
  locationRoot: string;
  dimensionRoot: string;
  /** Code of the party for accounts that ask for one; '' for none. */
  party: string;
}

export interface Charts {
  /** @throws Fault where Tryton cannot be read or does not show the company */
  of(company: string, call: ErpCall): Promise<Chart>;
  /** Has it read again at the next call; false where the last reading is only a moment old. */
  forget(company: string): boolean;
}

const KEPT_MS = 5 * 60_000;
// An unknown code makes us look again, but ten thousand of them must not read the chart ten thousand times.
const FRESH_MS = 10_000;

export function trytonCharts(
  session: TrytonSession,
  settings: ChartSettings,
  now: () => number = Date.now,
): Charts {
  const kept = new Map<string, { at: number; chart: Promise<Chart> }>();
  return {
    of: (company, call) => {
      const held = kept.get(company);
      if (held !== undefined && now() - held.at < KEPT_MS) return held.chart;
      const chart = readChart(session, settings, company, call);
      kept.set(company, { at: now(), chart });
      chart.catch(() => kept.delete(company));
      return chart;
    },
    forget: (company) => {
      const held = kept.get(company);
      return held !== undefined && now() - held.at > FRESH_MS && kept.delete(company);
    },
  };
}

async function readChart(
  session: TrytonSession,
  settings: ChartSettings,
  code: string,
  call: ErpCall,
): Promise<Chart> {
  const company = companyId(settings, code);
  const context = { company };
  const search = async (
    model: string,
    domain: TrytonValue,
    fields: readonly string[],
  ): Promise<TrytonRow[]> =>
    rowsOf(
      await session.read(
        `model.${model}.search_read`,
        [domain, 0, null, [['id', 'ASC']], fields],
        context,
        call,
      ),
    );

  const mine: TrytonValue = ['company', '=', company];
  const [self] = await search('company.company', [['id', '=', company]], ['currency.code']);
  if (self === undefined) {
    throw new Error(
      `Tryton shows no company ${company}: is it among the user's companies, with company filter "all"?`,
    );
  }
  const accounts = await search(
    'account.account',
    [mine, ['type', '!=', null], ['code', '!=', null]],
    ['code', 'name', 'closed', 'party_required'],
  );
  const analytic = await search(
    'analytic_account.account',
    [mine, ['type', '=', 'normal']],
    ['code', 'root.code'],
  );
  const journals = await search('account.journal', [['code', '=', settings.journal]], ['code']);
  const currencies = await search('currency.currency', [], ['code']);
  const parties =
    settings.party === '' ? [] : await search('party.party', [['code', '=', settings.party]], ['code']);
  return {
    company,
    currency: textOf(related(self, 'currency'), 'code'),
    accounts: new Map(accounts.map((row) => [textOf(row, 'code'), accountOf(row)])),
    periods: await readTrytonPeriods(session, company, call),
    journal: journals[0] === undefined ? undefined : idOf(journals[0]),
    currencies: new Map(currencies.map((row) => [textOf(row, 'code'), idOf(row)])),
    locations: under(analytic, settings.locationRoot),
    dimensions: under(analytic, settings.dimensionRoot),
    party: parties[0] === undefined ? undefined : idOf(parties[0]),
  };
}

/** Tryton's id of our company. @throws Error where the settings name none */
export function companyId(settings: ChartSettings, code: string): number {
  const id = settings.companies.get(code);
  if (id === undefined || !/^\d+$/.test(id))
    throw new Error(`no Tryton company id is set for company ${code}`);
  return Number(id);
}

/** All periods of a company, oldest first. */
export async function readTrytonPeriods(
  session: TrytonSession,
  company: number,
  call: ErpCall,
): Promise<TrytonPeriod[]> {
  const domain: TrytonValue = [['fiscalyear.company', '=', company]];
  const order: TrytonValue = [['start_date', 'ASC']];
  const fields: TrytonValue = ['name', 'fiscalyear.name', 'start_date', 'end_date', 'state', 'type'];
  const rows = await session.read(
    'model.account.period.search_read',
    [domain, 0, null, order, fields],
    { company },
    call,
  );
  return rowsOf(rows).map((row) => ({
    id: idOf(row),
    name: textOf(row, 'name'),
    fiscalYear: textOf(related(row, 'fiscalyear'), 'name'),
    fiscalYearId: idOf(related(row, 'fiscalyear')),
    from: dateOf(row, 'start_date') as IsoDate,
    to: dateOf(row, 'end_date') as IsoDate,
    state: textOf(row, 'state') as TrytonPeriod['state'],
    type: textOf(row, 'type'),
  }));
}

function accountOf(row: TrytonRow): TrytonAccount {
  return {
    id: idOf(row),
    code: textOf(row, 'code'),
    name: textOf(row, 'name'),
    closed: flagOf(row, 'closed'),
    partyRequired: flagOf(row, 'party_required'),
  };
}

function under(analytic: readonly TrytonRow[], root: string): ReadonlyMap<string, number> {
  const members = analytic.filter((row) => root !== '' && textOf(related(row, 'root'), 'code') === root);
  return new Map(members.map((row) => [textOf(row, 'code'), idOf(row)]));
}

/** The period of a day: the one that the journal names where the day is in it, else the standard one. */
export function periodOf(chart: Chart, day: IsoDate, name: string): TrytonPeriod | undefined {
  const holding = chart.periods.filter((period) => period.from <= day && day <= period.to);
  return (
    holding.find((period) => period.name === name) ?? holding.find((period) => period.type === 'standard')
  );
}
