// An ERP that takes files from a folder. A journal is posted when its file is in the outbox under its final name and the
// folder is on disk; to look is to find that file in outbox or archive. The control file comes first, so an importer that
// waits for the CSV never meets one without control totals. Only one thing can double here: a file put back after the ERP
// took it away. Hence the look in the archive, and the lease checked once more right before the rename. Sending never makes
// a folder: one without its marker is a share that is not there.
import { link, open, readdir, readFile, rename, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';

import type { CrashPoint } from '../posting/crashPoints.ts';
import { noCrash } from '../posting/crashPoints.ts';
import { journalAmounts } from '../posting/document.ts';
import type {
  Capabilities,
  ErpCall,
  ErpPoster,
  LookOutcome,
  OutgoingJournal,
  PostOutcome,
  Project,
} from './contract.ts';
import { blindFolder, closedFolder, enterFolder, isOurs, setUpFolder } from './dropMarker.ts';
import type { JournalFile } from './journalFile.ts';
import { journalFile } from './journalFile.ts';
import { ourFiles } from './ourFiles.ts';

export interface FileDropSettings {
  /** Where journals are dropped. */
  outbox: string;
  /** Where the ERP moves what it took; it must keep the names. */
  archive: string;
  /** The bytes of a journal; the same for the same journal, always. Absent: our journal import file. */
  format?: (journal: OutgoingJournal) => JournalFile;
  crashPoint?: CrashPoint;
}

const CAPABILITIES: Capabilities = {
  idempotency: 'sync',
  externalId: true,
  look: 'byReference',
  lookLagSeconds: 0,
  documentIdInAnswer: true,
  batchAtomic: false,
  maxBatch: 1,
};
const TEMPORARY = '.tieout-';
const NO_LINKS: ReadonlySet<string> = new Set(['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EMLINK']);

/** The file drop. Document id = the file's name. */
export function fileDrop(settings: FileDropSettings): ErpPoster {
  const crash = settings.crashPoint ?? noCrash;
  const format = settings.format ?? journalFile;
  const folders = [settings.outbox, settings.archive];
  return {
    capabilities: CAPABILITIES,
    closed: (project) => closed(folders, project),
    enter: async (project) => {
      for (const folder of folders) await enterFolder(folder, project);
    },
    ourFiles: () => ourFiles(folders),
    setUp: () => folders.filter((folder) => setUpFolder(folder)),
    post: async (journal, call) => {
      const file = format(journal);
      let seen: LookOutcome;
      try {
        const stranger = await notOurs(folders, call);
        if (stranger !== '') return { kind: 'notExecuted', message: stranger };
        seen = await find(folders, file, journal, call);
      } catch (error) {
        return { kind: 'notExecuted', message: `the outbox cannot be reached: ${(error as Error).message}` };
      }
      if (seen.kind === 'unreachable') return { kind: 'notExecuted', message: seen.message };
      if (seen.kind === 'found')
        return { kind: 'duplicateKey', message: `${file.name} is in the outbox or archive already` };
      return drop(settings.outbox, file, journal, call.signal, crash);
    },
    look: async (journal, call) => {
      try {
        return await find(folders, format(journal), journal, call);
      } catch (error) {
        return { kind: 'unreachable', message: (error as Error).message };
      }
    },
    sweepDrafts: (olderThanMs) => sweepTemporaries(settings.outbox, olderThanMs),
  };
}

/** The first thing that stands in the way of sending. */
async function closed(folders: readonly string[], project: Project): Promise<string> {
  for (const folder of folders) {
    const why = await closedFolder(folder, project).catch((error: Error) => error.message);
    if (why !== '') return why;
  }
  return '';
}

/** The markers once more, right before the file is written: a share may have gone since they were entered. */
async function notOurs(folders: readonly string[], { project }: ErpCall): Promise<string> {
  if (project === undefined) return 'nobody said which project sends';
  for (const folder of folders)
    if (!(await isOurs(folder, project))) {
      const why = await closedFolder(folder, project);
      return why === '' ? `the marker of ${folder} does not name this project` : why;
    }
  return '';
}

/** A file that is there proves itself; that it is nowhere is proved only by folders that are surely ours. */
async function find(
  folders: readonly string[],
  file: JournalFile,
  journal: OutgoingJournal,
  { project = { id: '', epoch: 0 } }: ErpCall,
): Promise<LookOutcome> {
  const blind: string[] = [];
  for (const folder of folders) {
    const why = await blindFolder(folder, project);
    if (why !== '') {
      blind.push(why);
      continue;
    }
    const bytes = await readIfThere(join(folder, file.name));
    if (bytes === undefined) continue;
    // Other bytes under our name are not our journal: no amount of it is believed.
    const amounts = bytes.equals(file.bytes) ? journalAmounts(journal) : [];
    return {
      kind: 'found',
      documents: [{ documentId: file.name, reference: journal.postingReference, amounts }],
    };
  }
  return blind.length === 0
    ? { kind: 'absent' }
    : { kind: 'unreachable', message: blind.join('; '), noWay: true };
}

async function readIfThere(path: string): Promise<Buffer | undefined> {
  try {
    return await readFile(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

async function drop(
  outbox: string,
  file: JournalFile,
  journal: OutgoingJournal,
  signal: AbortSignal,
  crash: CrashPoint,
): Promise<PostOutcome> {
  const temporary = join(outbox, `${TEMPORARY}${process.pid}-${file.name}`);
  const temporaryControl = join(outbox, `${TEMPORARY}${process.pid}-${file.controlName}`);
  const path = join(outbox, file.name);
  try {
    crash('file-drop.before-temporary');
    await writeWhole(temporary, file.bytes, crash);
    await writeWhole(temporaryControl, file.controlBytes, crash);
    crash('file-drop.before-control-rename');
    if (signal.aborted) throw new Error('the lease ended before the file was dropped');
    await rename(temporaryControl, join(outbox, file.controlName));
    crash('file-drop.between-renames');
    if (signal.aborted) throw new Error('the lease ended before the file was dropped');
    await takeName(temporary, path);
  } catch (error) {
    // Whatever failed, disk full included, the CSV has not got its name: nothing was posted.
    await removeQuietly(temporary, temporaryControl);
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return { kind: 'duplicateKey', message: `${file.name} is in the outbox already` };
    return { kind: 'notExecuted', message: `${file.name} was not dropped: ${message}` };
  }
  try {
    crash('file-drop.before-folder-fsync');
    await removeQuietly(temporary);
    await fsyncFolder(outbox);
    crash('file-drop.after-folder-fsync');
  } catch (error) {
    return {
      kind: 'unknown',
      message: `${file.name} is there, but its folder is not safely on disk: ${(error as Error).message}`,
    };
  }
  const document = {
    documentId: file.name,
    reference: journal.postingReference,
    amounts: journalAmounts(journal),
  };
  return { kind: 'posted', document };
}

/** A link refuses an existing name, where a rename would replace it; shares without links (SMB) get the rename. */
async function takeName(temporary: string, path: string): Promise<void> {
  try {
    await link(temporary, path);
  } catch (error) {
    if (!NO_LINKS.has((error as NodeJS.ErrnoException).code ?? '')) throw error;
    await rename(temporary, path);
  }
}

async function writeWhole(path: string, bytes: Buffer, crash: CrashPoint): Promise<void> {
  const file = await open(path, 'w', 0o644);
  try {
    // In two halves, so that a killed process can be caught between them; a full disk may fail at either.
    const half = bytes.length >> 1;
    await file.writeFile(bytes.subarray(0, half));
    crash('file-drop.half-written');
    await file.writeFile(bytes.subarray(half));
    crash('file-drop.before-fsync');
    await file.sync();
  } finally {
    await file.close();
  }
}

async function fsyncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function removeQuietly(...paths: string[]): Promise<void> {
  await Promise.all(paths.map((path) => unlink(path).catch(() => {})));
}

/** What killed writers left behind. */
async function sweepTemporaries(outbox: string, olderThanMs: number): Promise<number> {
  const names = (await readdir(outbox).catch(() => [])).filter((name) => name.startsWith(TEMPORARY));
  let swept = 0;
  for (const name of names) {
    const path = join(outbox, name);
    const age = await stat(path).catch(() => undefined);
    if (age === undefined || Date.now() - age.mtimeMs < olderThanMs) continue;
    await removeQuietly(path);
    swept += 1;
  }
  return swept;
}
