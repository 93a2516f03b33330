import { type AuditEventName, fleetSubject, type PrincipalKind } from '@countersign/shared/contracts';

/** What makes a request equal to another for the audit. */
export interface AuditFacts {
  type: AuditEventName;
  /** The site in whose audit it stands, `fleetSubject` for none: never the site that somebody was refused. */
  subject: string;
  principalId: string | null;
  kind: PrincipalKind | null;
  method: string | null;
  /** Name in the route catalogue. */
  route: string | null;
  siteAsked: string | null;
  item: string | null;
  status: number;
  errorCode: string | null;
  /** As it is counted; masked before it is written. */
  address: string | null;
  folded?: 'caller' | 'all';
}

/** One request. */
export interface AuditedRequest {
  facts: AuditFacts;
  /** Milliseconds since 1970. */
  at: number;
  requestId: string;
  traceparent: string;
}

/** Equal facts have equal keys. */
export function keyOf(facts: AuditFacts): string {
  const { type, subject, principalId, method, route, siteAsked, item, status, errorCode, address, folded } = facts;
  return JSON.stringify([
    type,
    subject,
    principalId,
    method,
    route,
    siteAsked,
    item,
    status,
    errorCode,
    address,
    folded ?? null,
  ]);
}

/** Who it is put down to: a principal, else an address. */
export const callerOf = ({ principalId, address }: AuditFacts): string => principalId ?? address ?? '';

const unsaid = { method: null, route: null, siteAsked: null, item: null };

/** All that a caller was told with this code; one event in place of many. */
export const foldByCaller = (facts: AuditFacts): AuditFacts => ({
  ...facts,
  ...unsaid,
  address: facts.principalId === null ? facts.address : null,
  folded: 'caller',
});

/** The same of all callers. There are as many of these as there are codes. */
export const foldAll = (facts: AuditFacts): AuditFacts => ({
  ...facts,
  ...unsaid,
  subject: fleetSubject,
  principalId: null,
  address: null,
  folded: 'all',
});
