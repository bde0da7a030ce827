// An exception keeps its identity until it is settled: the hash of its class and anchor. The anchor is its lowest owned
// expected line, else its lowest ledger line, else its subject; the reason is an attribute that may change.
import { createHash } from 'node:crypto';

/** First 32 hex digits of SHA-256 over class and anchor; db/run/items.ts computes the same in SQL. */
export function exceptionId(kind: 'difference' | 'control', anchor: string): string {
  return createHash('sha256').update(`${kind}\u001f${anchor}`).digest('hex').slice(0, 32);
}
