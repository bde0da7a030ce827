// One key of a person: its public id and the SHA-256 of the whole key. The key itself is shown once and never stored.
import { Column, Entity, PrimaryColumn } from 'typeorm';

import { instant } from './instant.ts';

@Entity({ schema: 'tieout', name: 'user_key' })
export class UserKey {
  @PrimaryColumn({ name: 'key_id', type: 'text' })
  keyId!: string;

  @Column({ name: 'user_name', type: 'text' })
  userName!: string;

  @Column({ name: 'key_sha256', type: 'bytea' })
  keySha256!: Buffer;

  @Column({ name: 'created_at', type: 'timestamptz', default: () => 'now()', transformer: instant })
  createdAt!: string;

  @Column({ name: 'expires_at', type: 'timestamptz', nullable: true, transformer: instant })
  expiresAt!: string | null;

  @Column({ name: 'revoked_at', type: 'timestamptz', nullable: true, transformer: instant })
  revokedAt!: string | null;
}
