import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Outcome } from '@countersign/shared/contracts';

/** A recorded bundle as people are shown it; its text is not read for that. Insert-only. */
@Entity('bundles')
export class BundleEntity {
  @PrimaryColumn({ type: 'uuid', name: 'evidence_id' })
  evidenceId!: string;

  @Column({ type: 'text', name: 'site_id' })
  siteId!: string;

  @Column({ type: 'text', name: 'bundle_id' })
  bundleId!: string;

  @Column({ type: 'text', name: 'host_id' })
  hostId!: string;

  @Column({ type: 'text', name: 'order_id', nullable: true })
  orderId!: string | null;

  @Column({ type: 'text', name: 'check_type' })
  checkType!: string;

  @Column('text')
  outcome!: Outcome;

  @Column({ type: 'simple-json', name: 'hipaa_controls' })
  hipaaControls!: string[];

  @Column({ type: 'text', name: 'timestamp_start' })
  timestampStart!: string;

  @Column({ type: 'text', name: 'timestamp_end' })
  timestampEnd!: string;

  @Column('text')
  digest!: string;

  @Column({ type: 'text', nullable: true })
  signature!: string | null;

  /** Hex; the enrolled key that the signature was verified with. */
  @Column({ type: 'text', name: 'public_key', nullable: true })
  publicKey!: string | null;

  /** Far below 2^53; the driver gives a bigint as text. */
  @Column({ type: 'bigint', transformer: { from: Number, to: (value: number) => value } })
  position!: number;

  @Column({ type: 'text', name: 'previous_link_hash' })
  previousLinkHash!: string;

  @Column({ type: 'text', name: 'link_hash' })
  linkHash!: string;

  @Column({ type: 'timestamptz', name: 'recorded_at' })
  recordedAt!: Date;
}
