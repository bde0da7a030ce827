// Odoo behind the contract, by JSON-2 (19 and later) or JSON-RPC (before). Nothing in it is unique to us, so posting goes
// by draft and id, and lock dates are read before, because Odoo may silently move a date that is locked.
import type { Capabilities, ErpAdapter, ErpCall } from './contract.ts';
import { httpClient } from './http.ts';
import { asText, JsonNumber, type JsonOut } from './jsonText.ts';
import { odooCaller, type Odoo, type OdooLogin } from './odoo/call.ts';
import { lookForEntry, postEntry } from './odoo/post.ts';
import {
  idIn,
  inCompany,
  periodsOf,
  readLocks,
  readOdooAccounts,
  readOdooBalances,
  readOdooLines,
  type OdooBooks,
} from './odoo/read.ts';
import { settingReader, type ErpEntry } from './settings.ts';

/** What an entry `adapter: odoo` under `erps:` says. */
export interface OdooSettings extends OdooLogin {
  url: string;
  /** Odoo's company id, by our company code. */
  companies: ReadonlyMap<string, string>;
  /** Code of the journal. */
  journal: string;
  /** Names of the analytic plans that carry locations and dimensions; '' for none. */
  locationPlan: string;
  dimensionPlan: string;
  /** Fields of res.company that hold lock dates. */
  lockFields: readonly string[];
}

/** @throws UserError where a setting is missing, unknown or of another form */
export function odooSettings(entry: ErpEntry): OdooSettings {
  const read = settingReader(entry);
  const settings: OdooSettings = {
    url: read.url('url'),
    database: read.text('database'),
    user: read.text('user'),
    apiKey: read.secret('apiKey'),
    protocol: read.choice('protocol', ['json2', 'jsonrpc'], 'json2'),
    companies: read.pairs('companies'),
    journal: read.optional('journal', 'MISC'),
    locationPlan: read.optional('locationPlan', ''),
    dimensionPlan: read.optional('dimensionPlan', ''),
    lockFields: read.optional('lockFields', 'fiscalyear_lock_date').split(/[ ,]+/),
  };
  read.finish();
  return settings;
}

const CAPABILITIES: Capabilities = {
  idempotency: 'none',
  externalId: false,
  look: 'byReference',
  lookLagSeconds: 0,
  documentIdInAnswer: true,
  batchAtomic: true,
  maxBatch: 1,
};

export function odooAdapter(settings: OdooSettings, now: () => Date = () => new Date()): ErpAdapter {
  const odoo = odooCaller(httpClient({ baseUrl: settings.url, secrets: [settings.apiKey] }), settings);
  const kept = new Map<string, { at: number; books: Promise<OdooBooks> }>();
  const booksOf = (company: string, call: ErpCall): Promise<OdooBooks> => {
    const held = kept.get(company);
    if (held !== undefined && now().getTime() - held.at < KEPT_MS) return held.books;
    const books = readBooks(odoo, settings, company, call);
    kept.set(company, { at: now().getTime(), books });
    books.catch(() => kept.delete(company));
    return books;
  };
  return {
    capabilities: CAPABILITIES,
    post: async (journal, call) => {
      let books: OdooBooks;
      let lockedTo: string;
      try {
        books = await booksOf(journal.company, call);
        lockedTo = await readLocks(odoo, books, settings.lockFields, call);
      } catch (error) {
        // Nothing has been written yet.
        return { kind: 'notExecuted', message: odoo.scrub((error as Error).message) };
      }
      return postEntry(odoo, books, journal, lockedTo, call);
    },
    look: async (journal, call) => {
      try {
        return await lookForEntry(odoo, await booksOf(journal.company, call), journal, call);
      } catch (error) {
        return { kind: 'unreachable', message: odoo.scrub((error as Error).message) };
      }
    },
    readLedger: async function* (scope, call) {
      yield* readOdooLines(odoo, await booksOf(scope.company, call), scope, call);
    },
    readBalances: async (scope, call) =>
      readOdooBalances(odoo, await booksOf(scope.company, call), scope, call, now()),
    readPeriods: async (company, call) => {
      const books = await booksOf(company, call);
      return periodsOf(books, await readLocks(odoo, books, settings.lockFields, call), now());
    },
    readAccounts: async (company, call) => readOdooAccounts(odoo, await booksOf(company, call), call),
    close: () => Promise.resolve(odoo.close()),
  };
}

const KEPT_MS = 5 * 60_000;

async function readBooks(
  odoo: Odoo,
  settings: OdooSettings,
  company: string,
  call: ErpCall,
): Promise<OdooBooks> {
  const companyId = settings.companies.get(company) ?? '';
  if (!/^\d+$/.test(companyId)) throw new Error(`no Odoo company id is set for company ${company}`);
  const context = inCompany({ companyId });
  const id = new JsonNumber(companyId);
  const rows = (model: string, domain: JsonOut, fields: readonly string[]) =>
    odoo.rows(model, { domain, fields, context }, call);
  const [own] = await rows('res.company', [['id', '=', id]], ['currency_id']);
  const currencies = await rows('res.currency', [['active', '=', true]], ['name', 'decimal_places']);
  const accounts = await rows('account.account', [], ['code']);
  const [journal] = await rows(
    'account.journal',
    [
      ['code', '=', settings.journal],
      ['company_id', '=', id],
    ],
    ['code'],
  );
  if (own === undefined || journal === undefined) {
    throw new Error(`Odoo shows no company ${companyId} with a journal ${settings.journal}`);
  }
  const plan = async (name: string): Promise<ReadonlyMap<string, string>> => {
    if (name === '') return new Map();
    const members = await rows('account.analytic.account', [['plan_id.name', '=', name]], ['code']);
    return new Map(members.map((row) => [asText(row.code), asText(row.id)]));
  };
  const ids = new Map(currencies.map((row) => [asText(row.name), asText(row.id)]));
  return {
    company,
    companyId,
    currency: [...ids].find(([, currencyId]) => currencyId === idIn(own.currency_id))?.[0] ?? '',
    accounts: new Map(accounts.map((row) => [asText(row.code), asText(row.id)])),
    accountCodes: new Map(accounts.map((row) => [asText(row.id), asText(row.code)])),
    currencies: ids,
    digits: new Map(currencies.map((row) => [asText(row.name), Number(asText(row.decimal_places))])),
    journalId: asText(journal.id),
    locations: await plan(settings.locationPlan),
    dimensions: await plan(settings.dimensionPlan),
  };
}
