// Where the files of a throw-away server lie: in memory where there is room for them. Tests make and drop databases of some
// 400 files each by the hundred; a disk's file system spends more on those names than the server spends on all statements.
import { statfsSync } from 'node:fs';
import { freemem, tmpdir } from 'node:os';

/** All databases of a run of the suite, with room to spare. */
const ENOUGH = 4 * 2 ** 30;
const IN_MEMORY = '/dev/shm';

/** `/dev/shm` where it exists and is large enough (in a container it often has 64 MB), else the folder for temporary files. */
export function fastFolder(): string {
  return roomIn(IN_MEMORY) >= ENOUGH && freemem() >= ENOUGH ? IN_MEMORY : tmpdir();
}

/** Free bytes of a file system; none where there is no such folder. */
function roomIn(folder: string): number {
  try {
    const { bavail, bsize } = statfsSync(folder);
    return bavail * bsize;
  } catch {
    return 0;
  }
}
