// SAP S/4HANA: posts by the SOAP service "Journal Entry - Post", looks and reads by OData. The message id is a UUID made
// from the posting key, which SAP may answer from memory, but no proof: before any second send the look decides.
import { UserError } from '../errors.ts';
import { authority, readAuth, secretsIn, type AuthSettings } from './auth.ts';
import type {
  Capabilities,
  ErpAdapter,
  ErpCall,
  LookOutcome,
  OutgoingJournal,
  PostOutcome,
} from './contract.ts';
import { erpHttp, lookOutcomeOf, postOutcomeOf, type ErpHttp } from './exchange.ts';
import { httpClient } from './http.ts';
import { readSapAccounts, readSapBalances } from './s4hana/balances.ts';
import { readConfirmation } from './s4hana/confirmation.ts';
import { documentsIn, lookPath, readCube, readPage } from './s4hana/cube.ts';
import { journalEnvelope, subMessageId, type EnvelopeSettings } from './s4hana/envelope.ts';
import { settingReader, type ErpEntry } from './settings.ts';

/** What an entry `adapter: s4hana` under `erps:` says. */
export interface S4hanaSettings extends EnvelopeSettings {
  url: string;
  credentials: AuthSettings;
  /** `sync` answers with the document; `async` only takes the message, and the document shows up in a look. */
  mode: 'sync' | 'async';
  /** Path of the SOAP endpoint. */
  path: string;
  chartOfAccounts: string;
  lookLagSeconds: number;
}

const SYNC_PATH = 'sap/bc/srt/scs_ext/sap/journalentrycreaterequestconfi';
const ASYNC_PATH = 'sap/bc/srt/scs_ext/sap/journalentrybulkcreationrequest';

/** @throws UserError where a setting is missing, unknown or of another form */
export function s4hanaSettings(entry: ErpEntry): S4hanaSettings {
  const read = settingReader(entry);
  const mode = read.choice('mode', ['sync', 'async'], 'sync');
  const settings: S4hanaSettings = {
    url: read.url('url'),
    credentials: readAuth(read, 'basic'),
    mode,
    path: read.optional('path', mode === 'sync' ? SYNC_PATH : ASYNC_PATH),
    user: read.optional('createdBy', 'TIEOUT'),
    documentType: read.optional('documentType', 'SA'),
    padAccounts: read.choice('padAccounts', ['yes', 'no'], 'yes') === 'yes',
    dimensionField: read.choice('dimensionField', ['', 'ProfitCenter', 'Segment', 'FunctionalArea'], ''),
    chartOfAccounts: read.optional('chartOfAccounts', 'YCOA'),
    lookLagSeconds: read.count('lookLagSeconds', 60),
  };
  read.finish();
  return settings;
}

function capabilities(settings: S4hanaSettings): Capabilities {
  return {
    // The UUID window is a help; SAP does not say that this service is among the idempotent ones.
    idempotency: 'none',
    externalId: false,
    look: 'byReference',
    lookLagSeconds: settings.lookLagSeconds,
    documentIdInAnswer: settings.mode === 'sync',
    batchAtomic: false,
    maxBatch: 1,
  };
}

export function s4hanaAdapter(settings: S4hanaSettings, now: () => Date = () => new Date()): ErpAdapter {
  const client = httpClient({ baseUrl: settings.url, secrets: secretsIn(settings.credentials) });
  const http = erpHttp(
    client,
    authority(settings.credentials, client, () => now().getTime()),
  );
  return {
    capabilities: capabilities(settings),
    post: (journal, call) => post(http, settings, journal, call, now()),
    look: (journal, call) => look(http, settings, journal, call),
    ...(settings.mode === 'async' ? { poll: pollByLook(http, settings) } : {}),
    readLedger: (scope, call) => readCube(http, scope, settings, call),
    readBalances: (scope, call) => readSapBalances(http, scope, settings, call, now()),
    readAccounts: (company, call) => readSapAccounts(http, company, settings.chartOfAccounts, settings, call),
    readPeriods: () =>
      Promise.reject(
        new UserError({
          where: 'adapter s4hana',
          what: 'SAP publishes no interface for its posting periods (OB52)',
          todo: 'export them to a file and take it with `tieout ingest periods FILE`',
        }),
      ),
    close: () => Promise.resolve(http.close()),
  };
}

async function post(
  http: ErpHttp,
  settings: S4hanaSettings,
  journal: OutgoingJournal,
  call: ErpCall,
  now: Date,
): Promise<PostOutcome> {
  const body = journalEnvelope(journal, settings, `${now.toISOString().slice(0, 19)}Z`);
  const headers = { 'content-type': 'text/xml; charset=utf-8', soapaction: '""' };
  const exchange = await http.send({ method: 'POST', path: settings.path, headers, body }, call);
  if (exchange.kind !== 'answered') return postOutcomeOf(exchange);
  // A wrong path or body is refused before the service runs, and it is the set-up's fault.
  if (exchange.status >= 400)
    return { kind: 'notExecuted', message: `SAP's endpoint answers status ${exchange.status}` };
  if (settings.mode === 'async') return { kind: 'accepted', jobId: journal.postingReference };
  const confirmation = readConfirmation(exchange.text, subMessageId(journal));
  if (confirmation.kind !== 'booked') return confirmation;
  // The confirmation shows no amounts; SAP's own lines do. Where they cannot be seen yet, the machine looks again.
  const seen = await look(http, settings, journal, call);
  const documents = seen.kind === 'found' ? seen.documents : [];
  const [document] = documents;
  if (documents.length > 1)
    return { kind: 'duplicateKey', message: 'SAP shows more than one document of this reference' };
  if (document !== undefined && document.documentId !== confirmation.document) {
    return {
      kind: 'unknown',
      message: `SAP confirms ${confirmation.document} and shows ${document.documentId}`,
    };
  }
  const unseen = { documentId: confirmation.document, reference: journal.postingReference, amounts: null };
  return { kind: 'posted', document: document ?? unseen };
}

async function look(
  http: ErpHttp,
  settings: S4hanaSettings,
  journal: OutgoingJournal,
  call: ErpCall,
): Promise<LookOutcome> {
  const path = lookPath(journal.company, journal.postingReference);
  const exchange = await http.send({ method: 'GET', path, headers: { accept: 'application/json' } }, call);
  if (exchange.kind !== 'answered') return lookOutcomeOf(exchange);
  if (exchange.status >= 300)
    return { kind: 'unreachable', message: `SAP's line service answers status ${exchange.status}` };
  try {
    const page = readPage(exchange.text);
    if (page.next !== '') return { kind: 'unreachable', message: 'the look has more than one page' };
    const documents = documentsIn(page.rows, settings);
    return documents.length === 0 ? { kind: 'absent' } : { kind: 'found', documents };
  } catch (error) {
    return { kind: 'unreachable', message: http.scrub((error as Error).message) };
  }
}

/** The asynchronous service tells nothing to the sender; the document itself is the answer. */
function pollByLook(http: ErpHttp, settings: S4hanaSettings): NonNullable<ErpAdapter['poll']> {
  return async (jobId, journal, call) => {
    const seen = await look(http, settings, journal, call);
    if (seen.kind !== 'found') return { kind: 'accepted', jobId };
    const [document, ...more] = seen.documents;
    if (document === undefined || more.length > 0) {
      return { kind: 'duplicateKey', message: 'SAP shows more than one document of this reference' };
    }
    return { kind: 'posted', document };
  };
}
