// Oracle Fusion, as the file that its "Import Journals" takes: a zip with the headerless GlInterface.csv of 149 columns
// (order of the 25C template). Fusion accepts the same file twice, so the drop's own rule that a name exists once, and one
// group id per posting, are what keep it at one; loading is not posting, and the extract has the last word.
import { UserError } from '../errors.ts';
import type { ErpPoster, OutgoingJournal, OutgoingLine } from './contract.ts';
import { csvField, csvLine, csvText } from './csvOut.ts';
import { fileDrop } from './fileDrop.ts';
import { withControl, type JournalFile } from './journalFile.ts';
import { describeLine } from './reference.ts';
import { settingReader, type ErpEntry } from './settings.ts';
import { zipOf } from './zip.ts';

/** What an entry `adapter: oracle-fbdi` under `erps:` says. */
export interface OracleFbdiSettings {
  outbox: string;
  archive: string;
  /** Fusion's ledger id, by our company code. */
  ledgers: ReadonlyMap<string, string>;
  /** First segment's value, by our company code; a code that is not listed is its own value. */
  companySegments: ReadonlyMap<string, string>;
  /** Names of source and category as Fusion's set-up has them. */
  source: string;
  category: string;
  /** The chart's segments in order: `company`, `account`, `location`, `dimension`, or a fixed value as `=000`. */
  segments: readonly string[];
  /** Stands for an empty location or dimension. */
  emptySegment: string;
}

const COLUMNS = 149;
const REFERENCE_LENGTH = 240;
const SEGMENT = /^(company|account|location|dimension|=.*)$/;

/** @throws UserError where a setting is missing, unknown or of another form */
export function oracleFbdiSettings(entry: ErpEntry): OracleFbdiSettings {
  const read = settingReader(entry);
  const segments = read.optional('segments', 'company location account dimension').split(/[ ,]+/);
  const wrong = segments.find((segment) => !SEGMENT.test(segment));
  if (wrong !== undefined || segments.length > 30) {
    throw new UserError({
      where: `tieout.yaml, erps.${entry.name}.segments`,
      what: 'bad segment',
      expected: 'up to 30 of company, account, location, dimension, =VALUE',
      found: wrong ?? `${segments.length} segments`,
    });
  }
  const settings: OracleFbdiSettings = {
    outbox: read.folder('outbox'),
    archive: read.folder('archive'),
    ledgers: read.pairs('ledgers'),
    companySegments: read.pairs('companySegments'),
    source: read.optional('source', 'Tieout'),
    category: read.optional('category', 'Tieout'),
    segments,
    emptySegment: read.optional('emptySegment', '000'),
  };
  read.finish();
  return settings;
}

export function oracleFbdiAdapter(settings: OracleFbdiSettings): ErpPoster {
  const drop = fileDrop({
    outbox: settings.outbox,
    archive: settings.archive,
    format: (journal) => fbdiFile(journal, settings),
  });
  return {
    ...drop,
    post: async (journal, call) => {
      if (!settings.ledgers.has(journal.company)) {
        const message = `no Fusion ledger id is set for company ${journal.company} (erps: ledgers)`;
        return { kind: 'refused', code: 'invalid', message };
      }
      return drop.post(journal, call);
    },
  };
}

/** The zip and its control file: the same bytes for the same journal, always. */
export function fbdiFile(journal: OutgoingJournal, settings: OracleFbdiSettings): JournalFile {
  const csv = journal.lines.map((line) => csvLine(fields(journal, line, settings))).join('');
  return withControl(`${journal.postingReference}.zip`, zipOf({ 'GlInterface.csv': csv }), journal);
}

/**
 * Interface group id: all rows of one group are judged together, so every posting has its own. 52 bits of the posting key
 * stay within the sixteen digits that a number column keeps.
 */
export function groupId(postingKey: string): string {
  return BigInt(`0x${postingKey.slice(0, 13)}`).toString();
}

/** One row by Fusion's column numbers, the first being 1. */
function fields(journal: OutgoingJournal, line: OutgoingLine, settings: OracleFbdiSettings): string[] {
  const row = Array.from({ length: COLUMNS }, () => '');
  const set = (column: number, text: string): void => void (row[column - 1] = text);
  const date = (day: string): string => day.replaceAll('-', '/');
  const text = (value: string): string => csvText(value.slice(0, REFERENCE_LENGTH));
  const key = csvField(journal.postingReference);
  set(1, 'NEW');
  set(2, csvField(settings.ledgers.get(journal.company) ?? ''));
  set(3, date(journal.postingDate));
  set(4, csvText(settings.source));
  set(5, csvText(settings.category));
  set(6, line.currency);
  // The journal's own day, not today's: the bytes must not depend on when they are written.
  set(7, date(journal.documentDate));
  set(8, 'A');
  settings.segments.forEach((segment, at) =>
    set(9 + at, csvText(segmentValue(segment, journal, line, settings))),
  );
  set(line.side === 'debit' ? 39 : 40, line.amount);
  // In the ledger's own currency Fusion wants entered = accounted and fills the latter itself.
  if (line.currency !== line.companyCurrency) set(line.side === 'debit' ? 41 : 42, line.companyAmount);
  set(43, key);
  set(44, text(journal.text));
  set(46, key);
  set(47, text(journal.text));
  set(48, key);
  set(52, text(describeLine(line, REFERENCE_LENGTH)));
  set(53, text(line.reference));
  set(54, key);
  set(67, groupId(journal.postingKey));
  return row;
}

function segmentValue(
  segment: string,
  journal: OutgoingJournal,
  line: OutgoingLine,
  settings: OracleFbdiSettings,
): string {
  switch (segment) {
    case 'company':
      return settings.companySegments.get(journal.company) ?? journal.company;
    case 'account':
      return line.account;
    case 'location':
      return line.location || settings.emptySegment;
    case 'dimension':
      return line.dimension || settings.emptySegment;
    default:
      return segment.slice(1);
  }
}
