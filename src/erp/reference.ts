// Where an ERP's line has no field for a business reference, it stands at the front of the line's text, and is taken off
// again when the line is read. One form for all ERPs, so that a person finds a shipment in any of them the same way.
import { createHash } from 'node:crypto';
import type { DocumentAmount, OutgoingJournal, OutgoingLine } from './contract.ts';
import { compareDocument } from '../posting/document.ts';
import { isPostingReference } from '../posting/key.ts';

const SEPARATOR = ' | ';
/** What is left of it where nothing follows: fields are stored without the blanks at their end. */
const MARK = ' |';

/**
 * `SO-1001 | shipment`, cut at the end to what the field holds; neither the reference nor the mark after it is ever cut,
 * without which it would not be read back.
 */
export function describeLine(line: Pick<OutgoingLine, 'reference' | 'text'>, maxLength: number): string {
  if (line.reference === '') return line.text.slice(0, maxLength);
  const whole = `${line.reference}${SEPARATOR}${line.text}`;
  return whole.slice(0, Math.max(maxLength, line.reference.length + MARK.length)).trimEnd();
}

/** A text taken apart again; without a separator there is no reference in it. */
export function referenceIn(text: string): { reference: string; text: string } {
  const at = text.indexOf(SEPARATOR);
  if (at < 0 && text.endsWith(MARK)) return { reference: text.slice(0, -MARK.length).trim(), text: '' };
  return at < 0
    ? { reference: '', text }
    : { reference: text.slice(0, at).trim(), text: text.slice(at + SEPARATOR.length) };
}

/** The text where it has the form of a posting reference of ours, else ''. */
export function postingReferenceIn(text: string): string {
  return isPostingReference(text) ? text : '';
}

/** True where an unposted draft holds what the journal says, so that it may be posted in its place. */
export function draftHolds(amounts: readonly DocumentAmount[], journal: OutgoingJournal): boolean {
  return compareDocument({ documentId: 'draft', reference: '', amounts }, journal) === 'same';
}

// RFC 9562 wants a namespace; this one is ours and never changes, or a repeated key would get another UUID.
const NAMESPACE = Buffer.from('5d0c7a2e9b1f4e7c8a36f1c25d90e4b7', 'hex');

/** UUID version 5 of a text (RFC 9562, 5.5): the same posting key gives the same message id on every attempt. */
export function uuidOf(text: string): string {
  const bytes = createHash('sha1').update(NAMESPACE).update(text).digest().subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x50, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}
