// What a worker process of the laboratory is told, as one JSON argument, and what it tells: one JSON line each.
import type { CrashPointName } from '../../src/posting/crashPoints.ts';
import type { PostingSettings } from '../../src/posting/posting.ts';

/** Ways to build the machine wrongly, which the laboratory has to notice. */
export const MUTANTS = [
  'unique key removed',
  'look removed',
  'mark before send',
  'line in two journals',
] as const;
export type Mutant = (typeof MUTANTS)[number];

export interface Orders {
  /**
   * `worker`: the service as it is built. `send`: the sending loop until nothing is left, then the process ends. The others
   * do one thing and end.
   */
  work: 'worker' | 'send' | 'propose' | 'confirm' | 'approve' | 'resolve';
  database: string;
  /** Settings of the ERP `drop`, as in tieout.yaml. */
  erp: { adapter: string; settings: Record<string, string>; folders: Record<string, string> };
  settings: PostingSettings;
  statementTimeoutMs: number;
  /** Folder for what the service writes. */
  folder: string;
  /** Where it kills itself. */
  crashAt?: CrashPointName;
  mutant?: Mutant;
  /** Share of posts that the caller gives up after a moment, while the ERP goes on. */
  giveUp?: number;
  /** Its wall clock jumps by hours, there and back, every moment. */
  clockJumps?: boolean;
  /** For approve and resolve. */
  references?: string[];
  /** For resolve. */
  person?: string;
}

export type Told =
  | { kind: 'started'; worker: string; at: number }
  /** A step that the database has acknowledged. */
  | { kind: 'step'; reference: string; to: string; stale: boolean; at: number }
  | { kind: 'done' };
