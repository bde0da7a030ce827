// The log of a service: pino, one JSON object a line on standard error, plus the run log, the same kind of lines in a file
// that only tells what was run. Fields are a closed list (pino's own redaction takes exact paths only and fails silently):
// what is not on it is not printed, and every text goes through the scrubber.
import { accessSync, appendFileSync, constants } from 'node:fs';
import { dirname } from 'node:path';
import { pino } from 'pino';
import { Fault } from '../errors.ts';
import { makeFolders } from '../folders.ts';

/** What a line may say; the names never change, so that searches keep working. */
const FIELDS = [
  'worker',
  'schedule',
  'slot',
  'day',
  'job',
  'state',
  'ms',
  'run',
  'asOf',
  'resultHash',
  'journal',
  'erp',
  'path',
  'kind',
  'batch',
  'received',
  'accepted',
  'duplicates',
  'skipped',
  'quarantined',
  'steps',
  'stream',
  'seq',
  'hash',
  'port',
  'attempt',
  'losses',
  'why',
  'error',
] as const;

export type LogFields = Partial<Record<(typeof FIELDS)[number], unknown>>;

type Level = 'info' | 'warn' | 'error';

export interface Log {
  /** The text without secrets, for what is stored elsewhere. */
  clean(text: string): string;
  info(message: string, fields?: LogFields): void;
  warn(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
  /** A line of the run log, and of the log there at that level: what failed is to be found by who looks for errors only. */
  run(message: string, fields: LogFields, level?: Level): void;
}

export interface LogOptions {
  level: string;
  scrub: (text: string) => string;
  /** File of the run log; its folder is made. */
  runLog: string;
  /** Where lines go; default: standard error. */
  write?: (line: string) => void;
}

export function openLog({ level, scrub, runLog, write }: LogOptions): Log {
  const destination = { write: write ?? ((line: string) => void process.stderr.write(line)) };
  const logger = pino({ level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, destination);
  makeFolderOf(runLog);
  const at =
    (name: Level) =>
    (message: string, fields: LogFields = {}): void =>
      logger[name](allowed(fields, scrub), scrub(message));
  return {
    clean: scrub,
    info: at('info'),
    warn: at('warn'),
    error: at('error'),
    run(message, fields, level = 'info') {
      const clean = allowed(fields, scrub);
      logger[level](clean, scrub(message));
      const line = { time: new Date().toISOString(), level, msg: scrub(message), ...clean };
      try {
        appendFileSync(runLog, `${JSON.stringify(line)}\n`);
      } catch (error) {
        // A full disk must not fail the slot that is told of here: the line is in the log, and the database has the slot.
        at('error')('the run log cannot be written', { path: runLog, error });
      }
    },
  };
}

function makeFolderOf(runLog: string): void {
  try {
    makeFolders(dirname(runLog));
    accessSync(dirname(runLog), constants.W_OK);
  } catch (error) {
    throw new Fault(
      `${dirname(runLog)}: the folder of the run log cannot be written\n  found:    ${(error as Error).message}\n` +
        '  to do:    let the user who runs the worker write it, or name another folder as dataDir in tieout.yaml',
      { cause: error },
    );
  }
}

/** The fields that may be printed, their texts cleaned; an error is its name, message and code. */
function allowed(fields: LogFields, scrub: (text: string) => string): Record<string, unknown> {
  const clean: Record<string, unknown> = {};
  for (const name of FIELDS) {
    const value = fields[name];
    if (typeof value === 'string') clean[name] = scrub(value);
    else if (typeof value === 'number' || typeof value === 'boolean') clean[name] = value;
    else if (value instanceof Error) clean[name] = scrub(errorText(value));
    else if (value !== undefined && value !== null) clean[name] = scrub(nestedText(value, scrub));
  }
  return clean;
}

/** Cleaned before it is written as JSON: escaping would hide a secret from the scrubber. */
function nestedText(value: unknown, scrub: (text: string) => string): string {
  return JSON.stringify(value, (_, part: unknown) => (typeof part === 'string' ? scrub(part) : part)) ?? '';
}

function errorText(error: Error): string {
  const code = 'code' in error && typeof error.code === 'string' ? ` [${error.code}]` : '';
  return `${error.name}${code}: ${error.message}`;
}
