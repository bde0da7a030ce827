// What SAP confirms. It answers business errors with HTTP 200, so severity and document number decide, and only of the
// confirmation that names our sub-message: one answer may hold many.
import type { PostOutcome, RefusalCode } from '../contract.ts';
import { child, descendants, parseXml, textAt, type XmlElement } from '../xml.ts';

/** A confirmed document, or the outcome that the answer amounts to. */
export type Confirmation = { kind: 'booked'; document: string; fiscalYear: string } | PostOutcome;

/** Message class and number as SAP prints them, `605(RW)`, or words of the note. */
const MEANINGS: readonly { fits: RegExp; code: RefusalCode | 'transient' }[] = [
  { fits: /^201\(F5\)|posting period .* is not open|period .* (is )?closed/i, code: 'closedPeriod' },
  {
    fits: /^01[67]\(FINS_FI_POSTING_IF\)|balance must be zero|balance in transaction currency/i,
    code: 'unbalanced',
  },
  {
    fits: /G\/L account .*(does not exist|is not defined|not defined|blocked for posting)/i,
    code: 'unknownAccount',
  },
  { fits: /no authori[sz]ation|not authori[sz]ed/i, code: 'notAllowed' },
  // Somebody edits the account or the number range is busy: the document was rolled back and the next try may pass.
  { fits: /(currently |is )(locked|being processed|blocked) by (user|another)/i, code: 'transient' },
  { fits: /^(019|021|023)\(FINS_FI_POSTING_IF\)/, code: 'invalid' },
];

/** Reads a synchronous answer for the sub-message `subId`. */
export function readConfirmation(text: string, subId: string): Confirmation {
  let root: XmlElement;
  try {
    root = parseXml(text);
  } catch (error) {
    return { kind: 'unknown', message: `the answer is no XML: ${(error as Error).message}` };
  }
  // The element's name repeats at two levels; only the outer one has a message header.
  const ours = descendants(root, 'JournalEntryCreateConfirmation').filter(
    (one) => textAt(one, 'MessageHeader', 'ReferenceID') === subId,
  );
  const [confirmation, ...more] = ours;
  if (confirmation === undefined || more.length > 0) {
    return { kind: 'unknown', message: `${ours.length} confirmations of message ${subId} in the answer` };
  }
  const entry = child(confirmation, 'JournalEntryCreateConfirmation');
  const document = textAt(entry, 'AccountingDocument');
  const booked = document !== '' && !/^0+$/.test(document);
  const log = child(confirmation, 'Log');
  const severity = textAt(log, 'MaximumLogItemSeverityCode');
  if (booked && /^[12]?$/.test(severity)) {
    return { kind: 'booked', document, fiscalYear: textAt(entry, 'FiscalYear') };
  }
  const notes = descendants(confirmation, 'Item').map(
    (item) => `${textAt(item, 'TypeID')} ${textAt(item, 'Note')}`,
  );
  const said = notes.join('; ').slice(0, 500);
  if (booked || !/^[34]$/.test(severity)) {
    return { kind: 'unknown', message: `document "${document}" with severity "${severity}": ${said}` };
  }
  return refusal(notes, said);
}

function refusal(notes: readonly string[], said: string): PostOutcome {
  for (const { fits, code } of MEANINGS) {
    const hit = notes.some((note) => fits.test(note) || fits.test(note.slice(note.indexOf(' ') + 1)));
    if (!hit) continue;
    return code === 'transient'
      ? { kind: 'notExecuted', message: said }
      : { kind: 'refused', code, message: said };
  }
  return { kind: 'refused', code: 'other', message: said };
}
