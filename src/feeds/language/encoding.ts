// Bytes of another encoding as UTF-8, chunk by chunk. Node's own `windows-1252` misreads the euro sign, so iconv-lite does it.
import iconv from 'iconv-lite';

import { UserError } from '../../errors.ts';

export const ENCODINGS = [
  'utf-8',
  'utf-16le',
  'windows-1252',
  'iso-8859-15',
  'cp850',
  'cp437',
  'shift_jis',
] as const;

/** `encoding` as given; a byte order mark wins, then what the file declares. UTF-8 is passed through and checked where lines are read. */
export async function* asUtf8(
  source: AsyncIterable<Buffer> | Iterable<Buffer>,
  encoding: string,
  where: string,
  declared?: (bytes: Buffer) => string | undefined,
): AsyncGenerator<Buffer> {
  let decoder: { write(bytes: Buffer): string; end(): string | undefined } | undefined;
  let name = encoding;
  let isFirst = true;
  const decoded = (text: string): Buffer => {
    if (text.includes('\ufffd'))
      throw new UserError({
        where,
        what: `NOT_READABLE: the file is not ${name}`,
        expected: `${name} text`,
        todo: 'say the file’s encoding in the feed, or deliver it as UTF-8; nothing of it was taken',
      });
    return Buffer.from(text, 'utf8');
  };
  for await (const chunk of source) {
    if (isFirst) {
      name = markedEncoding(chunk) ?? known(declared?.(chunk)) ?? encoding;
      if (name !== 'utf-8') decoder = iconv.getDecoder(name as Parameters<typeof iconv.getDecoder>[0]);
    }
    isFirst = false;
    if (decoder === undefined) yield chunk;
    else {
      const text = decoder.write(chunk);
      if (text !== '') yield decoded(text);
    }
  }
  const rest = decoder?.end() ?? '';
  if (rest !== '') yield decoded(rest);
}

/** Latin 1 of a declaration is the larger Windows set, as everywhere on the web. */
function known(name: string | undefined): string | undefined {
  if (name === undefined || name === 'utf-8' || name === 'utf8') return undefined;
  if (name === 'iso-8859-1' || name === 'us-ascii') return 'windows-1252';
  return iconv.encodingExists(name) ? name : undefined;
}

function markedEncoding(bytes: Buffer): string | undefined {
  if (bytes[0] === 0xef && bytes[1] === 0xbb && bytes[2] === 0xbf) return 'utf-8';
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le';
  return bytes[0] === 0xfe && bytes[1] === 0xff ? 'utf-16be' : undefined;
}

/** Text as bytes of an encoding. */
export function asEncoding(text: string, encoding: string): Buffer {
  return encoding === 'utf-8'
    ? Buffer.from(text)
    : iconv.encode(text, encoding as Parameters<typeof iconv.encode>[1]);
}
