// Remembers which file is running, so that `drop()` of a test database can keep it when a test of that file failed.
import { beforeEach } from 'vitest';
import type { RunnerTask, RunnerTestFile } from 'vitest';

let current: RunnerTestFile | undefined;

beforeEach(({ task }) => {
  current = task.file;
});

/** True when any test of the running file has failed so far. */
export function anyTestFailed(): boolean {
  const failed = (task: RunnerTask): boolean =>
    task.result?.state === 'fail' || ('tasks' in task && task.tasks.some(failed));
  return current?.tasks.some(failed) ?? false;
}
