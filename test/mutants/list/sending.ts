// How a posting leaves: looks, absence, leases, fencing numbers, the life of a posting.
import type { Mutant } from '../mutant.ts';
import { room } from '../mutant.ts';

const MACHINE = ['test/posting/look.test.ts', 'test/posting/advance.test.ts'];
const STATES = ['test/posting/states.test.ts'];
const FENCE = ['test/posting/fence.test.ts'];
const POST = ['test/posting/lease.test.ts', 'test/posting/fence.test.ts', 'test/posting/post.test.ts'];

export const SENDING: readonly Mutant[] = [
  ...room(MACHINE, [
    {
      name: 'sends although the look could not be made',
      find: `if (outcome.kind === 'absent') return undefined;`,
      put: `if (outcome.kind !== 'found') return undefined;`,
      short: 'test/posting/advance.test.ts',
    },
    {
      name: 'one look that finds nothing proves absence',
      find: 'if (posting.sinceNegativeMs !== null && sinceMs >= graceMs) {',
      put: 'if (sinceMs >= 0) {',
    },
    {
      name: 'two looks prove absence before the grace is over',
      find: 'posting.sinceNegativeMs !== null && sinceMs >= graceMs',
      put: 'posting.sinceNegativeMs !== null',
    },
    {
      name: 'what was accepted for later and is not seen is sent again',
      find: `if (posting.jobId !== '' && capabilities.idempotency === 'none') {`,
      put: `if (posting.jobId === 'none' && capabilities.idempotency === 'none') {`,
    },
    {
      name: 'amounts and date prove that a document is ours',
      find: `const proves = capabilities.look === 'byReference';`,
      put: `const proves = capabilities.look !== 'none';`,
    },
    {
      name: 'of several documents with our reference the first one is believed',
      find: 'if (documents.length > 1) {',
      put: 'if (documents.length > 99) {',
    },
    {
      name: 'the grace forgets that a search lags',
      find: ' + capabilities.lookLagSeconds * 1_000;',
      put: ';',
    },
    {
      name: 'the grace forgets how long a call may take',
      find: 'return settings.callTimeoutMs + settings.leaseMs',
      put: 'return settings.leaseMs',
    },
    {
      name: 'sends of which nobody knows what became are not counted',
      find: 'posting.tries > settings.maxTries || posting.sends >= settings.maxSends',
      put: 'posting.tries > settings.maxTries',
    },
    {
      name: 'waits in a row are not counted',
      find: 'posting.tries > settings.maxTries || posting.sends >= settings.maxSends',
      put: 'posting.sends >= settings.maxSends',
    },
    {
      name: 'sends again where the ERP cannot be searched',
      find: `if (again && capabilities.look === 'none') {`,
      put: `if (again && capabilities.look === undefined) {`,
    },
    {
      name: 'does not look before it sends again',
      find: 'if (again || mayBeThere || old) {',
      put: 'if (mayBeThere || old) {',
    },
    {
      name: 'a restored database does not look before its first send',
      find: 'if (again || mayBeThere || old) {',
      put: 'if (again || old) {',
    },
    {
      name: 'does not look first for what was approved long ago',
      find: 'if (again || mayBeThere || old) {',
      put: 'if (again || mayBeThere) {',
    },
    {
      name: 'sends after its lease is over',
      find: `if (!ports.holdsLease()) return STALE;\n  crashPoint('post.before-call');`,
      put: `crashPoint('post.before-call');`,
    },
    {
      name: 'sends although another worker has the claim',
      find: `const number = await ports.begin(posting, 'post', looked);`,
      put: `const number = (await ports.begin(posting, 'post', looked)) ?? 1;`,
    },
    {
      name: 'an answer about another document is believed',
      find: `if (document.reference !== '' && document.reference !== journal.postingReference) {`,
      put: `if (document.reference === '?') {`,
    },
    {
      name: 'the ERP has the key already, and that counts as a refusal',
      find: `return { to: 'UNKNOWN', why: outcome.message, code: 'duplicateKey', dueInMs: 0, tries: 0 };`,
      put: `return { to: 'REJECTED', why: outcome.message, code: 'duplicateKey' };`,
    },
    {
      name: 'the ledger is not asked again before a send',
      find: 'const documents = await ports.explainedBy(posting);',
      put: 'const documents: string[] = [];',
    },
    {
      name: 'a job that is not found is sent again',
      find: `return { to: 'UNKNOWN', why: outcome.message, code: outcome.kind, dueInMs: 0, tries: 0 };`,
      put: `return { to: 'RETRY_WAIT', why: outcome.message, code: outcome.kind, dueInMs: 0, tries: 0 };`,
    },
    {
      name: 'a wait that the ERP asks for is not kept',
      find: 'return Math.max(retryAfterMs, Math.floor(random * bound));',
      put: 'return Math.floor(random * bound);',
    },
  ]),
  ...room(STATES, [
    {
      name: 'who moves a posting does not matter',
      find: 'return TRANSITIONS[from]?.[to]?.includes(by) ?? false;',
      put: 'return TRANSITIONS[from]?.[to] !== undefined || by === undefined;',
    },
    {
      name: 'POSTED may become RETRY_WAIT',
      find: `POSTED: { CONFIRMED: ['run'],`,
      put: `POSTED: { RETRY_WAIT: ['machine'], CONFIRMED: ['run'],`,
    },
    {
      name: 'the lines of a refused journal are never free again',
      find: `'INVALID',\n  'REJECTED',\n  'REVERSED_IN_ERP',\n]);`,
      put: `'INVALID',\n  'REVERSED_IN_ERP',\n]);`,
    },
  ]),
  ...room(FENCE, [
    {
      name: 'the fencing number is not compared when a posting moves',
      find: 'and p.state = w.from_state and p.fence = w.fence',
      put: 'and p.state = w.from_state',
      short: 'test/posting/fence.test.ts',
    },
    {
      name: 'the fencing number is not compared when an attempt begins',
      find: 'where posting_key = $1 and fence = $2 and worker = $3',
      put: 'where posting_key = $1 and $2::bigint is not null and $3::text is not null',
    },
    {
      name: 'the fencing number is not compared when a lease is renewed',
      find: 'where posting_key = $1 and fence = $2 and lease_until is not null',
      put: 'where posting_key = $1 and $2::bigint is not null and lease_until is not null',
    },
    {
      name: 'a claim leaves the fencing number as it was',
      find: 'update tieout.posting p set fence = p.fence + 1, worker',
      put: 'update tieout.posting p set fence = p.fence, worker',
    },
    {
      name: 'a posting that another worker holds is claimed',
      find: 'and (p.lease_until is null or p.lease_until < now())',
      put: '',
    },
  ]),
  ...room(POST, [
    {
      name: 'a send whose worker died is sent again at once',
      find: `when 'SENDING' then 'UNKNOWN' else due.was end,`,
      put: `when 'SENDING' then 'CLAIMED' else due.was end,`,
    },
    {
      name: 'a lost lease is not noticed',
      find: 'const holds = (): boolean => !lost && clock() < expiresAt;',
      put: 'const holds = (): boolean => !lost;',
    },
    {
      name: 'a posting moves any way it likes, as far as the database is concerned',
      find: 'if not exists (select 1 from tieout.posting_transition',
      put: 'if false and not exists (select 1 from tieout.posting_transition',
    },
    {
      name: 'POSTED needs no document',
      find: `if new.state in ('POSTED', 'CONFIRMED') and new.document_id = '' then`,
      put: 'if false then',
    },
    {
      name: 'a line may be in two live journals',
      find: 'create unique index journal_source_line_live on',
      put: 'create index journal_source_line_live on',
    },
  ]),
  ...room(
    ['test/posting/breaker.test.ts'],
    [
      {
        name: 'an ERP that is away is called for ever',
        find: 'const FAILURES_TO_OPEN = 5;',
        put: 'const FAILURES_TO_OPEN = 500;',
      },
      {
        name: 'Retry-After is not obeyed while the breaker is open',
        find: 'const waitMs = Math.max(pauseMs, retryAfterMs);',
        put: 'const waitMs = pauseMs;',
      },
    ],
  ),
  ...room(
    ['test/posting/reverse.test.ts'],
    [
      {
        name: 'a reversal does not wait for what it reverses',
        find: `o.state in ('POSTED', 'CONFIRMED'))))\n        order by`,
        put: `o.state in ('POSTED', 'CONFIRMED', 'APPROVED'))))\n        order by`,
      },
    ],
  ),
];
