import { Column, Entity, PrimaryColumn } from 'typeorm';

/**
 * What one commit has to say: a CloudEvents batch of one event type. It stays until every consumer named in the
 * event catalogue confirmed the effect of each of its events; `next_at` says when somebody looks at it next.
 */
@Entity('outbox')
export class OutboxEntity {
  /** Also the `Nats-Msg-Id`. */
  @PrimaryColumn('uuid')
  id!: string;

  @Column('text')
  subject!: string;

  /** The batch exactly as it is published. */
  @Column('text')
  payload!: string;

  @Column({ type: 'timestamptz', name: 'created_at', insert: false, update: false })
  createdAt!: Date;

  @Column({ type: 'timestamptz', name: 'published_at', nullable: true })
  publishedAt!: Date | null;

  @Column({ type: 'int', insert: false })
  attempts!: number;

  @Column({ type: 'timestamptz', name: 'next_at', insert: false })
  nextAt!: Date;
}
