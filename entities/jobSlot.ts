// One due time of one scheduled job. Workers take it by inserting the row: two workers cannot both own a slot, and a
// worker that died shows by its lease.
import { Column, Entity, PrimaryColumn } from 'typeorm';

import { instant } from './instant.ts';

export type SlotState = 'running' | 'done' | 'failed';

@Entity({ schema: 'tieout', name: 'job_slot' })
export class JobSlot {
  @PrimaryColumn({ type: 'text' })
  job!: string;

  /** The due time, not the time it ran. */
  @PrimaryColumn({ type: 'timestamptz', transformer: instant })
  slot!: string;

  @Column({ type: 'text' })
  state!: SlotState;

  @Column({ type: 'text' })
  worker!: string;

  /** Grows with every takeover; a stale worker's number is refused. */
  @Column({ type: 'bigint', default: 1 })
  fence!: string;

  @Column({ name: 'lease_until', type: 'timestamptz', transformer: instant })
  leaseUntil!: string;

  @Column({ name: 'started_at', type: 'timestamptz', default: () => 'now()', transformer: instant })
  startedAt!: string;

  @Column({ name: 'ended_at', type: 'timestamptz', nullable: true, transformer: instant })
  endedAt!: string | null;

  @Column({ type: 'jsonb', nullable: true })
  outcome!: unknown;
}
