// The worker's reading of streams: beside the ticks as long as the worker runs, each stream by itself, with a database of its own.
import { KeptRulebook } from '../../jobs/reports/keptRulebook.ts';
import { EventIntake } from '../../jobs/intake/takeEvents.ts';
import type { Config } from '../config/model.ts';
import type { Database } from '../db/connection.ts';
import type { Log } from '../log/logger.ts';
import { KeptDatabase } from '../server/keptDatabase.ts';
import { readStream } from '../streams/readStream.ts';
import type { Failing } from './parts.ts';

export interface Reading {
  config: Config;
  open: (applicationName: string, statementTimeoutMs?: number) => Promise<Database>;
  worker: string;
  log: Log;
  clock: () => number;
  failing: Failing;
  stop: AbortSignal;
}

/** Reads every configured stream until `stop`. Never throws. */
export async function keepReading({
  config,
  open,
  worker,
  log,
  clock,
  failing,
  stop,
}: Reading): Promise<void> {
  if (config.streams.size === 0) return;
  const kept = new KeptDatabase({ open, name: `${worker} streams`, log });
  kept.begin();
  const intake = new EventIntake(config, new KeptRulebook(config), clock);
  await Promise.all(
    [...config.streams.values()].map((setting) =>
      readStream({
        setting,
        intake,
        database: () => kept.db,
        look: (db) => kept.look(db),
        worker,
        log,
        stop,
        tell(error) {
          const part = `stream ${setting.name}`;
          if (error === undefined) failing.works(log, worker, part);
          else failing.note(log, worker, part, error);
        },
      }),
    ),
  );
  await kept.close();
}
