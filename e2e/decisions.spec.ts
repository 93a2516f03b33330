import { randomUUID } from 'node:crypto';
import { incidentResponse, noDriftResponse } from '@countersign/shared/contracts';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { type Box, enrolBox, newSiteId } from './harness/box.ts';
import { call } from './harness/call.ts';
import { problemOf } from './harness/expect-answer.ts';

const system = inject('system');

describe('what becomes of a report', () => {
  let box: Box;

  beforeAll(async () => {
    box = await enrolBox(system);
  });

  it('joins the order that is open for its condition', async () => {
    const fields = () => ({ incident_type: 'backup_failed', check_type: 'backup', details: { run: randomUUID() } });
    const [first, second] = [await box.incident(fields()), await box.incident(fields())];
    expect(second.body).toMatchObject({ resolution_tier: 'L1', order_id: first.body.order_id });
    expect(second.body.incident_id).not.toBe(first.body.incident_id);
    const other = await box.incident({ ...fields(), check_type: 'backup_offsite' });
    expect(other.body.order_id).not.toBe(first.body.order_id);
    expect((await box.orders()).body.count).toBe(2);
  });

  it('does not join the order of another host', async () => {
    const sibling = await enrolBox(system, { siteId: box.siteId, hostId: 'box-2' });
    const [own, other] = [
      await box.incident({ incident_type: 'cpu_high' }),
      await sibling.incident({ incident_type: 'cpu_high' }),
    ];
    expect(other.body.order_id).not.toBe(own.body.order_id);
  });

  it('is a person when no runbook fits, and the answer says so', async () => {
    const { body } = await box.incident({ incident_type: 'flux_capacitor_misaligned' });
    expect(incidentResponse.parse(body)).toMatchObject({ resolution_tier: 'L3', order_id: null, runbook_id: null });
  });

  it('of a firewall that drifted is the firewall runbook, of any other drift the drift runbook', async () => {
    const [firewall, motd] = [
      await box.drift({ check_type: 'firewall' }),
      await box.drift({ check_type: 'motd_banner' }),
    ];
    expect(incidentResponse.parse(firewall.body).runbook_id).toBe('RB-FIREWALL-001');
    expect(incidentResponse.parse(motd.body).runbook_id).toBe('RB-DRIFT-001');
  });

  it('is nothing when nothing drifted', async () => {
    const { status, body, headers } = await box.drift({ check_type: 'patching', drifted: false });
    expect([status, body]).toEqual([200, { status: 'ok', drifted: false, action: 'none' }]);
    expect(noDriftResponse.safeParse(body).success).toBe(true);
    expect(headers.get('ratelimit-remaining')).toBeNull();
  });

  it('is a 404 for a site that never checked in', async () => {
    const site_id = newSiteId();
    for (const [path, fields] of [
      ['/incidents', { incident_type: 'backup_failed', severity: 'high' }],
      ['/drift', { check_type: 'firewall', drifted: true }],
    ] as const) {
      const answer = await call(system.gatewayUrls[0]! + path, {
        key: system.adminKey,
        body: { site_id, host_id: 'box-1', ...fields },
      });
      expect(problemOf(answer)).toEqual([404, 'GATEWAY.SITE_NOT_REGISTERED']);
    }
  });
});
