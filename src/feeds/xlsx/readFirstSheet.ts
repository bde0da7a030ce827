// The first sheet of a workbook as rows of text, read in a thread of its own under limits of size, memory and time. A file
// that breaks one is refused like any file that cannot be read; the service goes on.
import { Fault } from '../../errors.ts';
import type { SheetHead, SheetRow } from './parseThread.ts';
import { READ_LIMITS, type ReadLimits, startThread } from './thread.ts';

export type { SheetHead, SheetRow } from './parseThread.ts';

export { READ_LIMITS, type ReadLimits } from './thread.ts';

/** An opened sheet. Whoever does not take all rows must end the generator, which ends the thread. */
export interface FirstSheet extends SheetHead {
  rows: AsyncGenerator<SheetRow[]>;
}

/**
 * Opens the first sheet of an .xlsx workbook. Rows without anything in them are left out; text stays as it is, dates become
 * `YYYY-MM-DD`, formula cells give the value they were saved with.
 * @param where the file's name, for messages
 * @param sheet another sheet, by its name
 * @throws UserError for a file that is damaged, too large, too slow, or holds a cell that has no value
 */
export async function readFirstSheet(
  bytes: Uint8Array,
  where: string,
  limits: ReadLimits = READ_LIMITS,
  sheet?: string,
): Promise<FirstSheet> {
  const thread = startThread({ bytes, ...(sheet === undefined ? {} : { sheet }) }, where, limits);
  const first = await thread.answer();
  if (first.kind !== 'head')
    throw new Fault(`the parsing thread said ${first.kind} instead of the sheet's head`);
  return { ...first.head, rows: thread.rows() };
}
