// Microsoft Dynamics 365 Business Central, API v2.0. It has no idempotency of any kind, so every step asks first what is
// there: entries (posted), a batch and its lines (not posted), or nothing.
import { authority, readAuth, secretsIn, type AuthSettings } from './auth.ts';
import { listedOrFault, query, quoted } from './businessCentral/calls.ts';
import {
  documentsOf,
  readBcAccounts,
  readBcBalances,
  readBcPeriods,
  readEntries,
  type BcCompany,
} from './businessCentral/entries.ts';
import { postBatch } from './businessCentral/post.ts';
import type { Capabilities, ErpAdapter, ErpCall } from './contract.ts';
import { erpHttp, type ErpHttp } from './exchange.ts';
import { httpClient } from './http.ts';
import { asText } from './jsonText.ts';
import { settingReader, type ErpEntry } from './settings.ts';

/** What an entry `adapter: business-central` under `erps:` says. */
export interface BusinessCentralSettings {
  /** `https://api.businesscentral.dynamics.com/v2.0/<tenant>/<environment>/api/v2.0`. */
  url: string;
  credentials: AuthSettings;
  /** Business Central's company name, by our company code; a code that is not listed is its own name. */
  companies: ReadonlyMap<string, string>;
  locationDimension: string;
  dimensionDimension: string;
  lookLagSeconds: number;
}

/** @throws UserError where a setting is missing, unknown or of another form */
export function businessCentralSettings(entry: ErpEntry): BusinessCentralSettings {
  const read = settingReader(entry);
  const settings: BusinessCentralSettings = {
    url: read.url('url'),
    credentials: readAuth(read, 'oauth'),
    companies: read.pairs('companies'),
    locationDimension: read.optional('locationDimension', ''),
    dimensionDimension: read.optional('dimensionDimension', ''),
    lookLagSeconds: read.count('lookLagSeconds', 30),
  };
  read.finish();
  return settings;
}

function capabilities(settings: BusinessCentralSettings): Capabilities {
  return {
    idempotency: 'none',
    externalId: false,
    look: 'byReference',
    // A read-only replica may serve GETs.
    lookLagSeconds: settings.lookLagSeconds,
    documentIdInAnswer: false,
    batchAtomic: true,
    maxBatch: 1,
  };
}

export function businessCentralAdapter(
  settings: BusinessCentralSettings,
  now: () => Date = () => new Date(),
): ErpAdapter {
  const client = httpClient({ baseUrl: settings.url, secrets: secretsIn(settings.credentials) });
  const http = erpHttp(
    client,
    authority(settings.credentials, client, () => now().getTime()),
  );
  const companies = new Map<string, Promise<BcCompany>>();
  const companyOf = (code: string, call: ErpCall): Promise<BcCompany> => {
    const held = companies.get(code) ?? readCompany(http, settings, code, call);
    companies.set(code, held);
    held.catch(() => companies.delete(code));
    return held;
  };
  return {
    capabilities: capabilities(settings),
    post: async (journal, call) => {
      let company;
      try {
        company = await companyOf(journal.company, call);
      } catch (error) {
        // Nothing has been written yet.
        return { kind: 'notExecuted', message: http.scrub((error as Error).message) };
      }
      return postBatch(http, company, journal, call);
    },
    look: async (journal, call) => {
      try {
        const found = await documentsOf(http, await companyOf(journal.company, call), journal, call);
        if (!found.ok)
          return { kind: 'unreachable', message: 'message' in found.outcome ? found.outcome.message : '' };
        return found.value.length === 0 ? { kind: 'absent' } : { kind: 'found', documents: found.value };
      } catch (error) {
        return { kind: 'unreachable', message: http.scrub((error as Error).message) };
      }
    },
    readLedger: async function* (scope, call) {
      yield* readEntries(http, await companyOf(scope.company, call), scope, call);
    },
    readBalances: async (scope, call) =>
      readBcBalances(http, await companyOf(scope.company, call), scope, call, now()),
    readPeriods: async (company, call) =>
      readBcPeriods(http, await companyOf(company, call), company, call, now()),
    readAccounts: async (company, call) =>
      readBcAccounts(http, await companyOf(company, call), company, call),
    close: () => Promise.resolve(http.close()),
  };
}

async function readCompany(
  http: ErpHttp,
  settings: BusinessCentralSettings,
  code: string,
  call: ErpCall,
): Promise<BcCompany> {
  const name = settings.companies.get(code) ?? code;
  const [company] = await listedOrFault(
    http,
    query('companies', { $filter: `name eq ${quoted(name)}` }),
    call,
  );
  if (company === undefined) throw new Error(`Business Central has no company named ${name}`);
  const path = `companies(${asText(company.id)})`;
  const [information] = await listedOrFault(http, `${path}/companyInformation`, call);
  return {
    path,
    currency: asText(information?.currencyCode),
    locationDimension: settings.locationDimension,
    dimensionDimension: settings.dimensionDimension,
  };
}
