// A disk that is full at twenty different places of a journal file: a small file system of its own, filled up until just
// so many pages are left. Needs the right to mount, which tests in a container usually have and a developer may not.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { enterErp } from '../../../jobs/posting/enterErp.ts';
import { readProject } from '../../../src/db/project.ts';
import { setUpFolder } from '../../../src/erp/dropMarker.ts';
import { fileDrop } from '../../../src/erp/fileDrop.ts';
import { runOnce } from '../workerGroup.ts';
import { approveJournals, openBench, proposeJournals, QUICK } from '../laboratory.ts';
import type { Bench, Laboratory } from '../laboratory.ts';
import type { Outcome } from '../verdict.ts';
import { judge } from '../verdict.ts';
import { droppedFiles } from './points.ts';

/** Pages of the file system; files and their names take whole ones. */
const PAGE = 4096;
const REFERENCE_LENGTH = 45_000;

/** undefined: nothing can be mounted here. */
export async function diskFull(lab: Laboratory, times: number): Promise<Outcome | undefined> {
  const disk = join(lab.folder, 'disk');
  mkdirSync(disk);
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=8m', 'tieout-chaos', disk], { stdio: 'pipe' });
  } catch {
    return undefined;
  }
  const bench = await openBench(lab, { ...QUICK, maxTries: 100 });
  try {
    const folders = { outbox: join(disk, 'outbox'), archive: join(disk, 'archive') };
    for (const folder of Object.values(folders)) setUpFolder(folder);
    // The marker takes a page of its own, and the disk is filled for the journals' files.
    await enterErp(bench.db, 'drop', fileDrop(folders), await readProject(bench.db.pool));
    bench.orders = { ...bench.orders, erp: { adapter: 'file-drop', settings: {}, folders } };
    let halves = 0;
    for (let n = 0; n < times; n += 1) {
      await longJournal(bench);
      halves += await dropOnFullDisk(bench, disk, n);
    }
    const outcome = await judge(bench, { fault: 'disk full', times, documents: () => droppedFiles(bench) });
    return { ...outcome, double: outcome.double + halves };
  } finally {
    await bench.close();
    execFileSync('umount', [disk]);
  }
}

/** Leaves `free` pages, lets a worker try, and gives the space back. @returns how many half files an importer could see */
async function dropOnFullDisk(bench: Bench, disk: string, free: number): Promise<number> {
  const filler = join(disk, 'filler');
  writeFileSync(filler, Buffer.alloc(Math.max(0, statfsSync(disk).bfree - free) * PAGE));
  const orders = { ...bench.orders, work: 'send' } as const;
  const running = runOnce(orders);
  await new Promise((resolve) => setTimeout(resolve, 700));
  const { outbox = '' } = orders.erp.folders;
  const before = readdirSync(outbox).filter((name) => name.endsWith('.csv')).length;
  const whole = [...(await droppedFiles(bench)).values()].filter((count) => count === 1).length;
  rmSync(filler);
  await running;
  return before - whole;
}

/** A business reference so long that the journal's file takes more pages than there are points. */
async function longJournal(bench: Bench): Promise<void> {
  const id = `SO-${bench.approved.length + 1}`;
  const reference = `${id}-${'x'.repeat(REFERENCE_LENGTH)}`;
  await bench.books.shipment({ id, amount: '10.00', reference });
  bench.approved.push(reference);
  await approveJournals(bench, await proposeJournals(bench, 0));
}
