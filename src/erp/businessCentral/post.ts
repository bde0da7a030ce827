// Posting to Business Central: a journal batch of our own per posting, lines with numbers of our own, then
// Microsoft.NAV.post, which books the whole batch and empties it. Lines that are still there were not posted; entries with
// our document number were. A line number can exist once in a batch, so a line that comes late cannot come twice.
import type { ErpCall, OutgoingJournal, PostOutcome } from '../contract.ts';
import { decimal } from '../../money/decimal.ts';
import type { ErpHttp } from '../exchange.ts';
import { asText, JsonNumber, type JsonOut } from '../jsonText.ts';
import { describeLine, draftHolds } from '../reference.ts';
import { failed, got, listed, query, quoted, step, type BcRow, type Step } from './calls.ts';
import { documentsOf, type BcCompany } from './entries.ts';

const TEXT_LENGTH = 100;
// A batch's code has ten characters: 50 of our reference's 80 bits; its name has the whole.
const CODE_LENGTH = 10;
const LINE_STEP = 10_000;

export async function postBatch(
  http: ErpHttp,
  company: BcCompany,
  journal: OutgoingJournal,
  call: ErpCall,
): Promise<PostOutcome> {
  const foreign = journal.lines.find((line) => line.currency !== company.currency);
  if (foreign !== undefined) {
    const message = `journal lines of API v2.0 carry no currency: ${foreign.currency} cannot be posted to ${company.currency}`;
    return { kind: 'refused', code: 'invalid', message };
  }
  const before = await documentsOf(http, company, journal, call);
  if (!before.ok) return before.outcome;
  if (before.value.length > 0)
    return { kind: 'duplicateKey', message: 'entries with this document number are there already' };
  const batch = await findOrCreateBatch(http, company, journal, call);
  if (!batch.ok) return batch.outcome;
  const filled = await fill(http, company, batch.value, journal, call);
  if (!filled.ok) return filled.outcome;
  const posted = await step(
    http,
    'POST',
    `${company.path}/journals(${batch.value})/Microsoft.NAV.post`,
    undefined,
    call,
  );
  if (!posted.ok) return posted.outcome;
  const after = await documentsOf(http, company, journal, call);
  const [document] = after.ok ? after.value : [];
  const unseen = { documentId: journal.postingReference, reference: journal.postingReference, amounts: null };
  return { kind: 'posted', document: document ?? unseen };
}

async function findOrCreateBatch(
  http: ErpHttp,
  company: BcCompany,
  journal: OutgoingJournal,
  call: ErpCall,
): Promise<Step<string>> {
  const code = journal.postingReference.slice(0, CODE_LENGTH);
  const found = await listed(
    http,
    query(`${company.path}/journals`, { $filter: `code eq ${quoted(code)}` }),
    call,
  );
  if (!found.ok) return found;
  const [batch] = found.value;
  if (batch !== undefined) {
    return asText(batch.displayName) === journal.postingReference
      ? got(asText(batch.id))
      : failed({
          kind: 'refused',
          code: 'other',
          message: `batch ${code} belongs to ${asText(batch.displayName)}`,
        });
  }
  const body = { code, displayName: journal.postingReference };
  const created = await step(http, 'POST', `${company.path}/journals`, body, call);
  if (!created.ok) return created;
  const id = asText(created.value.id);
  return id === '' ? failed({ kind: 'unknown', message: 'a journal batch without an id' }) : got(id);
}

/** Leaves exactly the journal's lines in the batch. */
async function fill(
  http: ErpHttp,
  company: BcCompany,
  batch: string,
  journal: OutgoingJournal,
  call: ErpCall,
): Promise<Step<true>> {
  const path = `${company.path}/journals(${batch})/journalLines`;
  const held = await listed(http, path, call);
  if (!held.ok) return held;
  // Lines of an attempt that broke are written anew even where they look whole: their dimensions do not show here.
  for (const line of held.value) {
    const gone = await step(
      http,
      'DELETE',
      `${company.path}/journalLines(${asText(line.id)})`,
      undefined,
      call,
    );
    if (!gone.ok) return gone;
  }
  for (const line of journal.lines) {
    const created = await step(http, 'POST', path, lineBody(line, journal), call);
    if (!created.ok) return created;
    const dimensions = [
      [company.locationDimension, line.location],
      [company.dimensionDimension, line.dimension],
    ] as const;
    for (const [code, valueCode] of dimensions) {
      if (code === '' || valueCode === '') continue;
      const dimension = `${company.path}/journalLines(${asText(created.value.id)})/dimensionSetLines`;
      const set = await step(http, 'POST', dimension, { code, valueCode }, call);
      if (!set.ok) return set;
    }
  }
  // What is posted is what the batch holds now, not what we believe to have sent.
  const whole = await listed(http, path, call);
  if (!whole.ok) return whole;
  return holds(whole.value, company, journal)
    ? got(true)
    : failed({
        kind: 'notExecuted',
        message: 'the batch does not hold the lines that were sent; not posted',
      });
}

function lineBody(line: OutgoingJournal['lines'][number], journal: OutgoingJournal): JsonOut {
  const sign = line.side === 'debit' ? '' : '-';
  return {
    lineNumber: new JsonNumber(String(line.line * LINE_STEP)),
    accountType: 'G/L Account',
    accountNumber: line.account,
    postingDate: journal.postingDate,
    documentNumber: journal.postingReference,
    externalDocumentNumber: line.reference.slice(0, 35),
    amount: new JsonNumber(sign + line.amount),
    description: describeLine(line, TEXT_LENGTH),
  };
}

function holds(lines: readonly BcRow[], company: BcCompany, journal: OutgoingJournal): boolean {
  const sameDay = lines.every(
    (line) =>
      asText(line.documentNumber) === journal.postingReference &&
      asText(line.postingDate) === journal.postingDate,
  );
  const amounts = lines.map((line) => ({
    account: asText(line.accountNumber),
    currency: company.currency,
    amount: decimal(asText(line.amount)).toFixed(),
  }));
  return sameDay && lines.length === journal.lines.length && draftHolds(amounts, journal);
}
