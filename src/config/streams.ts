// Reads `streams` of tieout.yaml: JetStream streams that events are read from.
import type { YamlValue } from '../rulebook/yaml.ts';
import type { StreamSetting } from './model.ts';

const FORM =
  '{ servers: [host:4222], stream: RETAIL, subject: "retail.>", durable: tieout, sources: [/oms] }';
/** What JetStream allows in the name of a stream or consumer. */
const NAME = /^[A-Za-z0-9_-]{1,64}$/;

export function readStream(
  value: YamlValue,
  absolute: (relative: string) => string,
): StreamSetting | undefined {
  const map = value.map(FORM);
  const servers = map?.need('servers', 'a list of host:port')?.texts('a list of host:port');
  const stream = nameOf(map?.need('stream', 'the name of the stream'));
  const subject = map?.need('subject', 'a subject such as "retail.>"')?.text();
  const durable = nameOf(map?.need('durable', 'the name of our consumer'));
  const sources = map?.need('sources', 'the sources that it may carry')?.texts('a list of sources');
  const credsFile = map?.get('credsFile')?.text('a path');
  const nkeyFile = map?.get('nkeyFile')?.text('a path');
  const tls = map?.get('tls')?.text('a path');
  map?.end();
  if (credsFile !== undefined && nkeyFile !== undefined)
    value.refuse({ what: 'two ways to prove who we are', expected: 'credsFile or nkeyFile', found: 'both' });
  if (!servers || !stream || !subject || !durable || !sources) return undefined;
  return {
    name: value.name,
    servers,
    stream,
    subject,
    durable,
    sources,
    ...(credsFile === undefined ? {} : { credsFile: absolute(credsFile) }),
    ...(nkeyFile === undefined ? {} : { nkeyFile: absolute(nkeyFile) }),
    ...(tls === undefined ? {} : { tls: absolute(tls) }),
  };
}

function nameOf(value: YamlValue | undefined): string | undefined {
  const text = value?.text();
  if (text === undefined || NAME.test(text)) return text;
  return value?.refuse({
    what: 'not a name of JetStream',
    expected: 'letters, digits, _ and -',
    found: text,
  });
}
