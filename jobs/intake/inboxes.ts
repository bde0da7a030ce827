// The inbox folders, and which of their files wait for a person: refused ones in `failed`, extracts without a control file
// that one is required of. Read from the folders themselves: they are the truth about files, whichever worker moved them.
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, extname, join, relative } from 'node:path';

import type { Config, FeedBinding, InboxSetting } from '../../src/config/model.ts';
import type { Ingested } from './ingest.ts';

export interface Inbox extends InboxSetting {
  kind: Ingested;
  /** Of a folder whose files feeds read: which reads which. */
  bindings?: readonly FeedBinding[];
}

/** Balances and periods lie under the ledger's folder; they have no control files. */
export function inboxesOf(config: Pick<Config, 'inboxes'>): Inbox[] {
  const { events, ledger, feeds = [] } = config.inboxes;
  const beside = (kind: 'periods' | 'balances'): Inbox => ({
    ...ledger,
    kind,
    folder: join(ledger.folder, kind),
    requireControl: false,
  });
  return [
    { kind: 'events', ...events },
    beside('periods'),
    { kind: 'ledger', ...ledger },
    beside('balances'),
    ...[...new Set(feeds.map(({ folder }) => folder))].map((folder): Inbox => {
      const bindings = feeds.filter((one) => one.folder === folder);
      return { kind: 'any', folder, requireControl: false, bindings };
    }),
  ];
}

const CONTROL = '.control.json';
const REPORT = '.report.json';
/** Senders' names for what they are still writing; ours too. */
const UNFINISHED = /^[.~]|\.(?:tmp|part|partial|filepart|crdownload|writing|lock|swp)$/i;

/** Files that may be taken when they have settled: not control files, not what is still being written. */
export function deliveriesIn(folder: string): string[] {
  return filesIn(folder).filter((name) => !name.endsWith(CONTROL));
}

/** All files of a folder that are not being written under another name. */
export function filesIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && !UNFINISHED.test(entry.name))
    .map(({ name }) => name);
}

/** `october.csv` -> `october.control.json`. */
export const controlOf = (name: string): string => `${basename(name, extname(name))}${CONTROL}`;

export interface InboxFile {
  inbox: Ingested;
  /** Relative to the folder of tieout.yaml. */
  path: string;
  why: string;
}

/** Files that a person has to look at. */
export interface InboxState {
  failed: InboxFile[];
  /** Extracts that wait for their control file. */
  withoutControl: InboxFile[];
}

/** A file still on its way is no case for a person. */
const ARRIVING_MS = 60_000;

export function inboxState(config: Pick<Config, 'inboxes' | 'folder'>): InboxState {
  const state: InboxState = { failed: [], withoutControl: [] };
  for (const inbox of inboxesOf(config)) {
    const shown = (path: string, why: string): InboxFile => ({
      inbox: inbox.kind,
      path: relative(config.folder, path),
      why,
    });
    const failed = join(inbox.folder, 'failed');
    for (const name of deliveriesIn(failed))
      if (!name.endsWith(REPORT) && !deliveredSince(inbox.folder, name))
        state.failed.push(shown(join(failed, name), whyOf(join(failed, `${name}${REPORT}`))));
    if (!inbox.requireControl) continue;
    for (const name of deliveriesIn(inbox.folder)) {
      const { mtimeMs } = statSync(join(inbox.folder, name), { throwIfNoEntry: false }) ?? { mtimeMs: 0 };
      const arriving = Date.now() - mtimeMs < Math.max(ARRIVING_MS, inbox.settledMs ?? 0);
      if (!arriving && !existsSync(join(inbox.folder, controlOf(name))))
        state.withoutControl.push(shown(join(inbox.folder, name), `it waits for ${controlOf(name)}`));
    }
  }
  return state;
}

/** Whether a file of the same name was taken later: then the failed one is settled, though nobody removed it. */
function deliveredSince(folder: string, failed: string): boolean {
  const end = extname(failed);
  const base = basename(failed, end).replace(/~\d+$/, '');
  const refusedAt = changed(join(folder, 'failed', `${failed}${REPORT}`)) ?? Infinity;
  let at = changed(join(folder, 'done', `${base}${end}${REPORT}`));
  for (let n = 2; at !== undefined; n += 1) {
    if (at > refusedAt) return true;
    at = changed(join(folder, 'done', `${base}~${n}${end}${REPORT}`));
  }
  return false;
}

const changed = (path: string): number | undefined => statSync(path, { throwIfNoEntry: false })?.mtimeMs;

/** In one line; the whole is in the report beside the file. */
function whyOf(report: string): string {
  try {
    const read = JSON.parse(readFileSync(report, 'utf8')) as {
      error?: string;
      control?: { ok: boolean } | null;
    };
    if (read.error !== undefined) return read.error.split('\n')[0] ?? '';
    if (read.control?.ok === false) return 'it is not what its control file says, nothing was taken';
  } catch {
    // A file that a person put there has no report.
  }
  return 'it has no report that says why';
}
