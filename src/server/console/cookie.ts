// The cookie of a session. Beyond this machine it is `__Host-`: browsers take and give it over TLS alone, for this very name. On
// this machine several servers may run side by side, and cookies do not know ports: the port is in the name.
import type { IncomingMessage } from 'node:http';

import { LOOPBACK_NAMES } from '../../config/http.ts';
import { hostOf } from '../hosts.ts';

const TOKEN = /^tieout_session_[A-Za-z0-9_-]{43}$/;

/** True where the browser reached us by a name of this machine. */
export const isLoopbackName = (request: IncomingMessage): boolean =>
  LOOPBACK_NAMES.includes(hostOf(request) ?? '');

function cookieName(request: IncomingMessage): string {
  return isLoopbackName(request) ? `tieout-${request.socket.localPort ?? 0}` : '__Host-tieout';
}

/** The session's token that the browser sent; undefined where there is none of the right form, or more than one. */
export function tokenOf(request: IncomingMessage): string | undefined {
  const name = cookieName(request);
  const sent = (request.headers.cookie ?? '')
    .split(';')
    .map((part) => part.trim().split('=', 2) as [string, string?])
    .filter(([key]) => key === name);
  const token = sent[0]?.[1] ?? '';
  return sent.length === 1 && TOKEN.test(token) ? token : undefined;
}

/** @param token '' takes the cookie away */
export function cookieOf(request: IncomingMessage, token: string): string {
  const secure = isLoopbackName(request) ? '' : '; Secure';
  const age = token === '' ? '; Max-Age=0' : '';
  return `${cookieName(request)}=${token}; Path=/; HttpOnly; SameSite=Strict${secure}${age}`;
}
