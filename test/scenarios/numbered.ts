// Stories in one database must not meet: each gets names of its own.

/** A story with its number before every name, location and reference, so that no two stories can meet. */
export function numbered(text: string, index: number): string {
  const story = index + 1;
  return `company US01\naccount 1200\n${text}`
    .replace(/^(\s*(?:event|ledger)\s+)([EL]\w*)(\s+)(\w+)/gm, `$1$2_${story}$3${story}$4`)
    .replace(/(\s)(R\w*)\s*$/gm, `$1$2_${story}`)
    .replace(/^(\s*expect.*)$/gm, (line) => line.replace(/\b([EL]\d\w*)\b/g, `$1_${story}`));
}
