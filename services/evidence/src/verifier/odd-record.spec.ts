import { describe, expect, it } from 'vitest';
import { nodeEd25519 } from '@countersign/shared/crypto';
import { filesOf, textOf } from '../features/export-kit/alter-kit.ts';
import { sampleKit, sampleKnown as known, SampleLedger, sampleParties } from '../features/export-kit/sample-kit.ts';
import { sampleEvent, samplePrologue, sampleStory, sampleSubmission } from '../features/export-kit/sample-story.ts';
import { verifyKitZip } from './verify-kit.ts';

const parties = sampleParties();
const stranger = nodeEd25519.createSigner('66'.repeat(32));

describe('what is on record and odd', () => {
  it('is no problem of the kit: it is listed', async () => {
    const odd = new SampleLedger();
    odd.say(...samplePrologue(parties));
    const { siteId: site_id, hostId: host_id } = parties;
    const at = new Date('2026-11-21T12:00:00.000Z');
    const trace = 'a'.repeat(32);
    const subject = site_id;
    const contradicting = sampleStory(0, parties);
    odd.say(...contradicting.before);
    const statement = { incident_id: sampleStory(1, parties).incidentId };
    const box = { site_id, host_id };
    const bundle = { bundle_id: 'odd', ...box, order_id: contradicting.orderId };
    odd.seal(
      sampleSubmission(bundle, { appliance: parties.appliance, at, trace, statement }),
      parties.appliance.publicKey,
    );
    const late = {
      bundle_id: 'late',
      ...box,
      order_id: '0123456789abcdef',
      timestamp_end: '2026-11-21T10:00:00+00:00',
    };
    odd.seal(sampleSubmission(late, { appliance: parties.appliance, at, trace }), parties.appliance.publicKey);
    const open = sampleSubmission({ bundle_id: 'open', ...box }, { appliance: parties.appliance, at, trace });
    const refused = sampleSubmission({ bundle_id: 'refused', ...box }, { appliance: stranger, at, trace });
    const { digest } = refused.data;
    const refusal = {
      bundle_id: 'refused',
      ...box,
      digest,
      error_code: 'EVIDENCE.SIGNATURE_INVALID',
      refused_at: at.toISOString(),
    };
    const silent = { ...box, last_checkin: '2026-11-21T09:00:00.000Z', noticed_at: at.toISOString() };
    odd.say(
      open,
      refused,
      sampleEvent('evidence.refused.v1', { id: `refused:${refused.id}`, subject, at, data: refusal }),
      sampleEvent('orders.appliance-silent.v1', { id: 'silent:1', subject, at, data: silent }),
    );
    const zipped = await sampleKit(odd, site_id);
    const verdict = verifyKitZip(zipped, known);
    expect(verdict.checks.flatMap(({ problems }) => problems)).toEqual([]);
    expect(verdict.gaps).toEqual([
      '1 bundle was accepted, and is not sealed at the head',
      '2 statements of bundles differ from their orders',
      '1 bundle was refused',
      '1 bundle was handed in late',
      '1 time an appliance was silent',
    ]);
    expect(JSON.parse(textOf(filesOf(zipped), 'coverage.json'))).toMatchObject({
      appliances_silent: [{ host_id, from: '2026-11-21T09:00:00.000Z', to: null }],
      bundles_late: [{ bundle_id: 'late', clock_behind_seconds: 7_200 }],
      bundles_not_sealed: [{ bundle_id: 'open' }],
      bundles_refused: [{ bundle_id: 'refused', error_code: 'EVIDENCE.SIGNATURE_INVALID' }],
      bundles_contradicting_orders: [{ field: 'incident_id' }, { field: 'order_id', order_says: null }],
    });
  });

  it('shows a hostile text as text in the report', async () => {
    const hostile = new SampleLedger();
    const { before } = sampleStory(0, parties);
    const markup = '<img src=x onerror=alert(1)>"\'&';
    (before[0]!.data as { incident_type: string }).incident_type = markup;
    (before[1]!.data as { reason: string }).reason = markup;
    hostile.say(...samplePrologue(parties), ...before);
    const zipped = await sampleKit(hostile, parties.siteId);
    expect(verifyKitZip(zipped, known).outcome).toBe('holds');
    const report = textOf(filesOf(zipped), 'report.html');
    expect(report).not.toContain('<img');
    expect(report.match(/&lt;img src=x onerror=alert\(1\)&gt;&quot;&#39;&amp;/g)!.length).toBeGreaterThan(1);
  });
});
