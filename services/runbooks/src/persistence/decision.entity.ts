import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What was chosen for an incident, by which tier, and why. Never changed. */
@Entity('decisions')
export class DecisionEntity {
  @PrimaryColumn({ type: 'uuid', name: 'incident_id' })
  incidentId!: string;

  @Column('text')
  tier!: 'L1' | 'L2' | 'L3';

  @Column({ type: 'text', name: 'runbook_id', nullable: true })
  runbookId!: string | null;

  @Column({ type: 'text', name: 'runbook_version', nullable: true })
  runbookVersion!: string | null;

  @Column({ type: 'text', name: 'runbook_digest', nullable: true })
  runbookDigest!: string | null;

  @Column({ type: 'jsonb', nullable: true })
  parameters!: Record<string, unknown> | null;

  @Column('text')
  reason!: string;

  @Column({ type: 'timestamptz', name: 'decided_at', insert: false })
  decidedAt!: Date;
}
