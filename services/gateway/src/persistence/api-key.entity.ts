import { Column, Entity, JoinColumn, ManyToOne, PrimaryColumn, type Relation } from 'typeorm';
import { PrincipalEntity } from './principal.entity.ts';

@Entity('api_keys')
export class ApiKeyEntity {
  @PrimaryColumn('uuid')
  id!: string;

  @ManyToOne(() => PrincipalEntity)
  @JoinColumn({ name: 'principal_id' })
  principal!: Relation<PrincipalEntity>;

  /** The key itself is shown once and kept nowhere. */
  @Column({ type: 'bytea', name: 'key_sha256' })
  keySha256!: Buffer;

  @Column({ type: 'timestamptz', name: 'created_at', insert: false, update: false })
  createdAt!: Date;

  /** Good until then, and no longer; null: until it is revoked. */
  @Column({ type: 'timestamptz', name: 'expires_at', nullable: true })
  expiresAt!: Date | null;

  @Column({ type: 'timestamptz', name: 'revoked_at', nullable: true })
  revokedAt!: Date | null;
}
