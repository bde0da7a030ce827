// What is done to a key's text before it is compared, in this process; compile.ts holds the same list in SQL.
import type { Key, KeyColumn, Normaliser } from '../rulebook/model.ts';
import type { Side } from '../accounting/line.ts';

/** One normaliser applied. ASCII only where letters are folded: no language's rules move a reference. */
export function normalise(text: string, step: Normaliser): string {
  switch (step.kind) {
    case 'upper':
      return text.replace(/[a-z]+/g, (letters) => letters.toUpperCase());
    case 'alphanumeric':
      return text.replace(/[^A-Za-z0-9]+/g, '');
    case 'stripZeros':
      return text.replace(/^0+/, '');
    case 'extract':
      return new RegExp(step.pattern, 'su').exec(text)?.[1] ?? '';
  }
}

/** The compared text of one key on one side: the first named column that is not empty once normalised; '' = none. */
export function keyText(columns: Partial<Record<KeyColumn, string>>, key: Key, side: Side): string {
  for (const column of side === 'E' ? key.expected : key.ledger) {
    let text = columns[column] ?? '';
    for (const step of key.normalise) text = normalise(text, step);
    if (text !== '') return text;
  }
  return '';
}

/** The compared texts of all keys of a pass; undefined where one is empty (an empty key value matches nothing). */
export function keyTexts(
  columns: Partial<Record<KeyColumn, string>>,
  keys: readonly Key[],
  side: Side,
): string[] | undefined {
  const texts: string[] = [];
  for (const key of keys) {
    const text = keyText(columns, key, side);
    if (text === '') return undefined;
    texts.push(text);
  }
  return texts;
}
