// Which name a request was sent to, and whether it came from this machine. A page in somebody's browser can be made to send
// requests to 127.0.0.1 under a foreign name (rebinding): what carries a name that is not ours is not answered.
import type { IncomingMessage } from 'node:http';

import { LOOPBACK_NAMES } from '../config/http.ts';

/** The name in `Host`, without port, in lower case; undefined where there is none, or several. */
export function hostOf({ rawHeaders, headers }: IncomingMessage): string | undefined {
  let count = 0;
  for (let i = 0; i < rawHeaders.length; i += 2) if (rawHeaders[i]!.toLowerCase() === 'host') count += 1;
  if (count !== 1) return undefined;
  return /^(\[[0-9a-f:.]+\]|[^:@/\s]+)(?::\d{1,5})?$/i.exec(headers.host ?? '')?.[1]?.toLowerCase();
}

const FORWARDED = ['forwarded', 'x-forwarded-for', 'x-real-ip', 'via'] as const;

/** True of a request of this machine that no proxy passed on. */
export function isLocal(request: IncomingMessage): boolean {
  const address = request.socket.remoteAddress ?? '';
  return (
    /^(?:::ffff:)?127\.|^::1$/.test(address) &&
    LOOPBACK_NAMES.includes(hostOf(request) ?? '') &&
    FORWARDED.every((name) => request.headers[name] === undefined)
  );
}
