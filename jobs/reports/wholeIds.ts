// The whole id of what a person named by its beginning; two that begin alike are both shown, and nothing is done.
import type { Database } from '../../src/db/connection.ts';
import { type Beginning, idsLike } from '../../src/db/list/beginnings.ts';
import { UserError } from '../../src/errors.ts';
import { fewOf } from '../../src/fewOf.ts';

const SHOWN = 10;

/**
 * Each id whole. What begins like nothing stays as it is: whoever takes it says best what is not there. A word of digits is a
 * journal's number where journals are meant, never the beginning of its reference.
 * @throws UserError with the candidates where a beginning is not unique
 */
export async function wholeIds(
  { pool }: Pick<Database, 'pool'>,
  kinds: readonly Beginning[],
  ids: readonly string[],
): Promise<string[]> {
  const whole: string[] = [];
  for (const id of ids) {
    if (kinds.includes('journal') && /^\d+$/.test(id)) {
      whole.push(id);
      continue;
    }
    const found = [];
    for (const kind of kinds)
      for (const one of await idsLike(pool, kind, id, SHOWN + 1)) found.push({ kind, one });
    const same = found.find(({ one }) => one.toLowerCase() === id.toLowerCase());
    if (same === undefined && found.length > 1)
      throw new UserError({
        where: id,
        what: `${found.length > SHOWN ? `more than ${SHOWN}` : found.length} ids begin like this; nothing was done`,
        expected: fewOf(
          found.map(({ kind, one }) => `${kind} ${one}`),
          SHOWN,
        ),
        todo: 'type more of the one that is meant',
      });
    whole.push((same ?? found[0])?.one ?? id);
  }
  return whole;
}
