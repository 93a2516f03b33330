import { type AuditEventName, fleetSubject, type PrincipalKind } from '@countersign/shared/contracts';

/** What makes a request equal to another for the audit. */
export interface AuditFacts {
  type: AuditEventName;
  /** The site of the caller; null: bound to none. */
  ownSite: string | null;
  principalId: string | null;
  kind: PrincipalKind | null;
  method: string | null;
  /** Name in the route catalogue. */
  route: string | null;
  /** As the caller wrote it: whether there is such a site is looked up before it is written. */
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
  const { type, ownSite, principalId, method, route, siteAsked, item, status, errorCode, address, folded } = facts;
  return JSON.stringify([
    type,
    ownSite,
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
  ownSite: null,
  principalId: null,
  address: null,
  folded: 'all',
});

export type NamedSites = Pick<AuditFacts, 'type' | 'ownSite' | 'siteAsked'>;

/** Whether the site that was asked for is one; anything else that looks like a name may be a key in the wrong place. */
export const isNamed = ({ ownSite, siteAsked }: NamedSites, sites: ReadonlySet<string>): boolean =>
  siteAsked !== null && (siteAsked === ownSite || sites.has(siteAsked));

/**
 * The site in whose audit it stands: of a read the one whose data it was. Of a refusal the caller's, never the one that he
 * was refused.
 */
export function subjectOf(facts: NamedSites, sites: ReadonlySet<string>): string {
  const { type, ownSite, siteAsked } = facts;
  const isRead = type !== 'gateway.request-refused.v1';
  return (isRead && isNamed(facts, sites) ? siteAsked : ownSite) ?? fleetSubject;
}
