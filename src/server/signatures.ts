// Signatures of webhooks, over the raw bytes: HMAC-SHA256 (or 512), compared in constant time, five minutes either way. Several
// secrets are valid at once, and several signatures may come, so that either side can change its secret without a gap.
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';

import type { WebhookScheme } from '../config/model.ts';

const TOLERANCE_S = 300;
const LONGEST_HEADER = 4_096;

/** What a signed request says of itself, when it holds. */
export interface Signed {
  /** Of this delivery; '' where the scheme has none. */
  delivery: string;
}

/** Why it does not hold: header, expected, found; never a secret or a right signature. */
export interface Unsigned {
  path: string;
  expected: string;
  found: string;
}

export interface SignedRequest {
  headers: IncomingHttpHeaders;
  body: Buffer;
  /** One or more, as the secret file has them. */
  secrets: readonly string[];
  /** Milliseconds since 1970. */
  now: number;
}

type Check = (request: SignedRequest) => Signed | Unsigned;

/** Holds a request against the scheme of its source. */
export const SCHEMES: Readonly<Record<WebhookScheme, Check>> = { standard, shopify, stripe, generic };

/** Standard Webhooks: `webhook-id`, `webhook-timestamp`, `webhook-signature: v1,BASE64 v1,BASE64`; secrets `whsec_BASE64`. */
function standard({ headers, body, secrets, now }: SignedRequest): Signed | Unsigned {
  const id = one(headers, 'webhook-id');
  const timestamp = one(headers, 'webhook-timestamp');
  const signatures = one(headers, 'webhook-signature');
  if (id === undefined) return missing('webhook-id');
  const late = outOfTime('webhook-timestamp', timestamp, now);
  if (late !== undefined) return late;
  if (signatures === undefined) return missing('webhook-signature');
  const given = signatures
    .split(' ')
    .flatMap((text) => (text.startsWith('v1,') ? [Buffer.from(text.slice(3), 'base64')] : []));
  const content = Buffer.concat([Buffer.from(`${id}.${timestamp}.`), body]);
  const keys = secrets.map((secret) => Buffer.from(secret.replace(/^whsec_/, ''), 'base64'));
  return holds(keys, 'sha256', content, given) ? { delivery: id } : wrong('webhook-signature');
}

/** Shopify: `x-shopify-hmac-sha256` in Base64 over the body. It signs no time, so the delivery's id is what tells a repeat. */
function shopify({ headers, body, secrets }: SignedRequest): Signed | Unsigned {
  const id = one(headers, 'x-shopify-webhook-id') ?? one(headers, 'x-shopify-event-id');
  const signature = one(headers, 'x-shopify-hmac-sha256');
  if (id === undefined) return missing('x-shopify-webhook-id');
  if (signature === undefined) return missing('x-shopify-hmac-sha256');
  return holds(asKeys(secrets), 'sha256', body, [Buffer.from(signature, 'base64')])
    ? { delivery: id }
    : wrong('x-shopify-hmac-sha256');
}

/** Stripe: `stripe-signature: t=SECONDS,v1=HEX,v1=HEX` over `t.body`. */
function stripe({ headers, body, secrets, now }: SignedRequest): Signed | Unsigned {
  const header = one(headers, 'stripe-signature');
  if (header === undefined) return missing('stripe-signature');
  const parts = header.split(',').map((part) => part.trim().split('=', 2) as [string, string?]);
  const timestamp = parts.find(([name]) => name === 't')?.[1];
  const late = outOfTime('stripe-signature', timestamp, now);
  if (late !== undefined) return late;
  const given = parts.flatMap(([name, text]) => (name === 'v1' ? hex(text) : []));
  const content = Buffer.concat([Buffer.from(`${timestamp}.`), body]);
  return holds(asKeys(secrets), 'sha256', content, given) ? { delivery: '' } : wrong('stripe-signature');
}

/**
 * For senders that are written for us: `x-timestamp` in seconds, `x-signature: sha256=HEX` or `sha512=HEX` over
 * `timestamp.body`; where no time is signed, `x-delivery-id` and the signature over `id.body`.
 */
function generic({ headers, body, secrets, now }: SignedRequest): Signed | Unsigned {
  const timestamp = one(headers, 'x-timestamp');
  const id = one(headers, 'x-delivery-id');
  const signatures = one(headers, 'x-signature');
  if (timestamp === undefined && id === undefined) return missing('x-timestamp or x-delivery-id');
  const late = timestamp === undefined ? undefined : outOfTime('x-timestamp', timestamp, now);
  if (late !== undefined) return late;
  if (signatures === undefined) return missing('x-signature');
  const content = Buffer.concat([Buffer.from(`${timestamp ?? id}.`), body]);
  const valid = signatures.split(',').some((text) => {
    const [, algorithm, signature] = /^\s*(sha256|sha512)=([0-9a-fA-F]+)\s*$/.exec(text) ?? [];
    return algorithm !== undefined && holds(asKeys(secrets), algorithm, content, hex(signature));
  });
  return valid ? { delivery: id ?? '' } : wrong('x-signature');
}

function one(headers: IncomingHttpHeaders, name: string): string | undefined {
  const value = headers[name];
  return typeof value === 'string' && value !== '' && value.length <= LONGEST_HEADER ? value : undefined;
}

const asKeys = (secrets: readonly string[]): Buffer[] => secrets.map((secret) => Buffer.from(secret));
const hex = (text = ''): Buffer[] => (/^(?:[0-9a-fA-F]{2})+$/.test(text) ? [Buffer.from(text, 'hex')] : []);

/** Every pair is compared, whichever of them fits: the time it takes tells nothing. */
function holds(
  keys: readonly Buffer[],
  algorithm: string,
  content: Buffer,
  given: readonly Buffer[],
): boolean {
  let found = false;
  for (const key of keys) {
    const right = createHmac(algorithm, key).update(content).digest();
    for (const one of given) if (one.length === right.length && timingSafeEqual(one, right)) found = true;
  }
  return found;
}

function outOfTime(path: string, timestamp: string | undefined, now: number): Unsigned | undefined {
  if (timestamp === undefined) return missing(path);
  if (!/^\d{1,12}$/.test(timestamp))
    return { path, expected: 'a time in seconds since 1970', found: 'something else' };
  const away = Math.abs(Math.floor(now / 1000) - Number(timestamp));
  if (away <= TOLERANCE_S) return undefined;
  return { path, expected: `a time within ${TOLERANCE_S} seconds of ours`, found: `${away} seconds away` };
}

const missing = (path: string): Unsigned => ({ path, expected: 'a value', found: 'nothing' });
const wrong = (path: string): Unsigned => ({
  path,
  expected: 'the signature of this body by a secret that we share',
  found: 'another one',
});
