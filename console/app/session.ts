// Who is there. A key is sent once and kept nowhere; the link of a demonstration is taken from the address before anything else
// can see it.
import { signal } from '@preact/signals';

import type { SessionAnswer } from '../../src/server/console/session.ts';
import { ask, change, Refused, useSession } from './api.ts';

export type Person = SessionAnswer;

/** `asking`: not known yet; null: nobody. */
export const person = signal<Person | null | 'asking'>('asking');
/** Why somebody has to sign in, in words. */
export const signInWords = signal('');

export async function enter(): Promise<void> {
  const once = /^#once=([\w-]{20,100})$/.exec(location.hash)?.[1];
  if (once !== undefined) {
    history.replaceState(null, '', location.pathname + location.search);
    await signIn({ once });
    return;
  }
  try {
    take(await ask<Person>('session'));
  } catch (error) {
    person.value = null;
    if (error instanceof Refused && error.status !== 401) signInWords.value = error.message;
  }
}

export async function signIn(proof: { key: string } | { once: string }): Promise<void> {
  try {
    take(await change<Person>('session', proof));
    signInWords.value = '';
  } catch (error) {
    person.value = null;
    signInWords.value = (error as Error).message;
  }
}

/** @param everywhere also ends the sessions of other browsers */
export async function signOut(everywhere: boolean): Promise<void> {
  try {
    await change('session/end', { everywhere });
    signInWords.value = everywhere ? 'Signed out everywhere.' : 'Signed out.';
  } catch (error) {
    signInWords.value = (error as Error).message;
  }
  person.value = null;
}

function take(found: Person): void {
  useSession(found.csrf, () => {
    if (person.value === null) return;
    person.value = null;
    signInWords.value =
      'The session is over: it was not used for a while, or it was ended. Nothing was lost.';
  });
  person.value = found;
}

/** The person who is signed in; the shell shows pages only then. */
export function who(): Person {
  if (person.value === null || person.value === 'asking') throw new Error('nobody is signed in');
  return person.value;
}

/** Whether this person may decide that, by the one table of permissions. */
export function may(decision: string): boolean {
  const one = person.value;
  return one !== null && one !== 'asking' && one.may.includes(decision);
}
