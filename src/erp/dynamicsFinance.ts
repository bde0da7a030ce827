// Microsoft Dynamics 365 Finance, as a data package for its "General journal" entity: manifest, header and one CSV in a
// zip. Importing makes an unposted journal and posting is a batch job of theirs, so the extract has the last word here too.
import { UserError } from '../errors.ts';
import type { ErpPoster, OutgoingJournal, OutgoingLine } from './contract.ts';
import { csvField, csvLine, csvText } from './csvOut.ts';
import { fileDrop } from './fileDrop.ts';
import { withControl, type JournalFile } from './journalFile.ts';
import { describeLine } from './reference.ts';
import { settingReader, type ErpEntry } from './settings.ts';
import { escapeXml } from './xml.ts';
import { zipOf } from './zip.ts';

/** What an entry `adapter: dynamics-finance` under `erps:` says. */
export interface DynamicsFinanceSettings {
  outbox: string;
  archive: string;
  /** Our code of the company into whose legal entity the outbox is imported: a package does not name one. */
  company: string;
  /** Name of the journal (`GenJrn`). */
  journalName: string;
  /** What the ledger account string is made of, in order: `account`, `location`, `dimension`, or a fixed value `=000`. */
  segments: readonly string[];
}

const TEXT_LENGTH = 60;
const SEGMENT = /^(account|location|dimension|=.*)$/;

/** @throws UserError where a setting is missing, unknown or of another form */
export function dynamicsFinanceSettings(entry: ErpEntry): DynamicsFinanceSettings {
  const read = settingReader(entry);
  const segments = read.optional('segments', 'account location dimension').split(/[ ,]+/);
  const wrong = segments.find((segment) => !SEGMENT.test(segment));
  if (wrong !== undefined) {
    throw new UserError({
      where: `tieout.yaml, erps.${entry.name}.segments`,
      what: 'bad segment',
      expected: 'account, location, dimension, =VALUE',
      found: wrong,
    });
  }
  const settings = {
    outbox: read.folder('outbox'),
    archive: read.folder('archive'),
    company: read.text('company'),
    journalName: read.optional('journalName', 'GenJrn'),
    segments,
  };
  read.finish();
  return settings;
}

export function dynamicsFinanceAdapter(settings: DynamicsFinanceSettings): ErpPoster {
  const drop = fileDrop({
    outbox: settings.outbox,
    archive: settings.archive,
    format: (journal) => dataPackage(journal, settings),
  });
  return {
    ...drop,
    post: async (journal, call) => {
      if (journal.company === settings.company) return drop.post(journal, call);
      const message = `this outbox is imported into the legal entity of ${settings.company}; give company ${journal.company} an ERP entry of its own`;
      return { kind: 'refused', code: 'invalid', message };
    },
  };
}

type Column = readonly [name: string, field: (journal: OutgoingJournal, line: OutgoingLine) => string];

function columns(settings: DynamicsFinanceSettings): readonly Column[] {
  const on = (line: OutgoingLine, side: OutgoingLine['side']): string =>
    line.side === side ? line.amount : '';
  return [
    // A placeholder: Finance draws the batch's number and keeps our reference in description and document.
    ['JOURNALBATCHNUMBER', (journal) => csvField(journal.postingReference)],
    ['LINENUMBER', (_, line) => String(line.line)],
    ['JOURNALNAME', () => csvText(settings.journalName)],
    ['DESCRIPTION', (journal) => csvField(journal.postingReference)],
    ['POSTINGLAYER', () => 'Current'],
    ['ACCOUNTTYPE', () => 'Ledger'],
    ['ACCOUNTDISPLAYVALUE', (_, line) => csvText(accountString(line, settings))],
    ['CURRENCYCODE', (_, line) => line.currency],
    ['DEBITAMOUNT', (_, line) => on(line, 'debit')],
    ['CREDITAMOUNT', (_, line) => on(line, 'credit')],
    ['TRANSDATE', (journal) => journal.postingDate],
    ['DOCUMENTDATE', (journal) => journal.documentDate],
    ['DOCUMENT', (journal) => csvField(journal.postingReference)],
    ['TEXT', (_, line) => csvText(describeLine(line, TEXT_LENGTH))],
  ];
}

/** Segments joined by `-`, empty ones staying; a `-` inside a value is escaped as Finance prints it. */
function accountString(line: OutgoingLine, settings: DynamicsFinanceSettings): string {
  const values: Readonly<Record<string, string>> = {
    account: line.account,
    location: line.location,
    dimension: line.dimension,
  };
  return settings.segments
    .map((segment) =>
      (segment.startsWith('=') ? segment.slice(1) : (values[segment] ?? '')).replaceAll('-', '\\-'),
    )
    .join('-');
}

const ENTITY = 'General journal';
const NAMESPACES =
  'xmlns:i="http://www.w3.org/2001/XMLSchema-instance" xmlns="http://schemas.microsoft.com/dynamics/2015/01/DataManagement"';

/** The package and its control file: the same bytes for the same journal, always. */
export function dataPackage(journal: OutgoingJournal, settings: DynamicsFinanceSettings): JournalFile {
  const all = columns(settings);
  const csv =
    csvLine(all.map(([name]) => name)) +
    journal.lines.map((line) => csvLine(all.map(([, field]) => field(journal, line)))).join('');
  const files = {
    'Manifest.xml': manifest(journal, all),
    'PackageHeader.xml': packageHeader(journal),
    [`${ENTITY}.csv`]: csv,
  };
  return withControl(`${journal.postingReference}.zip`, zipOf(files), journal);
}

function manifest(journal: OutgoingJournal, all: readonly Column[]): string {
  const maps = all.map(
    ([name]) =>
      `<EntityMap><ArrayIndex>0</ArrayIndex><EntityField>${name}</EntityField><EntityFieldConversionList i:nil="true"/>` +
      '<IsAutoDefault>false</IsAutoDefault><IsAutoGenerated>false</IsAutoGenerated>' +
      '<IsDefaultValueEqualNull>false</IsDefaultValueEqualNull><UseTextQualifier>true</UseTextQualifier>' +
      `<XMLField>${name}</XMLField></EntityMap>`,
  );
  return [
    '<?xml version="1.0" encoding="utf-8"?>',
    `<DataManagementPackageManifest ${NAMESPACES}>`,
    `<DefinitionGroupName>Tieout ${escapeXml(journal.postingReference)}</DefinitionGroupName>`,
    `<Description>${escapeXml(journal.text)}</Description><PackageEntityList><DataManagementPackageEntityData>`,
    '<DefaultRefreshType>IncrementalPush</DefaultRefreshType><Disable>false</Disable>',
    `<EntityMapList>${maps.join('')}</EntityMapList>`,
    `<EntityName>${ENTITY}</EntityName><ExecutionUnit>1</ExecutionUnit>`,
    `<InputFilePath>${ENTITY}.csv</InputFilePath><LevelInExecutionUnit>1</LevelInExecutionUnit>`,
    '<SequenceInLevel>1</SequenceInLevel><SkipStaging>false</SkipStaging><SourceFormat>CSV-Unicode</SourceFormat>',
    '</DataManagementPackageEntityData></PackageEntityList></DataManagementPackageManifest>',
    '',
  ].join('\n');
}

function packageHeader(journal: OutgoingJournal): string {
  return [
    '<?xml version="1.0" encoding="utf-8"?>',
    `<DataManagementPackageHeader ${NAMESPACES}>`,
    `<Description>${escapeXml(journal.text)}</Description>`,
    '<ManifestType>Microsoft.Dynamics.AX.Framework.Tools.DataManagement.Serialization.DataManagementPackageManifest</ManifestType>',
    '<PackageType>DefinitionGroup</PackageType><PackageVersion>2</PackageVersion>',
    '</DataManagementPackageHeader>',
    '',
  ].join('\n');
}
