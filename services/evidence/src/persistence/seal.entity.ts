import { Column, Entity, PrimaryColumn } from 'typeorm';

/** That the vault holds a bundle. Insert-only. */
@Entity('seals')
export class SealEntity {
  @PrimaryColumn({ type: 'uuid', name: 'evidence_id' })
  evidenceId!: string;

  @Column('text')
  uri!: string;

  @Column({ type: 'timestamptz', name: 'sealed_at' })
  sealedAt!: Date;
}
