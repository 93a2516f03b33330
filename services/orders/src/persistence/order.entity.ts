import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { OrderStatus } from '../domain/order-states.ts';

@Entity('orders')
export class OrderEntity {
  /** 16 hex. */
  @PrimaryColumn('text', { name: 'order_id' })
  orderId!: string;

  /** The incident that it was issued for. */
  @Column('uuid', { name: 'incident_id' })
  incidentId!: string;

  @Column('uuid', { name: 'joined_incident_ids', array: true })
  joinedIncidentIds!: string[];

  @Column('text', { name: 'site_id' })
  siteId!: string;

  @Column('text', { name: 'host_id' })
  hostId!: string;

  @Column('text', { name: 'runbook_id' })
  runbookId!: string;

  /** `["incident_type","check_type"]` */
  @Column('text')
  condition!: string;

  @Column('text')
  status!: OrderStatus;

  @Column('timestamptz', { name: 'issued_at' })
  issuedAt!: Date;

  @Column('timestamptz', { name: 'expires_at' })
  expiresAt!: Date;

  /** When the state it is in ends by itself; null once the order has ended. */
  @Column('timestamptz', { name: 'deadline_at', nullable: true })
  deadlineAt!: Date | null;

  /** The exact text that was signed. */
  @Column('text', { name: 'signed_payload' })
  signedPayload!: string;

  @Column('text')
  signature!: string;

  @Column('text', { name: 'key_id' })
  keyId!: string;

  /** Of its appliance; an order is for no other. */
  @Column('int', { name: 'appliance_epoch' })
  applianceEpoch!: number;

  @Column('text')
  traceparent!: string;

  @Column('timestamptz', { name: 'delivered_at', nullable: true })
  deliveredAt!: Date | null;

  @Column('timestamptz', { name: 'acknowledged_at', nullable: true })
  acknowledgedAt!: Date | null;

  @Column('uuid', { name: 'acknowledged_by', nullable: true })
  acknowledgedBy!: string | null;

  @Column('timestamptz', { name: 'closed_at', nullable: true })
  closedAt!: Date | null;

  @Column('text', { name: 'close_reason', nullable: true })
  closeReason!: string | null;

  @Column('uuid', { name: 'evidence_id', nullable: true })
  evidenceId!: string | null;

  /** Evidence that came after the end. */
  @Column('uuid', { name: 'late_evidence_id', nullable: true })
  lateEvidenceId!: string | null;
}
