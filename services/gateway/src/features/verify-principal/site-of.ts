import type { RouteContract } from '@countersign/shared/contracts';
import type { AskedRequest } from '@countersign/shared/http';

/** The first value of a header. */
export function headerOf({ headers }: Pick<AskedRequest, 'headers'>, name: string): string | undefined {
  const value = headers[name];
  return Array.isArray(value) ? value[0] : value;
}

/** The site that a request names, where its route says; whatever was sent in its place. */
export function siteOf(request: AskedRequest, { site }: Pick<RouteContract, 'site'>): unknown {
  if (site === null) return undefined;
  if (site === 'header') return headerOf(request, 'x-client-id');
  const fields = { path: request.params, query: request.query, body: request.body }[site];
  return (fields as Record<string, unknown> | null | undefined)?.['site_id'];
}
