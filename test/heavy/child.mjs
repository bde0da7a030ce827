// One step of the books in a process of its own, which kills itself (SIGKILL: nothing is flushed, no connection is closed)
// at the place that TIEOUT_CRASH_AT names, `place` or `place:n` for the n-th time it is passed. Runs the built program.
import process from 'node:process';

const root = new URL('../../dist/', import.meta.url);
const load = async (path) => {
  try {
    return await import(new URL(path, root));
  } catch (error) {
    if (error?.code === 'ERR_MODULE_NOT_FOUND')
      throw new Error('build first: npm run build', { cause: error });
    throw error;
  }
};
await import('reflect-metadata');
const { loadConfig } = await load('src/config/load.js');
const { loadRulebook } = await load('src/config/rulebookFiles.js');
const { openDatabase } = await load('src/db/connection.js');
const { ingestFiles } = await load('jobs/intake/ingest.js');
const { reconcile } = await load('jobs/run/reconcile.js');

const step = JSON.parse(process.argv[2]);
const [point, times = '1'] = (process.env.TIEOUT_CRASH_AT ?? '').split(':');
let left = Number(times);
const crash = (name) => {
  if (name !== point) return;
  left -= 1;
  if (left === 0) process.kill(process.pid, 'SIGKILL');
};
const config = loadConfig(step.config, {});
const rulebook = loadRulebook(config);
const db = await openDatabase({ dataDir: '', url: process.env.DATABASE_URL });
const clock = () => step.now;
try {
  for (const [kind, files] of step.ingest ?? [])
    await ingestFiles(db, config, rulebook, kind, files, { clock, crash });
  if (step.asOf !== undefined) {
    const { resultHash, run } = await reconcile({
      db,
      config,
      rulebook,
      maker: 'test',
      clock,
      asOf: step.asOf,
      workers: step.workers ?? 2,
      crash,
    });
    process.stdout.write(`${JSON.stringify({ resultHash, run })}\n`);
  }
} finally {
  await db.close();
}
