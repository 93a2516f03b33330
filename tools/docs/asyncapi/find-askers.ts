import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventCatalog, type EventContract, services, type ServiceName } from '@countersign/shared/contracts';

/**
 * Which services ask which question. The catalogue names who answers only; who asks stands in the sources
 * (`ask('rpc.…'`, `open('rpc.…'` for downloads), and for missing effects it follows from the events: an owner asks each of its consumers.
 */
export function findAskers(root: string): Map<string, ServiceName[]> {
  const askers = new Map<string, Set<ServiceName>>();
  const note = (request: string, service: ServiceName) =>
    askers.set(request, (askers.get(request) ?? new Set()).add(service));
  for (const service of services) {
    const sources = globSync(`services/${service}/src/**/*.ts`, { cwd: root }).filter(
      (file) => !file.endsWith('.spec.ts'),
    );
    for (const file of sources) {
      const text = readFileSync(join(root, file), 'utf8');
      for (const [, request] of text.matchAll(/\b(?:ask|open)\(\s*'(rpc\.[^']+)'/g)) note(request!, service);
    }
  }
  const events: EventContract[] = Object.values(eventCatalog);
  for (const { owner, consumers } of events) {
    for (const consumer of consumers) note(`rpc.${consumer}.missing-effects.v1`, owner);
  }
  return new Map([...askers].map(([request, found]) => [request, services.filter((service) => found.has(service))]));
}
