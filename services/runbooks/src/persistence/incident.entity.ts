import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('incidents')
export class IncidentEntity {
  @PrimaryColumn({ type: 'uuid', name: 'incident_id' })
  incidentId!: string;

  @Column({ type: 'text', name: 'site_id' })
  siteId!: string;

  @Column({ type: 'text', name: 'host_id' })
  hostId!: string;

  @Column({ type: 'text', name: 'incident_type' })
  incidentType!: string;

  @Column({ type: 'text', name: 'check_type', nullable: true })
  checkType!: string | null;

  @Column('text')
  severity!: string;

  @Column('jsonb')
  details!: Record<string, unknown>;

  @Column({ type: 'jsonb', name: 'pre_state' })
  preState!: Record<string, unknown>;

  @Column({ type: 'jsonb', name: 'hipaa_controls' })
  hipaaControls!: string[];

  @Column('text')
  status!: 'resolving' | 'escalated' | 'resolved';

  @Column({ type: 'text', name: 'order_id', nullable: true })
  orderId!: string | null;

  @Column({ type: 'timestamptz', name: 'reported_at' })
  reportedAt!: Date;

  @Column({ type: 'timestamptz', name: 'closed_at', nullable: true })
  closedAt!: Date | null;
}
