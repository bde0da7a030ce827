// The stated settings of the embedded server, sized for a laptop (about 0.5 GB of memory at work). They are passed at
// every start, so a data folder never carries a setting that this list does not show.

/** What differs from PostgreSQL's defaults, and why. */
export const SERVER_SETTINGS: Readonly<Record<string, string>> = Object.freeze({
  listen_addresses: '127.0.0.1', // this machine only
  unix_socket_directories: '', // no socket file whose path could be too long or unwritable
  max_connections: '60', // 8 workers with small pools, and the tests
  shared_buffers: '256MB', // default 128MB
  effective_cache_size: '1GB',
  work_mem: '64MB', // default 4MB; sorts and hashes of a run stay in memory up to about 500,000 lines
  maintenance_work_mem: '256MB', // index builds
  max_wal_size: '4GB', // default 1GB; a bulk load would otherwise checkpoint every few seconds
  checkpoint_timeout: '15min',
  wal_level: 'minimal', // no replicas of an embedded server; COPY into a fresh table skips the log
  max_wal_senders: '0',
  fsync: 'on', // a reconciliation that forgets a posting is worse than a slow one
  synchronous_commit: 'on',
  full_page_writes: 'on',
  jit: 'off', // compiling costs more than our statements gain
  random_page_cost: '1.1', // solid state
  dynamic_shared_memory_type: 'mmap', // /dev/shm of a container is 64 MB, a parallel hash needs more
  password_encryption: 'scram-sha-256',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_min_messages: 'warning',
  log_checkpoints: 'off',
  logging_collector: 'off',
});

/** The settings as server options for one start. `-c name=value`; values hold no blanks or quotes. */
export function serverOptions(port: number, changed: Readonly<Record<string, string>> = {}): string {
  return Object.entries({ ...SERVER_SETTINGS, ...changed, port: String(port) })
    .map(([name, value]) => `-c ${name}=${value === '' ? "''" : value}`)
    .join(' ');
}
