import { Column, Entity, PrimaryColumn } from 'typeorm';

@Entity('appliances')
export class ApplianceEntity {
  @PrimaryColumn('text', { name: 'site_id' })
  siteId!: string;

  @PrimaryColumn('text', { name: 'host_id' })
  hostId!: string;

  @Column('text', { name: 'deployment_mode' })
  deploymentMode!: string;

  @Column('text', { name: 'reseller_id', nullable: true })
  resellerId!: string | null;

  @Column('text', { name: 'policy_version' })
  policyVersion!: string;

  @Column('text', { name: 'nixos_version', nullable: true })
  nixosVersion!: string | null;

  @Column('text', { name: 'agent_version', nullable: true })
  agentVersion!: string | null;

  /** 64 hex. */
  @Column('text', { name: 'public_key', nullable: true })
  publicKey!: string | null;

  @Column('timestamptz', { name: 'public_key_since', nullable: true })
  publicKeySince!: Date | null;

  /** How many times it has enrolled; 0: its key, if it has one, is that of its first check-in. */
  @Column('int')
  epoch!: number;

  @Column('timestamptz', { name: 'registered_at' })
  registeredAt!: Date;

  @Column('timestamptz', { name: 'last_checkin' })
  lastCheckin!: Date;

  /** Its last check-in, when that was noticed to be long ago; null otherwise. */
  @Column('timestamptz', { name: 'silent_since', nullable: true })
  silentSince!: Date | null;
}
