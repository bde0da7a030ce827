// `ingest FILE...` by a feed, or `ingest events|ledger|balances|opening|periods FILE...`: takes files in and says per file what
// became of its records.
import { ingestFiles, type Ingested, type IngestReport } from '../../jobs/intake/ingest.ts';
import type { DeliveryReport } from '../intake/delivery.ts';
import { UserError } from '../errors.ts';
import type { Command, CommandContext, ExitCode } from './command.ts';
import { textOption } from './command.ts';
import { withProject } from './project.ts';

const SUMMARY: Readonly<Record<Ingested, string>> = {
  any: 'takes files in by the feed that recognises them, or that --feed names',
  events: 'takes business events in (NDJSON, or another feed)',
  ledger: 'takes ledger extracts in (CSV or XLSX with control file, or another feed)',
  balances: "takes the ERP's balances in",
  opening: 'takes in what was unreconciled at the start',
  periods: 'takes fiscal periods and their status in',
};

const FEED = {
  feed: {
    type: 'string',
    value: 'NAME',
    says: 'how the files are read; without it the canonical form',
    example: 'sap-fi',
  },
  set: {
    type: 'string',
    value: 'NAME=VALUE',
    says: 'what the feed takes from outside; several with commas',
    example: 'company=US01',
  },
} as const;

/** The command for files of one kind. */
export function ingest(kind: Ingested): Command {
  return {
    name: kind === 'any' ? 'ingest' : `ingest ${kind}`,
    words: 'FILE...',
    summary: SUMMARY[kind],
    ...(kind === 'balances' || kind === 'opening' || kind === 'periods' ? {} : { options: FEED }),
    run(context) {
      if (context.args.length === 0) {
        throw new UserError({
          where: kind === 'any' ? 'ingest' : `ingest ${kind}`,
          what: 'no file is given',
          expected: 'one or more files',
        });
      }
      return withProject<ExitCode>(context, async ({ config, rulebook, db, maker }) => {
        const feed = textOption(context, 'feed');
        const unreadable: UserError[] = [];
        const report = await ingestFiles(db, config, rulebook, kind, context.args, {
          clock: context.clock,
          actor: maker,
          unreadable: (error) => unreadable.push(error),
          set: readSet(textOption(context, 'set')),
          ...(feed === undefined ? {} : { feed }),
          ...(context.terminal ? { progress: progressBar() } : {}),
        });
        if (context.terminal) process.stderr.write('\r\u001b[K');
        if (context.json) context.print(JSON.stringify(report));
        else printReport(context, report);
        for (const error of unreadable) context.note(`tieout: ${error.message}`);
        if (unreadable.length > 0) return 2;
        const refused = report.files.some((file) => file.quarantined > 0 || file.control?.ok === false);
        return refused ? 1 : 0;
      });
    },
  };
}

/** `company=US01,book=GL` by name. */
export function readSet(text: string | undefined): Map<string, string> {
  const set = new Map<string, string>();
  for (const pair of text === undefined ? [] : text.split(',')) {
    const at = pair.indexOf('=');
    if (at <= 0)
      throw new UserError({
        where: '--set',
        what: 'it names no value',
        expected: 'NAME=VALUE[,NAME=VALUE]',
        found: pair,
      });
    set.set(pair.slice(0, at).trim(), pair.slice(at + 1).trim());
  }
  return set;
}

/** One line on standard error, drawn at most ten times a second. */
export function progressBar(): (path: string, read: number, total: number) => void {
  let last = 0;
  return (path, read, total) => {
    const now = performance.now();
    if (now - last < 100 && read < total) return;
    last = now;
    const share = total === 0 ? 1 : Math.min(1, read / total);
    const filled = Math.floor(share * 30);
    process.stderr.write(
      `\r\u001b[K${'█'.repeat(filled)}${'░'.repeat(30 - filled)} ${Math.floor(share * 100)}% ${path}`,
    );
  };
}

function printReport(context: CommandContext, { files }: IngestReport): void {
  for (const file of files) {
    context.print(
      `${file.path}: received ${file.received}, accepted ${file.accepted}, duplicate ${file.duplicates}, skipped ${file.skipped}, quarantined ${file.quarantined}` +
        (file.batch === null ? '' : ` (batch ${file.batch})`),
    );
    for (const line of remarkLines(file)) context.print(`  ${line}`);
    if (file.control !== null && !file.control.ok) {
      context.print(
        `  control file and extract differ, nothing was taken: expected ${JSON.stringify(file.control.expected)}, found ${JSON.stringify(file.control.found)}`,
      );
    }
    if (file.quarantined > 0) context.print('  tieout quarantine list shows the refused records and why');
  }
}

function remarkLines({ older = 0, trimmed = 0, unread = 0, headerChanged }: DeliveryReport): string[] {
  return [
    ...(headerChanged === undefined
      ? []
      : [`HEADER_CHANGED since the last file of this feed: ${headerChanged}`]),
    ...(older === 0 ? [] : [`older ${older}: a later extract says otherwise, and stands`]),
    ...(trimmed === 0
      ? []
      : [`trimmed ${trimmed}: what nobody sees at the ends of reference, assignment or text, and NULs`]),
    ...(unread === 0
      ? []
      : [`unread ${unread}: a reference that a spreadsheet made a number of, or no date`]),
  ];
}
