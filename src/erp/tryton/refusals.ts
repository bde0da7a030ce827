// What Tryton's error texts mean. There are no codes, only text in the user's language, so the session is kept in English.
// An error that is not known to come before the commit is `unknown`: that costs a look, the other mistake a double.
import type { PostOutcome, RefusalCode } from '../contract.ts';
import type { TrytonAnswer } from './session.ts';

interface Meaning {
  text: RegExp;
  means: RefusalCode | 'transient' | 'duplicateKey' | 'alreadyPosted';
}

/** In order; the first that fits counts. Observed on Tryton 6.0.29 with PostgreSQL 15. */
const MEANINGS: readonly Meaning[] = [
  { text: /^TIEOUT_KEY_TAKEN/, means: 'duplicateKey' },
  { text: /^You cannot modify posted move/, means: 'alreadyPosted' },
  { text: /^You cannot create a journal-period in closed period/, means: 'closedPeriod' },
  { text: /on closed journal-period/, means: 'closedPeriod' },
  { text: /^You cannot (create|add|modify).* closed (period|fiscal year)/, means: 'closedPeriod' },
  { text: /is outside the period/, means: 'closedPeriod' },
  // Several first moves of a journal in a period at once: the losers' whole transaction is rolled back.
  { text: /^You can create only one journal per period/, means: 'transient' },
  { text: /^Records were modified in the meanwhile/, means: 'transient' },
  { text: /you must balance all its lines/, means: 'unbalanced' },
  {
    text: /field "Account" in "Account Move Line" (does not exist|is not valid according to its domain)/,
    means: 'unknownAccount',
  },
  {
    text: /^The value ".*" for field "Account" in "Account Move Line" does not exist/,
    means: 'unknownAccount',
  },
  { text: /^You are not allowed to/, means: 'notAllowed' },
  { text: /^Calling button/, means: 'notAllowed' },
  { text: /you must fill in its lines/, means: 'invalid' },
  { text: /^You cannot set both debit and credit/, means: 'invalid' },
  { text: /^The number of digits in the value/, means: 'invalid' },
  { text: /^A value is required for field/, means: 'invalid' },
  { text: /is not valid according to its domain/, means: 'invalid' },
  { text: /^The value .* does not exist/, means: 'invalid' },
];

/** Errors that are raised before or instead of a commit, so that the transaction is surely rolled back. */
const ROLLED_BACK = new Set(['UserError', 'UserWarning', 'ConcurrencyException']);
/** Crash texts that come before any write: unknown field or model, no context. All others may be a COMMIT that broke. */
const HARMLESS_CRASH = /^(?:'[\w.]+'|Missing context argument)$/;

export type Failure = Exclude<PostOutcome, { kind: 'posted' | 'accepted' }> | { kind: 'alreadyPosted' };

/** What an answer without result means for a call that writes. */
export function failureOf(answer: Exclude<TrytonAnswer, { kind: 'result' }>): Failure {
  const after =
    answer.kind !== 'error' && answer.retryAfterMs !== undefined ? { retryAfterMs: answer.retryAfterMs } : {};
  if (answer.kind === 'notRun') return { kind: 'notExecuted', message: answer.message, ...after };
  if (answer.kind === 'lost') return { kind: 'unknown', message: answer.message, ...after };
  const said = answer.message === '' ? answer.name : answer.message;
  if (answer.name === 'TooLarge') return { kind: 'refused', code: 'invalid', message: said };
  // A wrong database or method name is the set-up's fault, not the journal's: it must not reject every journal of a night.
  if (answer.name === 'Forbidden' || answer.name === 'NotFound')
    return { kind: 'notExecuted', message: said };
  if (!ROLLED_BACK.has(answer.name)) {
    if (HARMLESS_CRASH.test(answer.name)) return { kind: 'refused', code: 'invalid', message: said };
    return { kind: 'unknown', message: `Tryton crashed: ${said}` };
  }
  const means = MEANINGS.find((meaning) => meaning.text.test(said))?.means;
  switch (means) {
    case undefined:
      // It was rolled back, but why is not known: a person reads the text. Nothing can have been posted by this call.
      return { kind: 'refused', code: 'other', message: said };
    case 'transient':
      return { kind: 'notExecuted', message: said };
    case 'duplicateKey':
      return { kind: 'duplicateKey', message: said };
    case 'alreadyPosted':
      return { kind: 'alreadyPosted' };
    default:
      return { kind: 'refused', code: means, message: said };
  }
}
