import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A runbook as it was in force under this version. */
@Entity('published_runbooks')
export class PublishedRunbookEntity {
  @PrimaryColumn({ type: 'text', name: 'runbook_id' })
  runbookId!: string;

  @PrimaryColumn('text')
  version!: string;

  @Column('text')
  digest!: string;

  /** The file. */
  @Column('text')
  source!: string;

  @Column({ type: 'timestamptz', name: 'published_at', insert: false })
  publishedAt!: Date;
}
