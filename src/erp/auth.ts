// How an ERP knows us: user and password, a token that somebody issued, or OAuth 2.0 client credentials (a secret, or a
// signed assertion where the ERP takes certificates). A token is fetched before a request and never resends one.
import { constants, createPrivateKey, randomUUID, sign } from 'node:crypto';
import type { ErpCall } from './contract.ts';
import { httpClient, textOf, type HttpClient } from './http.ts';
import { asObject, asText, parseJsonText } from './jsonText.ts';
import type { SettingReader } from './settings.ts';

/** Gives the headers that authorise a request; `none` says why there are no. */
export interface Authority {
  headers(
    call: ErpCall,
  ): Promise<{ kind: 'some'; headers: Readonly<Record<string, string>> } | { kind: 'none'; message: string }>;
  /** The last headers were not accepted. */
  forget(): void;
}

/** What the settings say: keys `auth`, and those of its kind. */
export type AuthSettings =
  | { auth: 'basic'; user: string; password: string }
  | { auth: 'bearer'; token: string }
  | {
      auth: 'oauth';
      tokenUrl: string;
      clientId: string;
      scope: string;
      /** One of the two: a secret, or a private key (PEM) with the id of its certificate. */
      clientSecret: string;
      privateKey: string;
      certificateId: string;
    };

/** @throws UserError where a key of the chosen kind is missing */
export function readAuth(read: SettingReader, otherwise: AuthSettings['auth']): AuthSettings {
  const auth = read.choice('auth', ['basic', 'bearer', 'oauth'], otherwise);
  if (auth === 'basic') return { auth, user: read.text('user'), password: read.secret('password') };
  if (auth === 'bearer') return { auth, token: read.secret('token') };
  const privateKey = read.secret('privateKey', false);
  return {
    auth,
    tokenUrl: read.url('tokenUrl'),
    clientId: read.text('clientId'),
    scope: read.optional('scope', ''),
    clientSecret: read.secret('clientSecret', privateKey === ''),
    privateKey,
    certificateId: read.optional('certificateId', ''),
  };
}

/** The secrets in it, for scrubbing. */
export function secretsIn(auth: AuthSettings): string[] {
  if (auth.auth === 'basic')
    return [auth.password, Buffer.from(`${auth.user}:${auth.password}`).toString('base64')];
  return auth.auth === 'bearer' ? [auth.token] : [auth.clientSecret, auth.privateKey];
}

/** @param erp told every token, so that it can be scrubbed from messages */
export function authority(auth: AuthSettings, erp: HttpClient, now: () => number = Date.now): Authority {
  if (auth.auth !== 'oauth') {
    const credentials =
      auth.auth === 'basic'
        ? `Basic ${Buffer.from(`${auth.user}:${auth.password}`).toString('base64')}`
        : `Bearer ${auth.token}`;
    const headers = { authorization: credentials };
    return { headers: () => Promise.resolve({ kind: 'some', headers }), forget: () => undefined };
  }
  let held: { token: string; until: number } | undefined;
  return {
    headers: async (call) => {
      if (held === undefined || now() >= held.until) {
        const fetched = await fetchToken(auth, call, now());
        if ('message' in fetched) return { kind: 'none', message: fetched.message };
        erp.keepSecret(fetched.token);
        held = fetched;
      }
      return { kind: 'some', headers: { authorization: `Bearer ${held.token}` } };
    },
    forget: () => (held = undefined),
  };
}

type OAuth = Extract<AuthSettings, { auth: 'oauth' }>;
// Renewed a minute early: a token that ends between our clock and theirs would cost an attempt.
const EARLY_MS = 60_000;

async function fetchToken(
  auth: OAuth,
  call: ErpCall,
  now: number,
): Promise<{ token: string; until: number } | { message: string }> {
  const form = new URLSearchParams({
    grant_type: 'client_credentials',
    ...(auth.scope === '' ? {} : { scope: auth.scope }),
  });
  if (auth.privateKey === '') {
    form.set('client_id', auth.clientId);
    form.set('client_secret', auth.clientSecret);
  } else {
    form.set('client_assertion_type', 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer');
    form.set('client_assertion', assertion(auth, now));
  }
  const http = httpClient({ baseUrl: new URL(auth.tokenUrl).origin, secrets: secretsIn(auth) });
  try {
    const outcome = await http.send({
      method: 'POST',
      path: auth.tokenUrl,
      headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' },
      body: form.toString(),
      signal: call.signal,
    });
    if (outcome.kind !== 'answered') return { message: `no token: ${outcome.message}` };
    if (outcome.answer.status !== 200) return { message: `no token: status ${outcome.answer.status}` };
    const answer = asObject(parseJsonText(textOf(outcome.answer) ?? ''));
    const token = asText(answer.access_token);
    const seconds = Number(asText(answer.expires_in) || '300');
    return token === ''
      ? { message: 'no token in the answer' }
      : { token, until: now + seconds * 1000 - EARLY_MS };
  } catch (error) {
    return { message: `no token: ${http.scrub((error as Error).message)}` };
  } finally {
    http.close();
  }
}

/** RFC 7523 assertion, signed with PS256 as NetSuite asks for. */
function assertion(auth: OAuth, now: number): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const issued = Math.floor(now / 1000);
  const head = part({ typ: 'JWT', alg: 'PS256', kid: auth.certificateId });
  const claims = part({
    iss: auth.clientId,
    scope: auth.scope === '' ? [] : auth.scope.split(/[ ,]+/),
    aud: auth.tokenUrl,
    iat: issued,
    exp: issued + 300,
    jti: randomUUID(),
  });
  const signature = sign('sha256', Buffer.from(`${head}.${claims}`), {
    key: createPrivateKey(auth.privateKey),
    padding: constants.RSA_PKCS1_PSS_PADDING,
    saltLength: 32,
  });
  return `${head}.${claims}.${signature.toString('base64url')}`;
}
