// Questions and changes to the server: one place for the session, the token against forged requests, and for what went wrong.
import { signal } from '@preact/signals';

/** What the server refused, in words, or that it could not be reached. */
export class Refused extends Error {
  readonly status: number;
  constructor(status: number, words: string) {
    super(words);
    this.status = status;
  }
}

/** Changes whenever something was changed here: answers that are shown are asked for anew. */
export const changes = signal(0);

let token = '';
let whenSignedOut: () => void = () => undefined;

/** @param csrf goes with every change; @param signedOut called when the session is over */
export function useSession(csrf: string, signedOut: () => void): void {
  token = csrf;
  whenSignedOut = signedOut;
}

export function ask<T>(path: string, abort?: AbortSignal): Promise<T> {
  return send<T>('GET', path, undefined, abort);
}

/** Sends a change; what is shown is read again afterwards. */
export async function change<T>(path: string, body: unknown): Promise<T> {
  try {
    return await send<T>('POST', path, body);
  } finally {
    changes.value += 1;
  }
}

async function send<T>(method: string, path: string, body?: unknown, abort?: AbortSignal): Promise<T> {
  const answer = await fetch(`/v1/console/${path}`, {
    method,
    credentials: 'same-origin',
    headers: body === undefined ? {} : { 'content-type': 'application/json', 'x-tieout-csrf': token },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    ...(abort === undefined ? {} : { signal: abort }),
  }).catch((error: unknown) => {
    if (abort?.aborted === true) throw error;
    throw new Refused(0, 'Tieout does not answer. Is it running, and is the network there?');
  });
  const json = (await answer.json().catch(() => ({}))) as { detail?: string };
  if (answer.ok) return json as T;
  if (answer.status === 401 && path !== 'session') whenSignedOut();
  throw new Refused(answer.status, json.detail ?? `The server answered ${answer.status}.`);
}
