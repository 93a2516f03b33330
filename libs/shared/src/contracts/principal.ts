import { z } from 'zod';
import type { SitePolicy } from './enrolment.ts';

export const principalKinds = ['appliance', 'operator', 'approver', 'agent', 'auditor', 'administrator'] as const;
export const principalKind = z.enum(principalKinds);
export type PrincipalKind = (typeof principalKinds)[number];

export const scopes = [
  'appliances:check-in',
  'orders:read',
  'orders:acknowledge',
  'incidents:report',
  'evidence:submit',
  'evidence:read',
  'evidence:retain',
  'evidence:export',
  'ledger:read',
  'ledger:read-entries',
  'runbooks:read',
  'stats:read',
  'keys:manage',
  'appliances:enrol',
  'sites:manage',
  'limits:read',
  'audit:read',
] as const;
export type Scope = (typeof scopes)[number];

const readers = ['evidence:read', 'ledger:read', 'runbooks:read', 'stats:read'] as const;

/** What a new credential of each kind may do; an appliance is bound to one site besides. */
export const scopesOfKind: Record<PrincipalKind, readonly Scope[]> = {
  appliance: [
    'appliances:check-in',
    'orders:read',
    'orders:acknowledge',
    'incidents:report',
    'evidence:submit',
    'evidence:read',
    'ledger:read',
    'runbooks:read',
    'stats:read',
  ],
  operator: [...readers, 'orders:read', 'evidence:retain', 'evidence:export', 'appliances:enrol'],
  // Sees what it decides about, and does none of it: who approves is not who operates.
  approver: [...readers, 'orders:read'],
  agent: [...readers, 'orders:read'],
  auditor: [...readers, 'evidence:export', 'ledger:read-entries', 'audit:read'],
  administrator: scopes,
};

/**
 * Whom a credential stands for, as the database says; nothing of it comes from a token. `siteId` null: not bound to a
 * site (never so for an appliance). `namespace`: which agents and connections it may see.
 */
export interface Principal {
  id: string;
  kind: PrincipalKind;
  name: string;
  siteId: string | null;
  namespace: string;
  scopes: readonly Scope[];
  /** The appliance that the credential was given to when it enrolled; null: any of the site. */
  hostId: string | null;
  /** How many times that appliance had enrolled then; null: the credential comes from no enrolment. */
  epoch: number | null;
  /** The key (64 hex) that it enrolled with. */
  publicKey: string | null;
  /** What the site demands of its appliances; null: bound to no site. */
  policy: SitePolicy | null;
}
