import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A bundle that was handed in and not taken. Insert-only. */
@Entity('refusals')
export class RefusalEntity {
  @PrimaryColumn({ type: 'text', name: 'event_id' })
  eventId!: string;

  @Column({ type: 'text', name: 'site_id' })
  siteId!: string;

  @Column({ type: 'timestamptz', name: 'refused_at' })
  refusedAt!: Date;
}
