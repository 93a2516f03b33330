import { randomUUID } from 'node:crypto';
import type { z } from 'zod';
import { routeCatalog, type RouteContract } from '@countersign/shared/contracts';
import { createKey, createSiteKey } from './api-keys.ts';
import { enrolBox, newSiteId } from './box.ts';
import type { Answer, CallOptions, Json } from './call.ts';
import { makeEnrolmentToken } from './enrol.ts';
import { openLedger } from './ledger.ts';
import type { ProvidedSystem } from './provided-system.ts';
import { walkIncident } from './walk-incident.ts';

/** What belongs to one site, by the names under which requests ask for it. */
export interface SiteItems {
  site_id: string;
  incident_id: string;
  order_id: string;
  bundle_id: string;
  token_id: string;
}

/** Names that nobody has. */
export const nobodysItems = (): SiteItems => ({
  site_id: newSiteId(),
  incident_id: randomUUID(),
  order_id: randomUUID().replaceAll('-', '').slice(0, 16),
  bundle_id: `b-${randomUUID().slice(0, 16)}`,
  token_id: randomUUID(),
});

/** A site with one of everything, and credentials that are bound to it. */
export async function settleSite(system: ProvidedSystem) {
  const siteId = newSiteId();
  const [box, site, administrator] = await Promise.all([
    enrolBox(system, { siteId }),
    createSiteKey(system, siteId),
    // Has every scope: nothing but its site keeps it out.
    createKey(system, 'administrator', siteId),
  ]);
  const walked = await walkIncident(box);
  const token = (await makeEnrolmentToken(system, siteId)).body;
  const open = (await box.incident({ check_type: 'still-open' })).body;
  const items: SiteItems = {
    site_id: siteId,
    incident_id: walked.incidentId,
    order_id: walked.orderId,
    bundle_id: walked.evidence.bundle_id,
    token_id: token.token_id,
  };
  await (await openLedger(system)).untilProven(`/evidence/${siteId}/${items.bundle_id}`);
  return { box, items, openOrderId: open.order_id as string, token, keys: { site: site.key, all: administrator.key } };
}

export type SettledSite = Awaited<ReturnType<typeof settleSite>>;

/** The fields of a body or a query. */
export const shapeOf = (schema: z.ZodType | undefined): string[] =>
  Object.keys((schema as unknown as { shape?: object } | undefined)?.shape ?? {});

/** Path placeholders of a route, without the site. */
export const itemsInPath = ({ path }: RouteContract): (keyof SiteItems)[] =>
  [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1] as keyof SiteItems).filter((name) => name !== 'site_id');

/** A good body for each route that takes one, on behalf of a site: what is refused is refused for what it names. */
export function goodBody(name: string, siteId: string): Json {
  const names = { site_id: siteId, host_id: 'box-1' };
  const at = new Date().toISOString();
  const bodies: Record<string, Json> = {
    checkIn: names,
    acknowledgeOrder: { site_id: siteId, order_id: '0123456789abcdef' },
    reportIncident: { ...names, incident_type: 'backup_failed', severity: 'high' },
    reportDrift: { ...names, check_type: 'firewall', drifted: false },
    submitEvidence: {
      ...names,
      bundle_id: `b-${randomUUID().slice(0, 12)}`,
      check_type: 'backup',
      outcome: 'success',
      timestamp_start: at,
      timestamp_end: at,
    },
    setLegalHold: { hold: true, reason: 'isolation test' },
    extendRetention: {
      retain_until: new Date(Date.now() + 3 * 365 * 86_400_000).toISOString(),
      reason: 'isolation test',
    },
    createEnrolmentToken: { site_id: siteId },
    setSitePolicy: { enrolment: 'optional' },
  };
  return bodies[name];
}

/** The request of a route that names these things, and nothing else that could be refused. */
export function requestOf(name: keyof typeof routeCatalog, items: SiteItems): { path: string; options: CallOptions } {
  const route: RouteContract = routeCatalog[name];
  const filled = Object.entries(items).reduce((path, [key, value]) => path.replace(`{${key}}`, value), route.path);
  const queries: Record<string, string> = {
    exportKit: `from=2026-01-01T00:00:00Z&to=${new Date(Date.now() + 3_600_000).toISOString()}`,
    proveConsistency: 'from=0',
  };
  const query = [queries[name], route.site === 'query' ? `site_id=${items.site_id}` : ''].filter(Boolean).join('&');
  const path = filled.replace('/tile/*', '/tile/0/000.p/1').replace('/entries/*', '/entries/000.p/1');
  const form = new FormData();
  const upload = { ...goodBody('submitEvidence', items.site_id) };
  form.set('bundle', new Blob([JSON.stringify(upload)]), 'bundle.json');
  const body = route.multipart ? form : goodBody(name, items.site_id);
  return {
    path: query === '' ? path : `${path}?${query}`,
    options: { method: route.method, headers: { 'x-client-id': items.site_id }, ...(body !== undefined && { body }) },
  };
}

const perRequest = new Set(['x-request-id', 'traceparent', 'date', 'keep-alive', 'connection']);
const counters = /^(x-)?ratelimit/;

/** All that an answer says, without what every request has of its own, and with the names of `items` as their keys. */
export function essenceOf({ status, headers, body, text }: Answer, items: SiteItems): Json {
  const own = [...headers].filter(([name]) => !perRequest.has(name) && !counters.test(name));
  const { request_id: _request, trace_id: _trace, ...rest } = body ?? { text };
  const said = Object.entries(items).reduce(
    (all, [key, value]) => all.replaceAll(value, `<${key}>`),
    JSON.stringify([status, own.toSorted(([one], [other]) => one.localeCompare(other)), rest]),
  );
  return JSON.parse(said.replace(/\["content-length","\d+"\],?/, ''));
}
