// A run as a row: what was pinned when it started and what came of it. Runs change state only; their matches are facts.
import { Column, Entity, PrimaryColumn } from 'typeorm';

import { instant } from './instant.ts';

export type RunKind = 'reconcile' | 'decision' | 'undo';
export type RunState = 'running' | 'completed' | 'abandoned';

@Entity({ schema: 'tieout', name: 'run' })
export class Run {
  @PrimaryColumn({ name: 'run_id', type: 'bigint' })
  runId!: string;

  @Column({ type: 'text' })
  kind!: RunKind;

  @Column({ type: 'text' })
  state!: RunState;

  /** YYYY-MM-DD. */
  @Column({ name: 'as_of', type: 'date' })
  asOf!: string;

  /** Last batch that the run saw. */
  @Column({ type: 'bigint' })
  horizon!: string;

  /** '' = every reconciliation. */
  @Column({ name: 'only_name', type: 'text', default: '' })
  onlyName!: string;

  @Column({ name: 'rulebook_hash', type: 'text' })
  rulebookHash!: string;

  @Column({ type: 'text' })
  maker!: string;

  @Column({ name: 'decision_id', type: 'bigint', nullable: true })
  decisionId!: string | null;

  @Column({ type: 'bigint', nullable: true })
  undoes!: string | null;

  @Column({ name: 'undone_by', type: 'bigint', nullable: true })
  undoneBy!: string | null;

  @Column({ name: 'result_hash', type: 'text', nullable: true })
  resultHash!: string | null;

  /** The tie-out as printed. */
  @Column({ type: 'jsonb', nullable: true })
  totals!: unknown;

  @Column({ name: 'started_at', type: 'timestamptz', transformer: instant })
  startedAt!: string;

  @Column({ name: 'completed_at', type: 'timestamptz', nullable: true, transformer: instant })
  completedAt!: string | null;
}
