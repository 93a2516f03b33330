import { acknowledgeResponse, evidenceResponse, incidentResponse, ordersResponse } from '@countersign/shared/contracts';
import { nodeEd25519, verifyOrder } from '@countersign/shared/crypto';
import { expect } from 'vitest';
import type { Box } from './box.ts';
import type { Json } from './call.ts';

export interface WalkedIncident {
  incidentId: string;
  orderId: string;
  traceId: string;
  evidenceId: string;
  /** As the list of the site shows it. */
  evidence: Json;
}

/** An incident from its report to its sealed evidence, as an appliance sees it; each answer is held against its contract. */
export async function walkIncident(box: Box, fields: Json = {}): Promise<WalkedIncident> {
  const report = await box.incident(fields);
  expect(report.status, report.text).toBe(200);
  const incident = incidentResponse.parse(report.body);
  expect(incident).toMatchObject({ resolution_tier: 'L1', order_id: expect.stringMatching(/^[0-9a-f]{16}$/) });
  const orderId = incident.order_id!;

  const poll = await box.orders();
  expect(poll.status, poll.text).toBe(200);
  const order = ordersResponse.parse(poll.body).orders.find((one) => one.order_id === orderId);
  const verdict = verifyOrder(order, {
    publicKeys: box.publicKeys,
    siteId: box.siteId,
    applianceId: box.hostId,
    now: new Date(),
    maxTtlSeconds: 3_600,
    ed25519: nodeEd25519,
  });
  expect(verdict).toMatchObject({
    ok: true,
    value: { incident_id: incident.incident_id, runbook_id: incident.runbook_id },
  });

  const acknowledged = await box.acknowledge(orderId);
  expect(acknowledged.status, acknowledged.text).toBe(200);
  expect(acknowledgeResponse.parse(acknowledged.body).order_id).toBe(orderId);

  const bundle = box.sign(box.bundle({ order_id: orderId }));
  const traceparent = `00-${order!.trace_id}-00f067aa0ba902b7-01`;
  const handedIn = await box.send('/evidence', { body: bundle, headers: { traceparent } });
  expect(handedIn.status, handedIn.text).toBe(200);
  const { evidence_id: evidenceId } = evidenceResponse.parse(handedIn.body);
  const evidence = await box.sealed(bundle.bundle_id);
  expect(evidence).toMatchObject({
    evidence_id: evidenceId,
    order_id: orderId,
    s3_uri: expect.stringContaining('versionId='),
  });
  return { incidentId: incident.incident_id, orderId, traceId: order!.trace_id, evidenceId, evidence };
}
