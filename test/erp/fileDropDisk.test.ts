// What is on disk when a dropped file counts as posted. A power cut forgets a file that was not synced, and the name of one
// whose folder was not: the journal would be posted for us and nowhere else.
import { mkdtempSync, rmSync } from 'node:fs';
import type * as files from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

import { expect, it, vi } from 'vitest';

import { fileDrop } from '../../src/erp/fileDrop.ts';
import { sampleJournal } from '../posting/model.ts';

/** What was done to the disk, in order: `sync NAME`, `name NAME`. */
const { done } = vi.hoisted(() => ({ done: [] as string[] }));

vi.mock('node:fs/promises', async (original) => {
  const real = await original<typeof files>();
  const open: typeof real.open = async (path, ...rest) => {
    const handle = await real.open(path, ...rest);
    const sync = handle.sync.bind(handle);
    handle.sync = async () => {
      await sync();
      done.push(`sync ${basename(String(path)).replace(/^\.tieout-\d+-/, '')}`);
    };
    return handle;
  };
  const link: typeof real.link = async (from, to) => {
    await real.link(from, to);
    done.push(`name ${basename(String(to))}`);
  };
  return { ...real, open, link };
});

it('syncs a file before it gets its name, and its folder before it counts as posted', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tieout-disk-'));
  const outbox = join(folder, 'outbox');
  const journal = sampleJournal(1);
  const drop = fileDrop({ outbox, archive: join(folder, 'archive') });
  const project = { id: 'p', epoch: 1 };
  drop.setUp!();
  await drop.enter!(project);
  const outcome = await drop.post(journal, { attempt: 1, signal: new AbortController().signal, project });
  expect(outcome.kind).toBe('posted');
  const file = `${journal.postingReference}.csv`;
  expect(done).toContain(`sync ${file}`);
  expect(done.indexOf(`sync ${file}`)).toBeLessThan(done.indexOf(`name ${file}`));
  expect(done.lastIndexOf('sync outbox')).toBeGreaterThan(done.indexOf(`name ${file}`));
  rmSync(folder, { recursive: true });
});
