import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('token_subjects')
export class TokenSubjectEntity {
  @PrimaryColumn('text')
  issuer!: string;

  @PrimaryColumn('text')
  subject!: string;

  @Column({ type: 'uuid', name: 'principal_id' })
  principalId!: string;

  @Column({ type: 'timestamptz', name: 'created_at', insert: false, update: false })
  createdAt!: Date;
}
