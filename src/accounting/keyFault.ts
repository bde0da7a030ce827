// What a key may be: text by which rows are found again has to fit into an index, and to be told apart by eye.

/** Characters of a key. Six keys of characters that take four bytes each fit into an entry of an index (2,704 bytes). */
export const LONGEST_KEY = 100;

/** Half surrogates have no UTF-8; only JSON can name one. */
const CONTROL_CHARACTER = /[\u0000-\u001f\u007f]|\p{Cs}/u;

/**
 * Characters that nobody sees, or that look like a plain blank: other controls (C1), formats (zero width, direction, soft
 * hyphen), blanks that are no U+0020, fillers and variation selectors. Two keys that differ by one look the same on paper.
 */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\u115f\u1160\u3164\uffa0\p{VS}]|(?! )\p{Zs}/u;
const EVERY_UNSEEN = new RegExp(UNSEEN, 'gu');
const NOT_ASCII = /[^\u0020-\u007e]/;

/** What nobody sees in a text, by its code point, or a blank at its ends; undefined where there is nothing of it. */
export function unseenIn(text: string): { expected: string; found: string } | undefined {
  const unseen = NOT_ASCII.test(text) ? UNSEEN.exec(text) : null;
  if (unseen !== null) {
    const [character] = unseen;
    const code = character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0');
    const place = Array.from(text.slice(0, unseen.index)).length + 1;
    return { expected: 'a key without invisible characters', found: `U+${code} as character ${place}` };
  }
  if (text.startsWith(' ') || text.endsWith(' '))
    return { expected: 'a key without blanks at its ends', found: `${JSON.stringify(text)} (U+0020)` };
  return undefined;
}

const UNSEEN_ENDS = new RegExp(`^(?:\\s|${UNSEEN.source})+|(?:\\s|${UNSEEN.source})+$`, 'gu');

/** A text that is no key, without what nobody sees at its ends, and without U+0000, which no database keeps. */
export function trimUnseen(text: string): string {
  const [first, last] = [text.charCodeAt(0), text.charCodeAt(text.length - 1)];
  const isSeen = first > 0x20 && first < 0x7f && last > 0x20 && last < 0x7f;
  const whole = text.includes('\0') ? text.replaceAll('\0', '') : text;
  return isSeen ? whole : whole.replace(UNSEEN_ENDS, '');
}

/** The key as a person reads it: what a refused row most likely meant. */
export function asSeen(text: string): string {
  return text.replace(EVERY_UNSEEN, '').trim();
}

/**
 * What is wrong with a key; undefined where nothing is.
 * @param plain true where it is known to hold no control character
 * @param longest characters; no limit for a text that is found by its hash: an ERP's reference may hold what it likes
 */
export function keyFault(
  text: string,
  plain = false,
  longest = LONGEST_KEY,
): { expected: string; found: string } | undefined {
  if (text.length > longest)
    return { expected: `a key of at most ${longest} characters`, found: `${text.length} characters` };
  if (!plain && CONTROL_CHARACTER.test(text))
    return { expected: 'a key without control characters', found: JSON.stringify(text) };
  return longest === Infinity ? undefined : unseenIn(text);
}
