// Files in an ERP's folders that a restored database does not know, a line each: the ERP may have booked them.
import { relative } from 'node:path';

/** So many are named; the others are counted. */
const NAMED = 20;

export function unknownFileLines(files: readonly { erp: string; place: string }[]): string[] {
  if (files.length === 0) return [];
  return [
    ...files.slice(0, NAMED).map(({ erp, place }) => `unknown    ${erp}: ${relative('.', place)}`),
    ...(files.length > NAMED ? [`unknown    and ${files.length - NAMED} more files`] : []),
    '           written after the backup, and not known to this database; what they book is sent again only after two persons said by tieout resolve that it is not there',
  ];
}
