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

  @Column({ type: 'text', array: true })
  scopes!: Scope[];

  @Column({ type: 'timestamptz', name: 'created_at', insert: false, update: false })
  createdAt!: Date;
}
