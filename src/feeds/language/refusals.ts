// Refusals of a whole file (spec: feeds): said once, and nothing of it is stored.
import { UserError } from '../../errors.ts';

export type FileReason = 'NOT_THIS_FEED' | 'NOT_READABLE' | 'BATCH_INCOMPLETE' | 'TOO_LARGE';

/** A file that a feed does not take. */
export class FileRefused extends UserError {
  readonly reason: FileReason;
  constructor(
    reason: FileReason,
    where: string,
    what: string,
    expected?: string,
    found?: string,
    todo?: string,
  ) {
    super({
      where,
      what: `${reason}: ${what}`,
      ...(expected === undefined ? {} : { expected }),
      ...(found === undefined ? {} : { found }),
      todo: todo ?? 'nothing of the file was taken; correct it, or the feed, and deliver it again',
    });
    this.reason = reason;
  }
}

/** Limits of what one feed reads (spec: feeds, Limits). */
export const LIMITS = {
  fileBytes: 2 * 1024 * 1024 * 1024,
  rowBytes: 1 << 20,
  cellCharacters: 64 * 1024,
  columns: 2_000,
  depth: 64,
  treeCharacters: 8 * 1024 * 1024,
} as const;
