import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { downloadCatalog } from './download-catalog.ts';
import { requestCatalog } from './request-catalog.ts';

/** What is asked without a site, and why no site can leak by it. */
const ofNoSite: Record<string, string> = {
  'rpc.orders.keys.v1': 'of the fleet: its route is fleetOnly',
  'rpc.runbooks.list.v1': 'the catalogue is the same for everybody',
  'rpc.runbooks.read-texts.v1': 'published texts by their digest',
  'rpc.evidence.health.v1': 'of the service',
  'rpc.evidence.ledger-head.v1': 'published: hashes',
  'rpc.evidence.read-tile.v1': 'published: hashes',
  'rpc.evidence.prove-consistency.v1': 'published: hashes',
  'rpc.evidence.read-entries.v1': 'of the fleet: its route is fleetOnly',
};

const all = Object.entries({ ...requestCatalog, ...downloadCatalog }) as [string, { request: z.ZodType }][];
/** Every service answers one of these: event ids that the asker made itself, yes or no. */
const isOfNoSite = (name: string): boolean => name in ofNoSite || name.endsWith('.missing-effects.v1');
const fieldsOf = (schema: z.ZodType): string[] => Object.keys((schema as unknown as { shape: object }).shape);

describe('a question between services', () => {
  it.each(all)('%s names its site, or is one that concerns none', (name, { request }) => {
    expect(fieldsOf(request).includes('site_id'), name).toBe(!isOfNoSite(name));
  });

  // The trail may be asked for as a whole, by whoever is bound to no site: the gateway puts the site in.
  const mayBeWhole = 'rpc.evidence.read-audit.v1';
  const ofOneSite = all.filter(([name]) => !isOfNoSite(name) && name !== mayBeWhole);
  it.each(ofOneSite)('%s is none without its site', (_name, { request }) => {
    const answer = request.safeParse({});
    expect(answer.error?.issues.map((issue) => issue.path[0])).toContain('site_id');
  });
});
