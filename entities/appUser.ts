// A person who may decide something, with one role. People are revoked, never deleted: decisions name them for ever.
import { Column, Entity, PrimaryColumn } from 'typeorm';

import { instant } from './instant.ts';

export const ROLES = ['preparer', 'reviewer', 'poster', 'admin', 'auditor'] as const;
export type Role = (typeof ROLES)[number];

@Entity({ schema: 'tieout', name: 'app_user' })
export class AppUser {
  @PrimaryColumn({ type: 'text' })
  name!: string;

  @Column({ type: 'text' })
  role!: Role;

  @Column({ name: 'created_at', type: 'timestamptz', default: () => 'now()', transformer: instant })
  createdAt!: string;

  @Column({ name: 'revoked_at', type: 'timestamptz', nullable: true, transformer: instant })
  revokedAt!: string | null;

  /** Account of the operating system: what it starts, this person started. */
  @Column({ name: 'os_account', type: 'text', nullable: true })
  osAccount!: string | null;

  /** Sees and decides only what is of these; none named: of all. */
  @Column({ type: 'text', array: true })
  companies!: string[];
}
