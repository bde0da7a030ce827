// NetSuite: creates a journal entry with our posting reference as external id, which NetSuite keeps unique; looks and
// reads by SuiteQL. Asynchronous calls carry an idempotency key as well, and a repeat is answered with the first job.
import { authority, readAuth, secretsIn, type AuthSettings } from './auth.ts';
import type { Capabilities, ErpAdapter, ErpCall, OutgoingJournal, PostOutcome } from './contract.ts';
import { erpHttp, postOutcomeOf, type Answered, type ErpHttp } from './exchange.ts';
import { httpClient } from './http.ts';
import { asList, asObject, asText, parseJsonText, writeJson, type JsonOut } from './jsonText.ts';
import { recordOf, recordRefusal, type SuiteIds } from './netsuite/record.ts';
import {
  literal,
  lookByExternalId,
  readSuiteAccounts,
  readSuiteBalances,
  readSuiteLines,
  readSuitePeriods,
  suiteql,
  type SuiteFields,
} from './netsuite/suiteql.ts';
import { uuidOf } from './reference.ts';
import { settingReader, type ErpEntry } from './settings.ts';

/** What an entry `adapter: netsuite` under `erps:` says. */
export interface NetsuiteSettings extends SuiteFields {
  /** `https://<account>.suitetalk.api.netsuite.com`. */
  url: string;
  credentials: AuthSettings;
  /** Internal id of the subsidiary, by our company code. */
  companies: ReadonlyMap<string, string>;
  mode: 'sync' | 'async';
  lookLagSeconds: number;
}

const RECORD = 'services/rest/record/v1/journalentry';
const PLACES = ['', 'location', 'department', 'class'] as const;

/** @throws UserError where a setting is missing, unknown or of another form */
export function netsuiteSettings(entry: ErpEntry): NetsuiteSettings {
  const read = settingReader(entry);
  const settings: NetsuiteSettings = {
    url: read.url('url'),
    credentials: readAuth(read, 'oauth'),
    companies: read.pairs('companies'),
    locationField: read.choice('locationField', PLACES, ''),
    dimensionField: read.choice('dimensionField', PLACES, ''),
    mode: read.choice('mode', ['sync', 'async'], 'sync'),
    lookLagSeconds: read.count('lookLagSeconds', 60),
  };
  read.finish();
  return settings;
}

function capabilities(settings: NetsuiteSettings): Capabilities {
  return {
    idempotency: settings.mode === 'async' ? 'async' : 'sync',
    externalId: true,
    look: 'byReference',
    lookLagSeconds: settings.lookLagSeconds,
    documentIdInAnswer: false,
    batchAtomic: false,
    maxBatch: 1,
  };
}

export function netsuiteAdapter(settings: NetsuiteSettings, now: () => Date = () => new Date()): ErpAdapter {
  const client = httpClient({ baseUrl: settings.url, secrets: secretsIn(settings.credentials) });
  const http = erpHttp(
    client,
    authority(settings.credentials, client, () => now().getTime()),
  );
  const idsOf = keptIds(http, settings, () => now().getTime());
  return {
    capabilities: capabilities(settings),
    post: async (journal, call) => {
      let record;
      try {
        record = recordOf(journal, await idsOf(journal.company, call), settings);
      } catch (error) {
        // Nothing has been written yet.
        return { kind: 'notExecuted', message: http.scrub((error as Error).message) };
      }
      if (!record.ok) return { kind: 'refused', code: record.code, message: record.message };
      return create(http, settings, journal, record.body, call);
    },
    look: (journal, call) => lookByExternalId(http, journal.postingReference, call),
    ...(settings.mode === 'async'
      ? { poll: (jobId, journal, call) => poll(http, jobId, journal, call) }
      : {}),
    readLedger: async function* (scope, call) {
      const ids = await idsOf(scope.company, call);
      yield* readSuiteLines(http, scope, ids.subsidiary, ids.companyCurrency, settings, call);
    },
    readBalances: async (scope, call) => {
      const ids = await idsOf(scope.company, call);
      return readSuiteBalances(http, scope, ids.subsidiary, ids.companyCurrency, call, now());
    },
    readPeriods: (company, call) => readSuitePeriods(http, company, call, now()),
    readAccounts: (company, call) => readSuiteAccounts(http, company, call),
    close: () => Promise.resolve(http.close()),
  };
}

async function create(
  http: ErpHttp,
  settings: NetsuiteSettings,
  journal: OutgoingJournal,
  body: JsonOut,
  call: ErpCall,
): Promise<PostOutcome> {
  const asynchronous = { prefer: 'respond-async', 'x-netsuite-idempotency-key': uuidOf(journal.postingKey) };
  const headers = { 'content-type': 'application/json', ...(settings.mode === 'async' ? asynchronous : {}) };
  const exchange = await http.send({ method: 'POST', path: RECORD, headers, body: writeJson(body) }, call);
  if (exchange.kind !== 'answered') return postOutcomeOf(exchange);
  const job = jobIn(exchange);
  if (exchange.status === 202) {
    return job === ''
      ? { kind: 'unknown', message: 'accepted without a job' }
      : { kind: 'accepted', jobId: job };
  }
  // The key was used before: NetSuite names the job that has it.
  if (exchange.status === 400 && job !== '' && exchange.text.includes('IDEMPOTENCY_ERROR')) {
    return { kind: 'accepted', jobId: job };
  }
  if (exchange.status >= 400) return recordRefusal(exchange.text);
  const id = /\/journalentry\/(\d+)$/i.exec(exchange.answer.headers.location ?? '');
  if (exchange.status !== 204 || id === null) {
    return { kind: 'unknown', message: `status ${exchange.status} without the new record's address` };
  }
  return seenOr(http, journal, call, { kind: 'posted', document: unseen(journal, '') });
}

/** The document as SuiteQL shows it; the answer of a creation has neither number nor amounts. */
async function seenOr(
  http: ErpHttp,
  journal: OutgoingJournal,
  call: ErpCall,
  otherwise: PostOutcome,
): Promise<PostOutcome> {
  const seen = await lookByExternalId(http, journal.postingReference, call);
  const [document, ...more] = seen.kind === 'found' ? seen.documents : [];
  return document === undefined || more.length > 0 ? otherwise : { kind: 'posted', document };
}

function unseen(journal: OutgoingJournal, documentId: string) {
  return { documentId, reference: journal.postingReference, amounts: null };
}

function jobIn(exchange: Answered): string {
  return /\/async\/v1\/job\/([\w-]+)$/.exec(exchange.answer.headers.location ?? '')?.[1] ?? '';
}

async function poll(
  http: ErpHttp,
  jobId: string,
  journal: OutgoingJournal,
  call: ErpCall,
): Promise<PostOutcome> {
  const base = `services/rest/async/v1/job/${jobId}`;
  const read = (path: string) =>
    http.send({ method: 'GET', path, headers: { accept: 'application/json' } }, call);
  const job = await read(base);
  // The job was taken; that it cannot be asked now says nothing about it.
  if (job.kind !== 'answered') return { kind: 'accepted', jobId };
  try {
    if (job.status >= 300) return { kind: 'unknown', message: `job ${jobId}: status ${job.status}` };
    if (asObject(parseJsonText(job.text)).completed !== true) return { kind: 'accepted', jobId };
    const tasks = await read(`${base}/task`);
    const [task] =
      tasks.kind === 'answered' ? asList(asObject(parseJsonText(tasks.text)).items).map(asObject) : [];
    if (task === undefined) return { kind: 'unknown', message: `job ${jobId} shows no task` };
    const result = await read(`${base}/task/${asText(task.id)}/result`);
    if (result.kind !== 'answered') return { kind: 'unknown', message: result.message };
    if (result.status >= 400) return recordRefusal(result.text);
    return seenOr(http, journal, call, {
      kind: 'unknown',
      message: `job ${jobId} is done, its record is not to be seen yet`,
    });
  } catch (error) {
    return { kind: 'unknown', message: http.scrub((error as Error).message) };
  }
}

const KEPT_MS = 5 * 60_000;

/** Internal ids, read once and kept for some minutes. */
function keptIds(http: ErpHttp, settings: NetsuiteSettings, now: () => number) {
  const kept = new Map<string, { at: number; ids: Promise<SuiteIds> }>();
  return (company: string, call: ErpCall): Promise<SuiteIds> => {
    const held = kept.get(company);
    if (held !== undefined && now() - held.at < KEPT_MS) return held.ids;
    const ids = readIds(http, settings, company, call);
    kept.set(company, { at: now(), ids });
    ids.catch(() => kept.delete(company));
    return ids;
  };
}

async function readIds(
  http: ErpHttp,
  settings: NetsuiteSettings,
  company: string,
  call: ErpCall,
): Promise<SuiteIds> {
  const subsidiary = settings.companies.get(company);
  if (subsidiary === undefined) throw new Error(`no NetSuite subsidiary is set for company ${company}`);
  const byName = async (q: string): Promise<ReadonlyMap<string, string>> =>
    new Map((await suiteql(http, q, call)).map((row) => [asText(row.name), asText(row.id)]));
  const places = new Map<'location' | 'department' | 'class', ReadonlyMap<string, string>>();
  for (const field of [settings.locationField, settings.dimensionField]) {
    const table = field === 'class' ? 'classification' : field;
    if (field !== '') places.set(field, await byName(`SELECT id, name FROM ${table} WHERE isinactive = 'F'`));
  }
  const own = `SELECT c.symbol AS name, s.id FROM subsidiary s JOIN currency c ON c.id = s.currency WHERE s.id = ${literal(subsidiary)}`;
  const [companyCurrency] = [...(await byName(own)).keys()];
  if (companyCurrency === undefined) throw new Error(`NetSuite has no subsidiary ${subsidiary}`);
  return {
    accounts: await byName(`SELECT id, acctnumber AS name FROM account WHERE isinactive = 'F'`),
    currencies: await byName('SELECT id, symbol AS name FROM currency'),
    places,
    subsidiary,
    companyCurrency,
  };
}
