import { type RouteContract, routeCatalog } from '@countersign/shared/contracts';
import { type Answer, call, type CallOptions } from './call.ts';

export type NamedRoute = [name: string, route: RouteContract];

export const routes = Object.entries(routeCatalog) as NamedRoute[];
/** All that want a credential. */
export const guarded = routes.filter(([, route]) => route.scope !== null);

/** What stands in a path besides the site, and the queries that a route cannot do without. */
const places: Record<string, string> = {
  '{bundle_id}': 'no-such-bundle',
  '{order_id}': '0123456789abcdef',
  '{incident_id}': '01933a5e-7c1f-7d1a-8a56-0c5b6f2f7a10',
  '{token_id}': '01933a5e-7c1f-7d1a-8a56-0c5b6f2f7a10',
  '/tile/*': '/tile/0/000.p/1',
  '/entries/*': '/entries/000.p/1',
};
const queries: Record<string, string> = {
  [routeCatalog.exportKit.path]: 'from=2026-01-01T00:00:00Z&to=2026-02-01T00:00:00Z',
  [routeCatalog.proveConsistency.path]: 'from=0',
};

export function urlOf(base: string, { path, site }: RouteContract, siteId: string): string {
  const filled = Object.entries(places).reduce((text, [place, value]) => text.replace(place, value), path);
  const query = [queries[path], site === 'query' ? `site_id=${siteId}` : undefined].filter((part) => part).join('&');
  return base + filled.replace('{site_id}', siteId) + (query === '' ? '' : `?${query}`);
}

/** The route as somebody calls it who means this site. */
export function walkRoute(
  base: string,
  route: RouteContract,
  siteId: string,
  options: CallOptions = {},
): Promise<Answer> {
  const form = new FormData();
  form.set('bundle', new Blob(['{}']), 'bundle.json');
  const body = route.multipart ? form : { site_id: siteId, host_id: 'box-1' };
  const takesBody = route.body !== undefined || route.multipart === true;
  return call(urlOf(base, route, siteId), {
    method: route.method,
    ...(takesBody && { body }),
    ...options,
    headers: { 'x-client-id': siteId, ...options.headers },
  });
}
