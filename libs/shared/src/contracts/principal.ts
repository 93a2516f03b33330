import { z } from 'zod';

export const principalKinds = ['appliance', 'operator', 'agent', 'auditor', 'administrator'] as const;
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
  operator: [...readers, 'orders:read', 'evidence:retain', 'evidence:export'],
  agent: [...readers, 'orders:read'],
  auditor: [...readers, 'evidence:export', 'ledger:read-entries'],
  administrator: scopes,
};

/** Whom a credential stands for. `siteId` null: not bound to a site (never so for an appliance). */
export interface Principal {
  id: string;
  kind: PrincipalKind;
  name: string;
  siteId: string | null;
  scopes: readonly Scope[];
}
