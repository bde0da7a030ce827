// What a key may be: text by which rows are found again has to fit into an index, and to be told apart by eye.

/** Characters of a key. Six keys of characters that take four bytes each fit into an entry of an index (2,704 bytes). */
export const LONGEST_KEY = 100;

/** Half surrogates have no UTF-8; only JSON can name one. */
const CONTROL_CHARACTER = /[\u0000-\u001f\u007f]|\p{Cs}/u;

/**
 * What is wrong with a key; undefined where nothing is.
 * @param plain true where it is known to hold no control character
 * @param longest characters; no limit for a key that is found by its hash
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
  return undefined;
}
