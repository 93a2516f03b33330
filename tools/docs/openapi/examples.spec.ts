import { type RouteContract, routeCatalog, type RouteName } from '@countersign/shared/contracts';
import { naclEd25519, verifyOrder } from '@countersign/shared/crypto';
import { describe, expect, it } from 'vitest';
import { exampleOrder, examplePublicKey, examples } from './examples.ts';

const routes = Object.entries(routeCatalog) as [RouteName, RouteContract][];

describe('the examples of the OpenAPI document', () => {
  it.each(routes)('are what %s takes and answers', (name, route) => {
    const { request, responses } = examples[name];
    expect(route.body === undefined).toBe(request === undefined);
    if (route.body) expect(route.body.safeParse(request).error).toBeUndefined();
    for (const value of Object.values(responses)) {
      const fitting = route.responses.filter((schema) => schema.safeParse(value).success);
      expect(fitting).toHaveLength(1);
    }
  });

  it('hold an order that an appliance would carry out', () => {
    const verdict = verifyOrder(exampleOrder, {
      publicKeys: [examplePublicKey],
      siteId: 'clinic-7',
      applianceId: 'box-1',
      now: new Date('2026-11-21T09:32:00Z'),
      maxTtlSeconds: 3_600,
      ed25519: naclEd25519,
    });
    expect(verdict).toMatchObject({ ok: true });
  });
});
