// Takes secrets out of text before it is logged: the ones that this process knows by value, and what looks like one in a
// URL, a header or a setting. By value first, because a driver may print a secret in any form.

/** Makes the function that cleans a text. */
export function scrubber(secrets: readonly string[]): (text: string) => string {
  const known = [...secrets].toSorted((a, b) => b.length - a.length);
  return (text) => {
    let clean = text;
    for (const secret of known) clean = clean.replaceAll(secret, '***');
    return clean
      .replace(/\b([a-z][a-z0-9+.-]*:\/\/)[^\s/@]*@/gi, '$1***@')
      .replace(/\b(Bearer|Basic)\s+[\w+/=.~-]+/gi, '$1 ***')
      .replace(
        /\b([\w-]*(?:password|secret|token|api_?key))(\\*["']?\s*[=:]\s*\\*["']?)[^\s"'&,;\\]+/gi,
        '$1$2***',
      );
  };
}
