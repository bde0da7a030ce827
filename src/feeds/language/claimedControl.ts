// What a feed's `control` reads in the file itself, in the form of a control file.
import type { FeedFile } from '../feed.ts';
import type { BoundFeed } from './adapters.ts';
import { FileRefused } from './refusals.ts';
import { Reading } from './run.ts';

/** The fields of a control file that the feed claims; undefined where it claims none. */
export async function claimedControl(
  { feed, set, lookups, secretOf }: BoundFeed,
  files: readonly FeedFile[],
): Promise<Record<string, unknown> | undefined> {
  const fields = feed.control?.fields;
  if (fields === undefined || fields.size === 0) return undefined;
  const reading = new Reading(feed, { files, set, lookups, secretOf });
  // What is said of the whole file is known when its first rows are.
  const rows = reading.outcomes();
  await rows.next();
  await rows.return(undefined);
  const control: Record<string, unknown> = {};
  for (const [name, { get, list }] of fields) {
    const value = get({ run: reading.run, memo: [] });
    if (typeof value !== 'string')
      throw new FileRefused(
        'NOT_READABLE',
        files[0]?.path ?? feed.name,
        `${name} of the file cannot be read`,
        value.expected,
        value.found,
      );
    if (value === '') continue;
    if (list) control[name] = value.split(/[,;]\s*/);
    else if (name === 'complete' || name === 'wholeDocuments') control[name] = value === 'true';
    else control[name] = name === 'rows' ? Number(value) : value;
  }
  return control;
}
