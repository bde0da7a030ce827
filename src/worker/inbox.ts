// The inbox folders: a file is taken when it has stopped changing, and moved to `done` or `failed` with its report. Intake
// knows content it has seen, so a kill between taking and moving costs nothing but a second reading.
import { existsSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { controlOf, filesIn, type Inbox, inboxesOf } from '../../jobs/intake/inboxes.ts';
import { ingestFiles } from '../../jobs/intake/ingest.ts';
import { loadRulebook } from '../config/rulebookFiles.ts';
import { transaction } from '../db/connection.ts';
import { refusedRows } from '../db/intake/refusedRows.ts';
import { tryLock } from '../db/locks.ts';
import { UserError } from '../errors.ts';
import { makeFolders } from '../folders.ts';
import type { WorkContext } from './context.ts';
import { boundDeliveries } from './boundFiles.ts';
import type { BoundDelivery } from './boundFiles.ts';
import { finishMoves, moveAway, removeTaken } from './moves.ts';

const CONTROL = '.control.json';
/** A file that breaks us this often is put aside, so that it does not hold up the others. */
const MAX_TRIES = 3;

/** What the watcher remembers from look to look. */
export interface Watched {
  seen: Map<string, { stamp: string; sinceMs: number }>;
  tries: Map<string, number>;
}

export const newWatch = (): Watched => ({ seen: new Map(), tries: new Map() });

/**
 * Names of complete files, oldest first, and whether others are still on their way. An extract that has settled without the
 * control file that it must have is not on its way: nobody waits for it with a night's run.
 */
export function completeFiles(
  { folder, requireControl = false }: { folder: string; requireControl?: boolean },
  watched: Watched,
  nowMs: number,
  settleMs: number,
): { ready: string[]; waiting: boolean } {
  const stamps = new Map<string, { stamp: string; mtimeMs: number }>();
  for (const name of filesIn(folder)) {
    const found = statSync(join(folder, name), { throwIfNoEntry: false });
    if (found !== undefined)
      stamps.set(name, { stamp: `${found.ino} ${found.size} ${found.mtimeMs}`, mtimeMs: found.mtimeMs });
  }
  const settled = (name: string): boolean => {
    const path = join(folder, name);
    const stamp = stamps.get(name)?.stamp ?? '';
    const before = watched.seen.get(path);
    if (before?.stamp !== stamp) watched.seen.set(path, { stamp, sinceMs: nowMs });
    return before?.stamp === stamp && nowMs - before.sinceMs >= settleMs;
  };
  const calm = new Map([...stamps.keys()].map((name) => [name, settled(name)]));
  const extracts = [...stamps.keys()].filter((name) => !name.endsWith(CONTROL));
  const complete = (name: string): boolean => !requireControl || calm.has(controlOf(name));
  const still = (name: string): boolean => calm.get(name) === true && calm.get(controlOf(name)) !== false;
  const ready = extracts.filter((name) => still(name) && complete(name));
  const byTime = (a: string, b: string): number =>
    (stamps.get(a)?.mtimeMs ?? 0) - (stamps.get(b)?.mtimeMs ?? 0) || (a < b ? -1 : 1);
  return { ready: ready.toSorted(byTime), waiting: !extracts.every(still) };
}

/** Says once of each file in the decisions folder that it stays there: a folder knows no person, and a decision needs one's key. */
function tellOfDecisions({ config, log, worker }: WorkContext, watched: Watched): void {
  const folder = config.inboxes.decisions;
  for (const name of existsSync(folder) ? readdirSync(folder) : []) {
    const path = join(folder, name);
    if (watched.seen.has(path)) continue;
    watched.seen.set(path, { stamp: '', sinceMs: 0 });
    log.warn('a file of decisions waits for a person', {
      worker,
      path,
      why: 'a folder knows no person: decisions are taken by accept, match, unmatch and approve, with --as USER',
    });
  }
}

/** Takes what is complete. One worker at a time; true where files are still on their way. */
export async function emptyInboxes(context: WorkContext, watched: Watched): Promise<boolean> {
  return transaction(context.db, async (client) => {
    if (!(await tryLock(client, 'INBOX'))) return true;
    let waiting = false;
    const failed: unknown[] = [];
    for (const inbox of inboxesOf(context.config)) {
      if (context.stop.aborted) return true;
      try {
        waiting = (await emptyInbox(context, inbox, watched)) || waiting;
      } catch (error) {
        failed.push(error); // one folder that may not be read does not hold up the others
      }
    }
    tellOfDecisions(context, watched);
    if (failed.length > 0) throw failed[0];
    return waiting;
  });
}

async function emptyInbox(context: WorkContext, inbox: Inbox, watched: Watched): Promise<boolean> {
  makeFolders(inbox.folder);
  finishMoves(inbox.folder);
  // By the machine's clock: files change in real time, whatever schedules go by.
  const settleMs = inbox.settledMs ?? context.settleMs;
  const { ready, waiting } = completeFiles(inbox, watched, Date.now(), settleMs);
  const { bindings } = inbox;
  const deliveries =
    bindings === undefined
      ? ready.map((name): BoundDelivery => ({ names: [name] }))
      : boundDeliveries(context.config, inbox.folder, bindings, ready);
  for (const delivery of deliveries) {
    if (context.stop.aborted) return true;
    await takeFiles(context, inbox, delivery, watched);
  }
  return waiting;
}

async function takeFiles(
  context: WorkContext,
  { kind, folder }: Inbox,
  { names: delivered, binding, refused: why }: BoundDelivery,
  watched: Watched,
): Promise<void> {
  const { db, config, log, worker, clock } = context;
  const paths = delivered.map((name) => join(folder, name));
  const path = paths.join(', ');
  const controls = delivered
    .map(controlOf)
    .filter((name) => statSync(join(folder, name), { throwIfNoEntry: false }) !== undefined);
  const names = [...delivered, ...controls];
  try {
    if (why !== undefined) throw new UserError(why);
    const { files } = await ingestFiles(db, config, loadRulebook(config), kind, paths, {
      clock,
      actor: worker,
      ...(binding === undefined ? {} : { feed: binding.feed, set: binding.set }),
    });
    const refused = files.some(({ control }) => control?.ok === false);
    const rows = await Promise.all(
      files.map(async (report) => ({ ...report, ...(await refusedRows(db.pool, report.batch)) })),
    );
    const where = refused ? 'failed' : 'done';
    moveAway(folder, where, names, rows.length === 1 ? rows[0] : { path, files: rows });
    if (binding?.done === 'delete' && !refused) removeTaken(folder, delivered);
    for (const report of files)
      log.run(
        refused ? 'file refused' : 'file taken',
        { worker, kind, ...report, why: undefined },
        refused ? 'warn' : 'info',
      );
  } catch (error) {
    const tries = (watched.tries.get(path) ?? 0) + 1;
    watched.tries.set(path, tries);
    if (!(error instanceof UserError) && tries < MAX_TRIES) throw error;
    const message = log.clean(error instanceof Error ? error.message : String(error));
    moveAway(folder, 'failed', names, { path, error: message });
    log.run('file failed', { worker, kind, path, error }, 'error');
  }
  for (const one of paths) watched.seen.delete(one);
  watched.tries.delete(path);
}
