import { statsResponse } from '@countersign/shared/contracts';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { createSiteKey } from './harness/api-keys.ts';
import { type Box, enrolBox, newSiteId } from './harness/box.ts';
import { until } from './harness/until.ts';
import { walkIncident } from './harness/walk-incident.ts';

const system = inject('system');

describe('an incident, from its report to its sealed evidence', () => {
  let box: Box;

  beforeAll(async () => {
    const siteId = newSiteId();
    box = await enrolBox(system, { siteId, key: (await createSiteKey(system, siteId)).key });
  });

  it('is answered with a signed order, which evidence completes, which resolves the incident', async () => {
    const walked = await walkIncident(box);
    expect(walked.evidence.position).toBe(1);
    // Each service counts what it owns, at a moment of its own: that one says resolved says nothing of the others' answers.
    const stats = await until('the incident of the site is resolved and its order completed', async () => {
      const { body } = await box.send('/stats');
      return body.incidents_24h.resolved === 1 && body.orders_24h.completed === 1 && body;
    });
    expect(statsResponse.parse(stats)).toMatchObject({
      active_appliances: 1,
      orders_24h: { completed: 1 },
      resolution_tiers_7d: { L1: 1 },
      evidence_24h: { sealed: 1 },
    });
    const { body } = await box.orders();
    expect(body).toMatchObject({ orders: [], count: 0, next: null });
  });

  it('may be reported through one gateway and acknowledged through another', async () => {
    const report = await box.incident({ incident_type: 'disk_full' }, { gateway: 0 });
    const path = '/orders/acknowledge';
    const acknowledged = await box.send(path, {
      gateway: 1,
      body: { site_id: box.siteId, order_id: report.body.order_id },
    });
    expect([report.body.runbook_id, acknowledged.status]).toEqual(['RB-DISK-001', 200]);
  });
});
