// Tryton 6.0 behind the contract. Every session, code table and device has its own file under tryton/; here is only what
// they are put together from, and the capability sheet that follows from having the module `tieout_key` or not.
import type { Capabilities, ErpAdapter } from './contract.ts';
import { settingReader, type ErpEntry } from './settings.ts';
import { readPostingPeriods, readTrytonBalances } from './tryton/balances.ts';
import { companyId, trytonCharts, type ChartSettings } from './tryton/chart.ts';
import { readTrytonLedger } from './tryton/ledger.ts';
import { moveValues } from './tryton/move.ts';
import { lookForMove, postMove } from './tryton/post.ts';
import { trytonSession, type TrytonLogin } from './tryton/session.ts';
import { sweepTrytonDrafts } from './tryton/sweep.ts';

/** What an entry `adapter: tryton` under `erps:` says. */
export interface TrytonSettings extends TrytonLogin, ChartSettings {
  /** `module`: tieout_key is installed, a repeated create is refused by the database; `none`: stock Tryton. */
  unique: 'module' | 'none';
}

/** @throws UserError where a setting is missing, unknown or of another form */
export function trytonSettings(entry: ErpEntry): TrytonSettings {
  const read = settingReader(entry);
  const settings: TrytonSettings = {
    url: read.url('url'),
    database: read.text('database'),
    user: read.text('user'),
    password: read.secret('password'),
    companies: read.pairs('companies'),
    journal: read.optional('journal', 'STO'),
    locationRoot: read.optional('locationRoot', ''),
    dimensionRoot: read.optional('dimensionRoot', ''),
    party: read.optional('party', ''),
    unique: read.choice('unique', ['module', 'none'], 'none'),
  };
  read.finish();
  return settings;
}

function capabilities(settings: TrytonSettings): Capabilities {
  const keyed = settings.unique === 'module';
  return {
    idempotency: keyed ? 'sync' : 'none',
    externalId: keyed,
    look: 'byReference',
    // PostgreSQL: what is committed is seen by the next call.
    lookLagSeconds: 0,
    documentIdInAnswer: true,
    batchAtomic: true,
    maxBatch: 1,
  };
}

/** @param now the clock, for what is kept for a while and for the time of an extract */
export function trytonAdapter(settings: TrytonSettings, now: () => Date = () => new Date()): ErpAdapter {
  const session = trytonSession(settings, () => now().getTime());
  const charts = trytonCharts(session, settings, () => now().getTime());
  const keyed = settings.unique === 'module';
  return {
    capabilities: capabilities(settings),
    post: async (journal, call) => {
      let chart;
      try {
        chart = await charts.of(journal.company, call);
        // An account or a period may have been opened since the codes were read.
        if (!moveValues(journal, chart, keyed).ok && charts.forget(journal.company)) {
          chart = await charts.of(journal.company, call);
        }
      } catch (error) {
        // Nothing has been written yet.
        return { kind: 'notExecuted', message: (error as Error).message };
      }
      return postMove({ session, chart, keyed }, journal, call);
    },
    look: async (journal, call) => {
      try {
        return await lookForMove(
          { session, chart: await charts.of(journal.company, call), keyed },
          journal,
          call,
        );
      } catch (error) {
        return { kind: 'unreachable', message: (error as Error).message };
      }
    },
    sweepDrafts: (olderThanMs, live, call) => {
      const companies = [...settings.companies.keys()].map((code) => companyId(settings, code));
      return sweepTrytonDrafts(session, companies, new Date(now().getTime() - olderThanMs), live, call);
    },
    readLedger: async function* (scope, call) {
      yield* readTrytonLedger(session, await charts.of(scope.company, call), scope, call);
    },
    readBalances: async (scope, call) =>
      readTrytonBalances(session, await charts.of(scope.company, call), scope, call, now()),
    readPeriods: async (company, call) =>
      readPostingPeriods(session, await charts.of(company, call), company, call, now()),
    readAccounts: async (company, call) => {
      const chart = await charts.of(company, call);
      return [...chart.accounts.values()].map((account) => ({
        company,
        number: account.code,
        name: account.name,
        postable: !account.closed,
      }));
    },
    close: () => Promise.resolve(session.close()),
  };
}
