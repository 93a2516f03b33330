import { beforeAll, describe, expect, it } from 'vitest';
import type { EventEnvelope } from '@countersign/shared/contracts';
import { nodeEd25519 } from '@countersign/shared/crypto';
import { failingChecks, problemsOf } from '../features/export-kit/alter-kit.ts';
import { sampleKit, sampleKnown as known, SampleLedger, sampleParties } from '../features/export-kit/sample-kit.ts';
import { samplePrologue, sampleStory } from '../features/export-kit/sample-story.ts';
import type { CheckName } from './verdict.ts';
import { verifyKitZip } from './verify-kit.ts';

const parties = sampleParties();
const stranger = nodeEd25519.createSigner('66'.repeat(32));

let ledger: SampleLedger;

beforeAll(() => {
  ledger = new SampleLedger();
  ledger.tell(4, parties);
});

describe('a kit that somebody with the ledger’s key made up', () => {
  /** The same kit from other events; everything around them is made as it should be. */
  const forge = async (alter: (event: EventEnvelope) => EventEnvelope, omit?: (event: EventEnvelope) => boolean) => {
    const forged = new SampleLedger();
    forged.say(...ledger.events.map((event) => alter(structuredClone(event))));
    for (const [version, envelope] of ledger.vault) forged.vault.set(version, envelope);
    return verifyKitZip(await sampleKit(forged, parties.siteId, omit && { omit }), known);
  };
  const { orderId } = sampleStory(2, parties);
  const of = (id: string, change: (data: Record<string, unknown>) => void) => (event: EventEnvelope) => {
    if (event.id === id) change(event.data);
    return event;
  };

  it.each<[string, (event: EventEnvelope) => EventEnvelope, CheckName, string]>([
    [
      'an order whose signature is another key’s',
      of(`issued:${orderId}`, (data) => {
        data['signature'] = stranger.sign('anything');
      }),
      'orders',
      `the signature of order ${orderId} does not hold`,
    ],
    [
      'an order that was signed for something else',
      of(`issued:${orderId}`, (data) => {
        data['ttl_seconds'] = 90_000;
      }),
      'orders',
      `the signature of order ${orderId} does not hold`,
    ],
    [
      'an order of a key that nobody announced',
      of(`issued:${orderId}`, (data) => {
        data['key_id'] = 'f'.repeat(16);
      }),
      'orders',
      'which no leaf announces',
    ],
    [
      'an order from before its key counted',
      (event) =>
        event.type === 'orders.key-created.v1'
          ? { ...event, data: { ...event.data, created_at: '2026-11-21T11:00:00.000Z' } }
          : event,
      'orders',
      'did not count',
    ],
    [
      'another decision than was ordered',
      of(`selected:${sampleStory(2, parties).incidentId}`, (data) => {
        data['runbook_digest'] = 'e'.repeat(64);
      }),
      'decisions',
      'and the decision in leaf',
    ],
    [
      'another appliance than reported the incident',
      of(sampleStory(2, parties).incidentId, (data) => {
        data['host_id'] = 'box-9';
      }),
      'decisions',
      'and the incident was reported by box-9',
    ],
    [
      'another key than the appliance had',
      (event) =>
        event.type === 'orders.appliance-registered.v1'
          ? { ...event, data: { ...event.data, public_key: stranger.publicKey } }
          : event,
      'bundles',
      'had enrolled the key',
    ],
    [
      'another seal',
      of(`recorded:${sampleStory(2, parties).submission.data.evidence_id}`, (data) => {
        data['link_hash'] = '0'.repeat(64);
      }),
      'bundles',
      'its link_hash is',
    ],
    [
      'another time of the seal',
      of(`recorded:${sampleStory(2, parties).submission.data.evidence_id}`, (data) => {
        data['recorded_at'] = '2026-11-20T00:00:00.000Z';
      }),
      'bundles',
      'its recorded_at is',
    ],
    [
      'another trace than the bundle came with',
      (event) =>
        event.id === sampleStory(2, parties).submission.id
          ? { ...event, traceparent: `00-${'1'.repeat(32)}-00f067aa0ba902b7-01` }
          : event,
      'bundles',
      'no leaf says that it came in like this',
    ],
  ])('%s: fails by that alone, and says so', async (_what, alter, check, message) => {
    const verdict = await forge(alter);
    expect(failingChecks(verdict)).toEqual([check]);
    expect(problemsOf(verdict, check).join('\n')).toContain(message);
  });

  it('a bundle whose document was rewritten with all its hashes, and sealed again: the appliance did not sign it', async () => {
    const forged = new SampleLedger();
    forged.say(...samplePrologue(parties));
    const { before, submission, after } = sampleStory(0, parties);
    const rewritten = sampleStory(0, parties, { outcome: 'failed' }).submission;
    forged.say(...before);
    forged.seal(
      { ...rewritten, data: { ...rewritten.data, signature: submission.data.signature } },
      parties.appliance.publicKey,
    );
    forged.say(...after);
    const verdict = verifyKitZip(await sampleKit(forged, parties.siteId), known);
    expect(failingChecks(verdict)).toEqual(['bundles']);
    expect(problemsOf(verdict, 'bundles')).toEqual([
      'bundles/000000001.json: the signature of box-1 does not hold over its document',
    ]);
  });

  it('a bundle that was taken out with its leaves: the position is missing, and the next link follows from nothing there', async () => {
    const { evidence_id } = sampleStory(1, parties).submission.data;
    const isOut = ({ data }: EventEnvelope) => (data as { evidence_id?: string }).evidence_id === evidence_id;
    const verdict = await forge(
      (event) => event,
      (event) => isOut(event) && event.type !== 'orders.closed.v1',
    );
    expect(verdict).toMatchObject({ outcome: 'holds' });
    expect(verdict.gaps).toEqual(['position 2 of the chain is missing', '1 order has no evidence']);
  });

  it('a history with a link that follows another one than stands before it', async () => {
    const forged = new SampleLedger();
    forged.tell(3, parties);
    const other = new SampleLedger();
    other.tell(3, { ...parties, from: new Date(parties.from.getTime() + 1) });
    forged.vault.set('v2', other.vault.get('v2')!);
    const verdict = verifyKitZip(await sampleKit(forged, parties.siteId), known);
    expect(problemsOf(verdict, 'chain')).toEqual([
      'bundles/000000002.json: it does not follow the link at position 1',
      'bundles/000000003.json: it does not follow the link at position 2',
    ]);
  });
});
