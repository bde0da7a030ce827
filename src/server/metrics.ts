// The metrics page in Prometheus' text format. Counts come from the database at each scrape, so that they agree whichever
// worker answers and survive a restart.
import { daysBetween, isoDate, localDate } from '../accounting/dates.ts';
import { inboxesOf, inboxState } from '../../jobs/intake/inboxes.ts';
import type { Config } from '../config/model.ts';
import type { Database } from '../db/connection.ts';
import { halfRead } from '../db/intake/quarantine.ts';
import { readCounts, readReach } from '../db/read/status.ts';

interface Sample {
  labels?: Readonly<Record<string, string>>;
  value: number;
}

export interface MetricsOptions {
  config: Config;
  db: Database;
  clock: () => number;
  /** Parts of the worker that fail now. */
  failingParts: () => readonly string[];
}

export async function metricsText({ config, db, clock, failingParts }: MetricsOptions): Promise<string> {
  const { pool } = db;
  const counts = await readCounts(pool);
  const ages: Sample[] = [];
  for (const company of config.companies.values()) {
    const today = localDate(clock(), company.timeZone);
    for (const { ledgers, reach } of await readReach(pool, company)) {
      ages.push({
        labels: { company: company.code, ledgers: ledgers.join(',') },
        value: daysBetween(isoDate(reach), today),
      });
    }
  }
  const counted = (rows: readonly { n: number }[]): Sample[] =>
    rows.map(({ n, ...labels }) => ({ labels: labels as Record<string, string>, value: n }));
  const ended = ({ state }: { state: string }): boolean => state !== 'running';
  const running = (rows: readonly { state: string; n: number }[]): Sample[] =>
    counted(rows.filter((row) => !ended(row)).map(({ state: _, ...row }) => row));
  // Not called `job`: that label is the scraper's own.
  const slots = counts.slots.map(({ job, ...row }) => ({ schedule: job, ...row }));
  const cpu = process.cpuUsage();
  return [
    // Counters hold what has ended: what runs now would make them fall again, which readers take for a restart.
    metric(
      'tieout_runs_total',
      'counter',
      'Runs that have ended, by kind and how.',
      counted(counts.runs.filter(ended)),
    ),
    metric('tieout_runs_running', 'gauge', 'Runs in work, by kind.', running(counts.runs)),
    metric(
      'tieout_batch_records_total',
      'counter',
      'Records taken in, by kind and what became of them.',
      counted(counts.records),
    ),
    metric(
      'tieout_schedule_slots_total',
      'counter',
      'Slots of schedules that have ended, by how.',
      counted(slots.filter(ended)),
    ),
    metric('tieout_schedule_slots_running', 'gauge', 'Slots of schedules in work.', running(slots)),
    metric(
      'tieout_worker_failing',
      'gauge',
      'Parts of this worker that fail now; they are tried again at every tick.',
      failingParts().map((part) => ({ labels: { part }, value: 1 })),
    ),
    metric('tieout_exceptions_open', 'gauge', 'Open exceptions by reason.', counted(counts.exceptions)),
    metric('tieout_journals', 'gauge', 'Journals by state of their posting.', counted(counts.journals)),
    metric('tieout_quarantined_records', 'gauge', 'Refused records that nobody has replayed or dismissed.', [
      { value: counts.quarantined },
    ]),
    ...(await fileMetrics(config, db, counts.quarantined)),
    metric(
      'tieout_feed_reach_age_days',
      'gauge',
      'Days since the last day up to which the ledger is complete.',
      ages,
    ),
    metric('process_resident_memory_bytes', 'gauge', 'Memory of the worker.', [
      { value: process.memoryUsage.rss() },
    ]),
    metric('process_cpu_seconds_total', 'counter', 'Processor time of the worker.', [
      { value: (cpu.user + cpu.system) / 1e6 },
    ]),
    metric('process_start_time_seconds', 'gauge', 'When the worker started.', [
      { value: Math.floor(performance.timeOrigin / 1000) },
    ]),
  ].join('');
}

/** Files that wait for a person. */
async function fileMetrics(config: Config, { pool }: Database, quarantined: number): Promise<string[]> {
  const waiting = inboxState(config);
  const of = (all: readonly { inbox: string }[], kind: string): number =>
    all.filter(({ inbox }) => inbox === kind).length;
  const files = inboxesOf(config).map(({ kind }) => ({
    inbox: kind,
    failed: of(waiting.failed, kind),
    withoutControl: of(waiting.withoutControl, kind),
  }));
  return [
    metric(
      'tieout_inbox_files_failed',
      'gauge',
      'Files in the `failed` folder of an inbox that were not delivered again.',
      files.map(({ inbox, failed }) => ({ labels: { inbox }, value: failed })),
    ),
    metric(
      'tieout_inbox_files_without_control',
      'gauge',
      'Extracts that wait for the control file they need.',
      files.map(({ inbox, withoutControl }) => ({ labels: { inbox }, value: withoutControl })),
    ),
    metric('tieout_files_half_read', 'gauge', 'Files of which some records wait in quarantine.', [
      { value: quarantined === 0 ? 0 : (await halfRead(pool)).length },
    ]),
  ];
}

function metric(name: string, type: 'counter' | 'gauge', help: string, samples: readonly Sample[]): string {
  const lines = samples.map(({ labels, value }) => {
    const pairs = Object.entries(labels ?? {}).map(([key, text]) => `${key}="${escaped(text)}"`);
    return `${name}${pairs.length > 0 ? `{${pairs.join(',')}}` : ''} ${value}\n`;
  });
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join('')}`;
}

const escaped = (text: string): string =>
  text.replaceAll('\\', '\\\\').replaceAll('"', '\\"').replaceAll('\n', '\\n');
