// Where the time of a step goes, by statement: every query of the driver is timed and summed under its text with numbers
// taken out. No extension of the server is needed, and the cost is a microsecond a statement.
import { performance } from 'node:perf_hooks';

import type pg from 'pg';

export interface StatementTime {
  text: string;
  calls: number;
  seconds: number;
}

const SHOWN = 150;

/** Times all queries from now on; the answer lists them, longest first. */
export function timeStatements(client: typeof pg.Client): () => StatementTime[] {
  const times = new Map<string, StatementTime>();
  const prototype = client.prototype as unknown as { query: (...values: unknown[]) => unknown };
  const query = prototype.query;
  prototype.query = function timed(this: unknown, ...values: unknown[]): unknown {
    const started = performance.now();
    const note = (): void => {
      const text = textOf(values[0]);
      const time = times.get(text) ?? { text, calls: 0, seconds: 0 };
      time.calls += 1;
      time.seconds += (performance.now() - started) / 1000;
      times.set(text, time);
    };
    const answer = query.apply(this, values);
    if (answer instanceof Promise) void answer.then(note, note);
    else if (isStream(answer)) answer.once('close', note);
    return answer;
  };
  return () => [...times.values()].toSorted((a, b) => b.seconds - a.seconds);
}

function isStream(value: unknown): value is NodeJS.EventEmitter {
  return typeof value === 'object' && value !== null && 'once' in value;
}

function textOf(query: unknown): string {
  const text = typeof query === 'string' ? query : ((query as { text?: string }).text ?? 'a cursor');
  return text
    .replace(/\s+/g, ' ')
    .replace(/work\.r\d+/g, 'work.r')
    .replace(/'[0-9a-f]{16,}'|\b\d{3,}\b/g, '#')
    .slice(0, SHOWN);
}
