// A workbook that people filled in, whole, read in a thread of its own under limits of size, memory and time.
import { Fault } from '../../errors.ts';
import type { Book } from './parseBook.ts';
import { startThread } from './thread.ts';

export type { Book, BookRow, BookSheet } from './parseBook.ts';

/**
 * @param where the file's name, for messages
 * @throws UserError for a file that is damaged, too large, too slow, or holds macros or links to other files
 */
export async function readBook(bytes: Uint8Array, where: string): Promise<Book> {
  const thread = startThread({ bytes, whole: true }, where);
  const said = await thread.answer();
  await thread.end();
  if (said.kind !== 'book') throw new Fault(`the parsing thread said ${said.kind} instead of the workbook`);
  return said.book;
}
