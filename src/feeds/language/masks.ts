// Personal data at the door: what of a row never leaves the reader as it came. A dropped field is empty from then on; a
// pseudonym stands for its text, the same for the same text, and cannot be turned back without the secret.
import { createHmac } from 'node:crypto';

import { FileRefused } from './refusals.ts';

/** Which fields, by the names of columns, header cells or paths; `key` names the secret of a pseudonym. */
export interface Mask {
  readonly pattern: RegExp;
  readonly key: string | undefined;
}

/** A field of a row, and what becomes of its text. */
export interface MaskedField {
  readonly index: number;
  readonly mask: (text: string) => string;
}

/** Gives the secret of that name, from the environment; undefined where there is none. */
export type SecretOf = (name: string) => string | undefined;

const LENGTH = 20;
const LETTERS = 'abcdefghijklmnopqrstuvwxyz234567';

/** What becomes of a text under these names; undefined where it stays. A name that is dropped and a pseudonym is dropped. */
export function maskOf(
  masks: readonly Mask[],
  names: readonly string[],
  secretOf: SecretOf,
  where: string,
): MaskedField['mask'] | undefined {
  const fitting = masks.filter(({ pattern }) => names.some((name) => pattern.test(name)));
  if (fitting.length === 0) return undefined;
  if (fitting.some(({ key }) => key === undefined)) return () => '';
  const key = fitting[0]!.key!;
  const secret = secretOf(key);
  if (secret === undefined || secret === '')
    throw new FileRefused(
      'NOT_READABLE',
      where,
      `the secret ${key} of pseudonyms is not there`,
      `the environment variable ${key}`,
      'nothing',
      'set it where the program runs; nothing of the file was taken',
    );
  return (text) => pseudonym(secret, text.trim());
}

/** HMAC-SHA-256, 20 characters of base32; nothing stays nothing. */
function pseudonym(secret: string, text: string): string {
  if (text === '') return '';
  const bytes = createHmac('sha256', secret).update(text).digest();
  let bits = 0n;
  for (const byte of bytes.subarray(0, 13)) bits = (bits << 8n) | BigInt(byte);
  bits >>= 4n;
  let word = '';
  for (let i = 0; i < LENGTH; i++) {
    word = LETTERS[Number(bits & 31n)]! + word;
    bits >>= 5n;
  }
  return word;
}
