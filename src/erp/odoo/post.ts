// Posting to Odoo the way it is done to stock Tryton: find the draft by `ref`, or create it, post that one id, read it
// back. `ref` is not unique, so a create that comes late leaves a draft, never a second posting.
import type {
  ErpCall,
  ErpDocument,
  LookOutcome,
  OutgoingJournal,
  PostOutcome,
  RefusalCode,
} from '../contract.ts';
import { beforeWriteOutcomeOf } from '../exchange.ts';
import { asList, asObject, asText, JsonNumber, type JsonOut } from '../jsonText.ts';
import { describeLine, draftHolds } from '../reference.ts';
import { failureOf, type Failure, type Odoo, type OdooAnswer, type OdooRow } from './call.ts';
import { idIn, inCompany, lineAmount, type OdooBooks } from './read.ts';

type Step<T> = { ok: true; value: T } | { ok: false; outcome: PostOutcome };
const got = <T>(value: T): Step<T> => ({ ok: true, value });
const failed = (outcome: PostOutcome): { ok: false; outcome: PostOutcome } => ({ ok: false, outcome });
const TAKEN: PostOutcome = {
  kind: 'duplicateKey',
  message: 'Odoo already holds a posted entry with this reference',
};

/** @param lockedTo posting on or before this day is refused here, because Odoo may move it to a later day instead */
export async function postEntry(
  odoo: Odoo,
  books: OdooBooks,
  journal: OutgoingJournal,
  lockedTo: string,
  call: ErpCall,
): Promise<PostOutcome> {
  if (journal.postingDate <= lockedTo) {
    return { kind: 'refused', code: 'closedPeriod', message: `Odoo is locked up to ${lockedTo}` };
  }
  const entry = entryOf(journal, books);
  if (!entry.ok) return { kind: 'refused', code: entry.code, message: entry.message };
  const draft = await findOrCreate(odoo, books, journal, entry.values, call);
  if (!draft.ok) return draft.outcome;
  const named = { ids: [new JsonNumber(draft.value)], context: inCompany(books) };
  const posted = await odoo.call('account.move', 'action_post', named, call);
  const failure = posted.kind === 'result' ? undefined : failureOf(posted);
  if (failure !== undefined && failure.kind !== 'alreadyPosted') return failure;
  const seen = await lookForEntry(odoo, books, journal, call);
  const [document, ...more] = seen.kind === 'found' ? seen.documents : [];
  if (document === undefined) return { kind: 'unknown', message: 'posted, but it cannot be read back' };
  return more.length > 0 ? TAKEN : { kind: 'posted', document };
}

export async function lookForEntry(
  odoo: Odoo,
  books: OdooBooks,
  journal: OutgoingJournal,
  call: ErpCall,
): Promise<LookOutcome> {
  const domain = [
    ['ref', '=', journal.postingReference],
    ['parent_state', '=', 'posted'],
    ['company_id', '=', new JsonNumber(books.companyId)],
  ];
  const lines = await search(odoo, books, 'account.move.line', domain, LOOK_FIELDS, call);
  if (!lines.ok)
    return { kind: 'unreachable', message: 'message' in lines.outcome ? lines.outcome.message : '' };
  const byMove = new Map<string, OdooRow[]>();
  for (const line of lines.value)
    byMove.set(idIn(line.move_id), [...(byMove.get(idIn(line.move_id)) ?? []), line]);
  const documents = [...byMove.values()].map((rows): ErpDocument => ({
    documentId: asText(rows[0]?.move_name),
    reference: asText(rows[0]?.ref),
    amounts: rows.map((row) => lineAmount(row, books)),
  }));
  return documents.length === 0 ? { kind: 'absent' } : { kind: 'found', documents };
}

const LOOK_FIELDS = [
  'move_id',
  'move_name',
  'ref',
  'account_id',
  'balance',
  'amount_currency',
  'currency_id',
];

async function search(
  odoo: Odoo,
  books: OdooBooks,
  model: string,
  domain: JsonOut,
  fields: readonly string[],
  call: ErpCall,
): Promise<Step<OdooRow[]>> {
  const answer = await odoo.call(
    model,
    'search_read',
    { domain, fields, order: 'id', context: inCompany(books) },
    call,
  );
  return answer.kind === 'result' ? got(asList(answer.result).map(asObject)) : failed(readFailure(answer));
}

/** Reading books nothing, so whatever became of it, it is safe to come again. */
function readFailure(answer: Exclude<OdooAnswer, { kind: 'result' }>): PostOutcome {
  return answer.kind === 'error'
    ? { kind: 'notExecuted', message: `${answer.name}: ${answer.message}` }
    : beforeWriteOutcomeOf(answer);
}

async function findOrCreate(
  odoo: Odoo,
  books: OdooBooks,
  journal: OutgoingJournal,
  values: JsonOut,
  call: ErpCall,
): Promise<Step<string>> {
  const domain = [
    ['ref', '=', journal.postingReference],
    ['company_id', '=', new JsonNumber(books.companyId)],
    ['state', '!=', 'cancel'],
  ];
  const moves = await search(odoo, books, 'account.move', domain, ['state', 'date'], call);
  if (!moves.ok) return moves;
  if (moves.value.some((move) => asText(move.state) === 'posted')) return failed(TAKEN);
  let kept: string | undefined;
  for (const move of moves.value) {
    const id = asText(move.id);
    const lines = await search(
      odoo,
      books,
      'account.move.line',
      [['move_id', '=', new JsonNumber(id)]],
      LOOK_FIELDS,
      call,
    );
    if (!lines.ok) return lines;
    const same =
      asText(move.date) === journal.postingDate &&
      draftHolds(
        lines.value.map((line) => lineAmount(line, books)),
        journal,
      );
    if (same && kept === undefined) kept = id;
    else {
      const gone = await odoo.call(
        'account.move',
        'unlink',
        { ids: [new JsonNumber(id)], context: inCompany(books) },
        call,
      );
      if (gone.kind !== 'result') return failed(settled(failureOf(gone)));
    }
  }
  if (kept !== undefined) return got(kept);
  const created = await odoo.call(
    'account.move',
    'create',
    { vals_list: [values], context: inCompany(books) },
    call,
  );
  if (created.kind !== 'result') return failed(settled(failureOf(created)));
  const [id] = asList(created.result).map(asText);
  return id === undefined || id === ''
    ? failed({ kind: 'unknown', message: 'Odoo created an entry and told no id' })
    : got(id);
}

function settled(failure: Failure): PostOutcome {
  return failure.kind === 'alreadyPosted' ? TAKEN : failure;
}

type Entry = { ok: true; values: JsonOut } | { ok: false; code: RefusalCode; message: string };

function entryOf(journal: OutgoingJournal, books: OdooBooks): Entry {
  const lines: JsonOut[] = [];
  for (const line of journal.lines) {
    const account = books.accounts.get(line.account);
    if (account === undefined)
      return { ok: false, code: 'unknownAccount', message: `Odoo has no account ${line.account}` };
    const currency = books.currencies.get(line.currency);
    if (currency === undefined)
      return { ok: false, code: 'invalid', message: `Odoo has no currency ${line.currency}` };
    const shares: string[] = [];
    for (const [what, code, known] of [
      ['location', line.location, books.locations],
      ['dimension', line.dimension, books.dimensions],
    ] as const) {
      if (code === '' || known.size === 0) continue;
      const id = known.get(code);
      if (id === undefined)
        return { ok: false, code: 'invalid', message: `Odoo has no analytic account for ${what} ${code}` };
      shares.push(id);
    }
    const debit = line.side === 'debit';
    const zero = new JsonNumber('0.0');
    const amount = new JsonNumber(line.companyAmount);
    const values: JsonOut = {
      account_id: new JsonNumber(account),
      name: describeLine(line, 200),
      debit: debit ? amount : zero,
      credit: debit ? zero : amount,
      currency_id: new JsonNumber(currency),
      amount_currency: new JsonNumber((debit ? '' : '-') + line.amount),
      ...(shares.length === 0
        ? {}
        : { analytic_distribution: { [shares.join(',')]: new JsonNumber('100') } }),
    };
    lines.push([new JsonNumber('0'), new JsonNumber('0'), values]);
  }
  return {
    ok: true,
    values: {
      move_type: 'entry',
      journal_id: new JsonNumber(books.journalId),
      company_id: new JsonNumber(books.companyId),
      date: journal.postingDate,
      ref: journal.postingReference,
      line_ids: lines,
    },
  };
}
