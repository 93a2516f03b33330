import { identifier, type RouteContract, routeCatalog, type RouteName } from '@countersign/shared/contracts';
import type { AskedRequest, RefusedRequest } from '@countersign/shared/http';
import type { AuditFacts } from '../../domain/audit-facts.ts';
import { principalOf } from '../answer-requests/facts.decorator.ts';
import { siteOf } from '../verify-principal/site-of.ts';

const routes = Object.entries(routeCatalog) as [RouteName, RouteContract][];
const nameOfPattern = new Map(
  routes.map(([name, { method, path }]) => [`${method} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`, name]),
);
const longestItem = 255;

/** The route of the catalogue that a request was for. */
export function routeNameOf(request: AskedRequest): RouteName | undefined {
  const method = request.method === 'HEAD' ? 'GET' : request.method;
  return nameOfPattern.get(`${method} ${request.routeOptions?.url ?? ''}`);
}

/** Only what could be the name of a site: anything else that stands in its place is not kept. */
function siteAskedIn(request: AskedRequest, route: RouteName | undefined): string | null {
  const { success, data } = identifier.safeParse(route && siteOf(request, routeCatalog[route]));
  return success ? data : null;
}

/** A refusal stands in the audit of the caller's own site, wherever he wanted to go. */
export function describeRefusal({ request, address, status, code }: RefusedRequest): AuditFacts {
  const principal = request && principalOf(request);
  const route = request && routeNameOf(request);
  return {
    type: 'gateway.request-refused.v1',
    ownSite: principal?.siteId ?? null,
    principalId: principal?.id ?? null,
    kind: principal?.kind ?? null,
    method: request?.method ?? null,
    route: route ?? null,
    siteAsked: request === undefined ? null : siteAskedIn(request, route),
    item: null,
    status,
    errorCode: code,
    address,
  };
}

/** What an audited route gave; undefined when nothing of it has to be written down. */
export function describeRead(request: AskedRequest, address: string): AuditFacts | undefined {
  const route = routeNameOf(request);
  const contract: RouteContract | undefined = route && routeCatalog[route];
  const audited = contract?.audited;
  const principal = principalOf(request);
  if (route === undefined || audited === undefined || principal === undefined) return undefined;
  const item = itemOf(request, route);
  // Tiles of hashes say nothing of what they are hashes of.
  if (route === 'readTile' && !item?.startsWith('entries/')) return undefined;
  const isAppliance = principal.kind === 'appliance';
  return {
    type: audited === 'evidence' ? 'gateway.evidence-read.v1' : 'gateway.administration-read.v1',
    ownSite: principal.siteId,
    principalId: principal.id,
    kind: principal.kind,
    method: request.method,
    route,
    siteAsked: siteAskedIn(request, route),
    item: isAppliance ? null : item,
    status: 200,
    errorCode: null,
    address,
  };
}

/** What the caller was given: the path has passed the schema of the route, for the answer is good. */
function itemOf({ params, query }: AskedRequest, route: RouteName): string | null {
  const fields = { ...(query as Record<string, unknown>), ...(params as Record<string, unknown>) };
  const { bundle_id, order_id, incident_id, from, to, '*': rest } = fields;
  const item =
    route === 'exportKit' ? `${String(from)}..${String(to)}` : (bundle_id ?? order_id ?? incident_id ?? rest);
  return typeof item === 'string' ? item.slice(0, longestItem) : null;
}
