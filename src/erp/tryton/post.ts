// Posting to Tryton at most once. Stock Tryton has no unique field, so the way is: find our draft by its number, or create
// it, then post that one id, which Tryton does only once. With our module the database refuses a second draft as well,
// and the search before the create is not needed (device 2 of docs/erp/tryton.md).
import type { ErpCall, ErpDocument, LookOutcome, OutgoingJournal, PostOutcome } from '../contract.ts';
import { draftHolds } from '../reference.ts';
import type { Chart } from './chart.ts';
import { AMOUNT_FIELDS, documentAmount, moveValues } from './move.ts';
import { failureOf, type Failure } from './refusals.ts';
import type { TrytonAnswer, TrytonSession } from './session.ts';
import { idOf, related, rowsOf, textOf, type TrytonRow, type TrytonValue } from './values.ts';

/** One company's way to post: its session, its codes, and whether the module `tieout_key` is there. */
export interface TrytonPosting {
  session: TrytonSession;
  chart: Chart;
  keyed: boolean;
}

/** A move that carries our reference. */
interface Move {
  id: number;
  posted: boolean;
}

type Step<T> = { ok: true; value: T } | { ok: false; outcome: Failure };
const got = <T>(value: T): Step<T> => ({ ok: true, value });
const failed = (outcome: Failure): { ok: false; outcome: Failure } => ({ ok: false, outcome });

/** Creates or takes up the draft, posts it, reads it back. */
export async function postMove(
  posting: TrytonPosting,
  journal: OutgoingJournal,
  call: ErpCall,
): Promise<PostOutcome> {
  const draft = posting.keyed
    ? await createKeyed(posting, journal, call)
    : await findOrCreate(posting, journal, call);
  if (!draft.ok) return settled(draft.outcome);
  const posted = await write(posting, 'model.account.move.post', [[draft.value]], call);
  // Somebody posted this very id in between: an earlier call of ours that came late.
  if (!posted.ok && posted.outcome.kind !== 'alreadyPosted') return settled(posted.outcome);
  const document = await readDocuments(posting, [['move', '=', draft.value]], call);
  if (!document.ok)
    return { kind: 'unknown', message: `posted, but it cannot be read back: ${messageOf(document.outcome)}` };
  const [one] = document.value;
  return one === undefined
    ? { kind: 'unknown', message: 'Tryton says posted, but the move is not there' }
    : { kind: 'posted', document: one };
}

/** Posted moves that carry the journal's reference; drafts do not count. */
export async function lookForMove(
  posting: TrytonPosting,
  journal: OutgoingJournal,
  call: ErpCall,
): Promise<LookOutcome> {
  const field = posting.keyed ? 'move.tieout_key' : 'move.number';
  const found = await readDocuments(
    posting,
    [
      [field, '=', journal.postingReference],
      ['move.state', '=', 'posted'],
    ],
    call,
  );
  if (!found.ok) {
    const wait = 'retryAfterMs' in found.outcome ? { retryAfterMs: found.outcome.retryAfterMs } : {};
    return { kind: 'unreachable', message: messageOf(found.outcome), ...wait };
  }
  return found.value.length === 0 ? { kind: 'absent' } : { kind: 'found', documents: found.value };
}

/** Device 1: search by number, keep the oldest good draft, delete our other ones, create where there is none. */
async function findOrCreate(
  posting: TrytonPosting,
  journal: OutgoingJournal,
  call: ErpCall,
): Promise<Step<number>> {
  const moves = await findMoves(posting, journal, call);
  if (!moves.ok) return moves;
  if (moves.value.some((move) => move.posted)) return failed(taken(journal));
  let kept: number | undefined;
  for (const move of moves.value) {
    const same = kept === undefined ? await draftIsOurs(posting, move.id, journal, call) : got(false);
    if (!same.ok) return same;
    if (same.value) kept = move.id;
    else {
      // A create that we gave up came late, or a person changed our draft. A posted one refuses to be deleted.
      const gone = await write(posting, 'model.account.move.delete', [[move.id]], call);
      if (!gone.ok) return failed(gone.outcome.kind === 'alreadyPosted' ? taken(journal) : gone.outcome);
    }
  }
  return kept === undefined ? createDraft(posting, journal, call) : got(kept);
}

/** Device 2: create at once; where the key is taken, take up what holds it. */
async function createKeyed(
  posting: TrytonPosting,
  journal: OutgoingJournal,
  call: ErpCall,
): Promise<Step<number>> {
  const created = await createDraft(posting, journal, call);
  if (created.ok || created.outcome.kind !== 'duplicateKey') return created;
  const [held, ...more] = await findMoves(posting, journal, call).then((moves) =>
    moves.ok ? moves.value : [],
  );
  if (held === undefined || held.posted || more.length > 0) return created;
  const same = await draftIsOurs(posting, held.id, journal, call);
  if (!same.ok) return same;
  if (same.value) return got(held.id);
  const gone = await write(posting, 'model.account.move.delete', [[held.id]], call);
  return gone.ok
    ? createDraft(posting, journal, call)
    : failed(gone.outcome.kind === 'alreadyPosted' ? taken(journal) : gone.outcome);
}

async function createDraft(
  posting: TrytonPosting,
  journal: OutgoingJournal,
  call: ErpCall,
): Promise<Step<number>> {
  const origin = await readOrigin(posting, journal, call);
  if (!origin.ok) return origin;
  const move = moveValues(journal, posting.chart, posting.keyed, origin.value);
  if (!move.ok) return failed({ kind: 'refused', code: move.code, message: move.message });
  const created = await write(posting, 'model.account.move.create', [[move.values]], call);
  if (!created.ok) return created;
  const [id] = Array.isArray(created.value) ? (created.value as readonly TrytonValue[]) : [];
  return typeof id === 'number'
    ? got(id)
    : failed({ kind: 'unknown', message: 'Tryton created a move and told no id' });
}

/** Id of the move that this journal reverses; undefined where it reverses none. */
async function readOrigin(
  posting: TrytonPosting,
  journal: OutgoingJournal,
  call: ErpCall,
): Promise<Step<number | undefined>> {
  if (journal.reversalOfDocument === '') return got(undefined);
  const domain = [
    ['company', '=', posting.chart.company],
    ['post_number', '=', journal.reversalOfDocument],
  ];
  const rows = await ask(posting, 'model.account.move.search_read', [domain, 0, 2, null, ['id']], call);
  if (!rows.ok) return rows;
  const [one, ...more] = rowsOf(rows.value);
  if (one === undefined || more.length > 0) {
    const message = `${rowsOf(rows.value).length} moves have the number ${journal.reversalOfDocument} that is to be reversed`;
    return failed({ kind: 'refused', code: 'invalid', message });
  }
  return got(idOf(one));
}

async function findMoves(
  posting: TrytonPosting,
  journal: OutgoingJournal,
  call: ErpCall,
): Promise<Step<Move[]>> {
  const domain = [
    ['company', '=', posting.chart.company],
    [posting.keyed ? 'tieout_key' : 'number', '=', journal.postingReference],
  ];
  const rows = await ask(
    posting,
    'model.account.move.search_read',
    [domain, 0, null, [['id', 'ASC']], ['state']],
    call,
  );
  return rows.ok
    ? got(rowsOf(rows.value).map((row) => ({ id: idOf(row), posted: textOf(row, 'state') === 'posted' })))
    : rows;
}

async function draftIsOurs(
  posting: TrytonPosting,
  id: number,
  journal: OutgoingJournal,
  call: ErpCall,
): Promise<Step<boolean>> {
  const lines = await readLines(posting, [['move', '=', id]], call);
  if (!lines.ok) return lines;
  return got(
    draftHolds(
      lines.value.map((line) => documentAmount(line, posting.chart.currency)),
      journal,
    ),
  );
}

/** Posted documents with the amounts that Tryton keeps, by the lines of a domain. */
async function readDocuments(
  posting: TrytonPosting,
  domain: readonly TrytonValue[],
  call: ErpCall,
): Promise<Step<ErpDocument[]>> {
  const lines = await readLines(posting, domain, call);
  if (!lines.ok) return lines;
  const byMove = new Map<number, TrytonRow[]>();
  for (const line of lines.value) {
    const move = idOf(line, 'move');
    byMove.set(move, [...(byMove.get(move) ?? []), line]);
  }
  return got(
    [...byMove.values()].map((rows) => {
      const move = related(rows[0] ?? {}, 'move');
      return {
        documentId: textOf(move, 'post_number'),
        reference: textOf(move, 'number'),
        amounts: rows.map((row) => documentAmount(row, posting.chart.currency)),
      };
    }),
  );
}

async function readLines(
  posting: TrytonPosting,
  domain: readonly TrytonValue[],
  call: ErpCall,
): Promise<Step<TrytonRow[]>> {
  const whole = [['company', '=', posting.chart.company], ...domain];
  const fields = ['move', 'move.number', 'move.post_number', 'move.state', ...AMOUNT_FIELDS];
  const rows = await ask(
    posting,
    'model.account.move.line.search_read',
    [whole, 0, null, [['id', 'ASC']], fields],
    call,
  );
  return rows.ok ? got(rowsOf(rows.value)) : rows;
}

/** A call that writes: its failure keeps its own meaning. */
async function write(
  posting: TrytonPosting,
  method: string,
  params: readonly TrytonValue[],
  call: ErpCall,
): Promise<Step<TrytonValue>> {
  const answer = await posting.session.call(method, params, { company: posting.chart.company }, call);
  return answer.kind === 'result' ? got(answer.result) : failed(failureOf(answer));
}

/** A call that only reads: without an answer nothing has been executed, so it is safe to come again. */
async function ask(
  posting: TrytonPosting,
  method: string,
  params: readonly TrytonValue[],
  call: ErpCall,
): Promise<Step<TrytonValue>> {
  const answer = await posting.session.call(method, params, { company: posting.chart.company }, call);
  return answer.kind === 'result'
    ? got(answer.result)
    : failed({ kind: 'notExecuted', message: saidBy(answer), ...waitOf(answer) });
}

function saidBy(answer: Exclude<TrytonAnswer, { kind: 'result' }>): string {
  return answer.kind === 'error' ? `${answer.name} ${answer.message}`.trim() : answer.message;
}

function waitOf(answer: TrytonAnswer): { retryAfterMs?: number } {
  return 'retryAfterMs' in answer && answer.retryAfterMs !== undefined
    ? { retryAfterMs: answer.retryAfterMs }
    : {};
}

const taken = (journal: OutgoingJournal): Failure => ({
  kind: 'duplicateKey',
  message: `Tryton already holds a posted move numbered ${journal.postingReference}`,
});

function messageOf(outcome: Failure): string {
  return outcome.kind === 'alreadyPosted' ? 'already posted' : outcome.message;
}

/** A failure as the machine knows it: "already posted" where we did not post says that the key is there. */
function settled(outcome: Failure): PostOutcome {
  return outcome.kind === 'alreadyPosted'
    ? { kind: 'duplicateKey', message: 'the move is posted already' }
    : outcome;
}
