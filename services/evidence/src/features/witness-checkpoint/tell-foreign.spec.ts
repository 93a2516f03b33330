import { describe, expect, it } from 'vitest';
import { type EventEnvelope, eventCatalog } from '@countersign/shared/contracts';
import { createTellForeign, type ForeignCosignature } from './tell-foreign.ts';

const foreign: ForeignCosignature = {
  site_id: 'clinic-1',
  host_id: 'box-1',
  seen_size: 7,
  cosignature: 'line',
  publicKey: 'ab'.repeat(32),
  ourNote: null,
};

function anHour() {
  const time = { now: Date.parse('2026-01-10T12:00:00Z') };
  const said: EventEnvelope[] = [];
  const logged: unknown[] = [];
  const published: unknown[] = [];
  const tell = createTellForeign({
    repository: {
      say: async (events) => {
        said.push(...events.map((event) => JSON.parse(event) as EventEnvelope));
        return [{ id: '1', subject: 'evidence.integrity-fault.v1', payload: '[]' }];
      },
    },
    messaging: { publish: (rows) => void published.push(...rows) },
    logger: { error: (fields: unknown) => void logged.push(fields) },
    clock: { now: () => new Date(time.now) },
  });
  return { time, said, logged, published, tell };
}

describe('a foreign cosignature', () => {
  it('is an integrity fault of its site, for the log and for the ledger', async () => {
    const { tell, said, logged, published } = anHour();
    await tell([foreign]);
    expect(said).toMatchObject([
      { type: 'evidence.integrity-fault.v1', subject: 'clinic-1', data: { kind: 'foreign-checkpoint-cosigned' } },
    ]);
    const { data } = said[0]!;
    expect(eventCatalog['evidence.integrity-fault.v1'].schema.parse(data)).toEqual(data);
    expect(data).toMatchObject({ facts: { public_key: foreign.publicKey, cosignature: 'line', our_checkpoint: null } });
    expect(logged).toEqual([{ site_id: 'clinic-1', host_id: 'box-1', seen_size: 7 }]);
    expect(published).toHaveLength(1);
  });

  it('is said once an hour for an appliance, however many lines come', async () => {
    const { tell, said, time } = anHour();
    for (let seen_size = 0; seen_size < 50; seen_size += 1) await tell([{ ...foreign, seen_size }]);
    await tell([{ ...foreign, publicKey: 'cd'.repeat(32) }]);
    expect(said).toHaveLength(2);
    time.now += 3_600_000;
    await tell([foreign]);
    expect(said).toHaveLength(3);
  });

  it('is said alike by two replicas in the same hour', async () => {
    const [first, second] = [anHour(), anHour()];
    for (const replica of [first, second]) await replica.tell([foreign]);
    expect(second.said[0]!.id).toBe(first.said[0]!.id);
  });
});
