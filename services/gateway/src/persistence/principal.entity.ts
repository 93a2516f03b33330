import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { PrincipalKind, Scope } from '@countersign/shared/contracts';

@Entity('principals')
export class PrincipalEntity {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('text')
  kind!: PrincipalKind;

  @Column('text')
  name!: string;

  @Column({ type: 'text', name: 'site_id', nullable: true })
  siteId!: string | null;

  /** The appliance that it stands for alone; it comes from an enrolment, as do epoch and key. */
  @Column({ type: 'text', name: 'host_id', nullable: true, insert: false, update: false })
  hostId!: string | null;

  @Column({ type: 'int', nullable: true, insert: false, update: false })
  epoch!: number | null;

  @Column({ type: 'text', array: true })
  scopes!: Scope[];

  @Column('text')
  namespace!: string;

  @Column({ type: 'timestamptz', name: 'disabled_at', nullable: true, insert: false })
  disabledAt!: Date | null;

  @Column({ type: 'timestamptz', name: 'created_at', insert: false, update: false })
  createdAt!: Date;
}
