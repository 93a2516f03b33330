import { type RouteContract, routeCatalog } from '@countersign/shared/contracts';
import { describe, expect, inject, it } from 'vitest';
import { enrol, enrolNewBox, enrolRequestOf, makeEnrolmentToken, newSigner } from './harness/enrol.ts';
import { problemOf } from './harness/expect-answer.ts';
import { essenceOf, goodBody, nobodysItems, shapeOf } from './harness/foreign-site.ts';
import { guarded } from './harness/route-calls.ts';
import { callsOf } from './harness/site-calls.ts';

type Name = keyof typeof routeCatalog;

const system = inject('system');
const base = system.gatewayUrls[0]!;

describe('a token of enrolment', () => {
  it('of one site is worth at another what an unknown one is', async () => {
    const [mine, theirs] = [nobodysItems(), nobodysItems()];
    const { token } = (await makeEnrolmentToken(system, theirs.site_id)).body;
    const signer = newSigner();
    const refusals = await Promise.all(
      [token, `cse_${'A'.repeat(43)}`].map((one) => enrol(system, enrolRequestOf(one, mine.site_id, signer))),
    );
    expect(problemOf(refusals[0]!)).toEqual([401, 'ENROLMENT.TOKEN_REFUSED']);
    const [one, other] = refusals.map((answer) => essenceOf(answer, mine));
    expect(one).toEqual(other);
  });
});

describe('a credential that is bound to a host', () => {
  it('acts for that host only, wherever a request can name one', async () => {
    const siteId = nobodysItems().site_id;
    const [mine, other] = [await enrolNewBox(system, siteId, 'box-1'), await enrolNewBox(system, siteId, 'box-2')];
    const site = callsOf(base, siteId);
    expect((await site.checkIn(mine.key)).status).toBe(200);
    const places = guarded.filter(
      ([, route]) => shapeOf(route.body).includes('host_id') || shapeOf(route.query).includes('host_id'),
    ) as [Name, RouteContract][];
    expect(places.length).toBeGreaterThanOrEqual(5);
    for (const [name, route] of places) {
      if (name === 'createEnrolmentToken') continue; // No appliance has its scope.
      for (const hostId of ['box-2', 'box-none']) {
        const named = { ...goodBody(name, siteId), host_id: hostId };
        const answer = route.body
          ? await site.send(route.path, { key: mine.key, body: named })
          : await site.send(`/orders/${siteId}?host_id=${hostId}`, { key: mine.key });
        expect(problemOf(answer), `${name} ${hostId}`).toEqual([403, 'AUTH.HOST_FORBIDDEN']);
      }
    }
    const { body, text } = await site.incident(other.key, { host_id: 'box-2' });
    expect(body.order_id, text).toMatch(/^[0-9a-f]{16}$/);
    const [stolen, unknown] = [body.order_id, nobodysItems().order_id].map((id) => site.acknowledge(mine.key, id));
    expect(problemOf(await stolen!)).toEqual([404, 'ORDERS.NOT_FOUND']);
    expect(problemOf(await unknown!)).toEqual([404, 'ORDERS.NOT_FOUND']);
    expect((await site.polled(mine.key)).map((order) => order.order_id)).not.toContain(body.order_id);
  });
});
