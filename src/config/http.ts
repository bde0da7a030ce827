// Reads `http` and `webhooks` of tieout.yaml, and TIEOUT_HTTP_PORT, which wins because a port belongs to the machine.
import { UserError } from '../errors.ts';
import type { YamlValue } from '../rulebook/yaml.ts';
import type { HttpSetting, Webhook, WebhookScheme } from './model.ts';

/** Names that a loopback address is reached by; always allowed. */
export const LOOPBACK_NAMES: readonly string[] = ['localhost', '127.0.0.1', '[::1]'];
const LOOPBACK_ADDRESSES: readonly string[] = ['127.0.0.1', '::1', 'localhost'];
const SCHEMES: readonly WebhookScheme[] = ['standard', 'shopify', 'stripe', 'generic'];
const HOST = /^(?:[A-Za-z0-9.-]{1,253}|\[[0-9a-fA-F:.]+\])$/;

/** True where nobody but this machine can connect. */
export const isLoopback = (host: string): boolean => LOOPBACK_ADDRESSES.includes(host);

export function readHttp(value: YamlValue | undefined, absolute: (relative: string) => string): HttpSetting {
  const map = value?.map('{ port: 8080, host: 127.0.0.1, hosts: [localhost], cert: FILE, key: FILE }');
  const port = map?.get('port')?.wholeNumber(0, 65535);
  const host = map?.get('host')?.text('an address to listen on');
  const listed = map?.get('hosts');
  const hosts = listed?.texts('a list of host names, without port') ?? [];
  const cert = map?.get('cert')?.text('a path');
  const key = map?.get('key')?.text('a path');
  map?.end();
  const bad = hosts.find((name) => !HOST.test(name));
  if (bad !== undefined)
    listed?.refuse({ what: 'not a host name', expected: 'a name or address without port', found: bad });
  if ((cert === undefined) !== (key === undefined))
    value?.refuse({
      what: 'TLS needs both',
      expected: 'cert and key',
      found: cert === undefined ? 'key' : 'cert',
    });
  if (host !== undefined && !isLoopback(host) && hosts.length === 0)
    value?.refuse({
      what: `who listens on ${host} has to say by which names it is reached`,
      expected: 'hosts: [name, ...]',
      todo: 'list the names that clients write into the URL; a request for another name is refused',
    });
  return {
    host: host ?? '127.0.0.1',
    hosts: [...new Set([...LOOPBACK_NAMES, ...hosts])],
    ...(port === undefined ? {} : { port }),
    ...(cert === undefined || key === undefined ? {} : { tls: { cert: absolute(cert), key: absolute(key) } }),
  };
}

export function readWebhook(value: YamlValue, absolute: (relative: string) => string): Webhook | undefined {
  const map = value.map('{ scheme: standard, secretFile: FILE, source: /shop }');
  const scheme = map?.need('scheme', SCHEMES.join(', '))?.oneOf(SCHEMES);
  const secretFile = map?.need('secretFile', 'a file with one secret a line')?.text('a path');
  const source = map?.need('source', 'the source whose events it may bring')?.text();
  map?.end();
  if (scheme === undefined || secretFile === undefined || source === undefined) return undefined;
  return { name: value.name, scheme, secretFile: absolute(secretFile), source };
}

/** The port of TIEOUT_HTTP_PORT; undefined where it is not set. */
export function httpPort(env: NodeJS.ProcessEnv): number | undefined {
  const text = env['TIEOUT_HTTP_PORT'] ?? '';
  if (text === '') return undefined;
  if (/^\d{1,5}$/.test(text) && Number(text) < 65536) return Number(text);
  throw new UserError({ where: 'TIEOUT_HTTP_PORT', what: 'not a port', expected: '0 to 65535', found: text });
}
