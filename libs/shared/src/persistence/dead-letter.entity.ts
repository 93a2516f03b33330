import { Column, Entity, PrimaryColumn } from 'typeorm';

/** An event that a consumer gave up on. It is the record; the DEAD_LETTERS stream only tells of it. */
@Entity('dead_letters')
export class DeadLetterEntity {
  /** `<consumer>:<event id>`: giving up twice is giving up once. */
  @PrimaryColumn('text')
  id!: string;

  @Column('text')
  consumer!: string;

  @Column({ type: 'text', name: 'event_id' })
  eventId!: string;

  @Column({ type: 'text', name: 'event_type' })
  eventType!: string;

  /** The event as it came. */
  @Column('text')
  event!: string;

  @Column({ type: 'text', name: 'error_code' })
  errorCode!: string;

  @Column('text')
  cause!: string;

  @Column({ type: 'text', name: 'trace_id', nullable: true })
  traceId!: string | null;

  @Column({ type: 'timestamptz', name: 'recorded_at', insert: false, update: false })
  recordedAt!: Date;

  @Column({ type: 'timestamptz', name: 'redriven_at', nullable: true })
  redrivenAt!: Date | null;
}
