// A workbook is a zip archive, and a zip archive may be a bomb. Its directory is read and held against limits before one
// byte is unpacked; then every entry is inflated once into nothing, because a directory can lie about sizes.
import { Inflate } from 'fflate';

import type { ErrorParts } from '../../errors.ts';

/** What an archive may be at most (design: spreadsheets in). */
export const ARCHIVE_LIMITS = {
  packedBytes: 50 * 1024 * 1024,
  entries: 200,
  unpackedBytes: 500 * 1024 * 1024,
  /** Unpacked to packed, of the whole archive: sheets of real ledgers stay below 30. */
  ratio: 100,
} as const;
export type ArchiveLimits = { readonly [key in keyof typeof ARCHIVE_LIMITS]: number };

/** A file in the archive, as the directory describes it. */
export interface ArchiveEntry {
  name: string;
  /** 0 stored, 8 deflated. */
  method: number;
  packed: number;
  unpacked: number;
  /** Where its packed bytes begin. */
  start: number;
}

/** Why an archive is not read; becomes a `UserError`. */
export type Refused = Omit<ErrorParts, 'where'>;

const END = 0x06054b50;
const CENTRAL = 0x02014b50;
const LOCAL = 0x04034b50;
const END_LENGTH = 22;
const LONGEST_COMMENT = 0xffff;
const ZIP64 = 0xffffffff;
const DAMAGED: Refused = {
  what: 'the workbook is damaged or cut off',
  expected: 'an .xlsx file as a spreadsheet saves it',
  todo: 'deliver the file again',
};

/** True where bytes begin as a zip archive does. */
export function isArchive(bytes: Uint8Array): boolean {
  return bytes[0] === 0x50 && bytes[1] === 0x4b && bytes[2] === 3 && bytes[3] === 4;
}

/** Reads the directory and holds it against the limits. */
export function readDirectory(
  bytes: Uint8Array,
  limits: ArchiveLimits = ARCHIVE_LIMITS,
): ArchiveEntry[] | Refused {
  if (bytes.length > limits.packedBytes) return tooBig('packed bytes', limits.packedBytes, bytes.length);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const end = findEnd(view);
  if (end === undefined) return DAMAGED;
  const count = view.getUint16(end + 10, true);
  if (count > limits.entries) return tooBig('files inside', limits.entries, count);
  const entries: ArchiveEntry[] = [];
  let at = view.getUint32(end + 16, true);
  for (let index = 0; index < count; index++) {
    const entry = readEntry(view, bytes, at);
    if (entry === undefined) return DAMAGED;
    entries.push(entry.entry);
    at = entry.next;
  }
  if (at > end || overlap(entries)) return DAMAGED;
  let unpacked = 0;
  for (const entry of entries) unpacked += entry.unpacked;
  if (unpacked > limits.unpackedBytes) return tooBig('unpacked bytes', limits.unpackedBytes, unpacked);
  if (unpacked > bytes.length * limits.ratio)
    return tooBig('times its packed size', limits.ratio, Math.ceil(unpacked / bytes.length));
  return entries;
}

function tooBig(what: string, most: number, found: number): Refused {
  return {
    what: 'the workbook is larger than we unpack',
    expected: `at most ${most} ${what}`,
    found: String(found),
    todo: 'split the extract or deliver it as CSV',
  };
}

function findEnd(view: DataView): number | undefined {
  const lowest = Math.max(0, view.byteLength - END_LENGTH - LONGEST_COMMENT);
  for (let at = view.byteLength - END_LENGTH; at >= lowest; at--) {
    if (
      view.getUint32(at, true) === END &&
      at + END_LENGTH + view.getUint16(at + 20, true) === view.byteLength
    )
      return at;
  }
  return undefined;
}

function readEntry(
  view: DataView,
  bytes: Uint8Array,
  at: number,
): { entry: ArchiveEntry; next: number } | undefined {
  if (at + 46 > view.byteLength || view.getUint32(at, true) !== CENTRAL) return undefined;
  const packed = view.getUint32(at + 20, true);
  const unpacked = view.getUint32(at + 24, true);
  const nameLength = view.getUint16(at + 28, true);
  const local = view.getUint32(at + 42, true);
  if (packed === ZIP64 || unpacked === ZIP64 || local === ZIP64) return undefined;
  const name = Buffer.from(bytes.subarray(at + 46, at + 46 + nameLength)).toString('utf8');
  if (local + 30 > view.byteLength || view.getUint32(local, true) !== LOCAL) return undefined;
  const start = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true);
  const method = view.getUint16(at + 10, true);
  if (start + packed > view.byteLength || (method !== 0 && method !== 8)) return undefined;
  const next = at + 46 + nameLength + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  return { entry: { name, method, packed, unpacked, start }, next };
}

/** Entries that share bytes: how the worst bombs are made. */
function overlap(entries: readonly ArchiveEntry[]): boolean {
  const inOrder = entries.toSorted((a, b) => a.start - b.start);
  return inOrder.some((entry, index) => {
    const next = inOrder[index + 1];
    return next !== undefined && entry.start + entry.packed > next.start;
  });
}

const SLICE = 1 << 14;

/** Inflates every entry and counts; undefined where each has exactly the size that the directory says. */
export function checkSizes(bytes: Uint8Array, entries: readonly ArchiveEntry[]): Refused | undefined {
  return entries.every((entry) => hasItsSize(bytes, entry)) ? undefined : DAMAGED;
}

function hasItsSize(bytes: Uint8Array, entry: ArchiveEntry): boolean {
  if (entry.method === 0) return entry.packed === entry.unpacked;
  let count = 0;
  const inflate = new Inflate((chunk) => {
    count += chunk.length;
  });
  const end = entry.start + entry.packed;
  try {
    // In small slices, so that a lie is found after a little of it and not when it fills the memory.
    for (let at = entry.start; at < end && count <= entry.unpacked; at += SLICE) {
      inflate.push(bytes.subarray(at, Math.min(end, at + SLICE)), at + SLICE >= end);
    }
  } catch {
    return false;
  }
  return count === entry.unpacked;
}
