import { expect } from 'vitest';
import { type Answer, call, type Json } from './call.ts';
import type { ProvidedSystem } from './provided-system.ts';
import { until } from './until.ts';

export interface AuditFilter {
  [name: string]: string | number;
}

/** The audit as an auditor reads it. */
export function auditOf({ gatewayUrls, adminKey }: ProvidedSystem, key = adminKey) {
  async function read(filter: AuditFilter): Promise<Json[]> {
    const query = new URLSearchParams(
      Object.entries(filter).map(([name, value]): [string, string] => [name, String(value)]),
    );
    const { status, body, text } = await call(`${gatewayUrls[0]}/audit?${query.toString()}`, { key });
    expect(status, text).toBe(200);
    return body.entries.map((entry: Json) => ({ ...entry, event: JSON.parse(entry.leaf) }));
  }
  return {
    read,
    /** The first entry that the filter finds and the test takes, as soon as it is in the ledger. */
    find: (what: string, filter: AuditFilter, test: (data: Json) => boolean = () => true) =>
      until(`${what} is in the audit`, async () => (await read(filter)).find(({ event }) => test(event.data)), 20_000),
  };
}

export const requestIdOf = ({ headers }: Answer): string => headers.get('x-request-id')!;
export const traceIdOf = ({ headers }: Answer): string => headers.get('traceparent')!.split('-')[1]!;
