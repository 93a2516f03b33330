import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { AppError } from '@countersign/shared/kernel';
import { submitted, type TestVault, vaultDown } from './start-evidence.ts';
import { type Neighbourhood, startNeighbourhood } from './start-neighbourhood.ts';

let vault: TestVault;
let gateway: Neighbourhood['gateway'];
let evidence: Neighbourhood['evidence'];
let stop: Neighbourhood['stop'];
beforeAll(async () => {
  ({ vault, gateway, evidence, stop } = await startNeighbourhood());
});
afterAll(() => stop?.());

const patience = { timeout: 15_000, interval: 50 };
const describeOne = ({ site_id, bundle_id }: { site_id: string; bundle_id: string }) =>
  gateway.ask('rpc.evidence.describe.v1', { site_id, bundle_id });

describe('a bundle on its way', () => {
  const listed = async (site_id: string) =>
    (await gateway.ask('rpc.evidence.list.v1', { site_id, limit: 50, offset: 0 })).evidence[0]!;

  it('is accepted while the vault is down, and its age shows', async () => {
    vault.failure = vaultDown();
    const event = submitted({ site_id: 'way' });
    await gateway.handIn(event);
    const accepted = await describeOne(event.data);
    expect(accepted).toMatchObject({
      state: 'accepted',
      stored_at: null,
      sealed_at: null,
      ledgered_at: null,
      leaf_index: null,
      uri: null,
      version_id: null,
      retain_until: null,
      legal_hold: false,
      digest: event.data.digest,
      host_id: event.data.host_id,
    });
    expect(await listed('way')).toMatchObject({
      state: 'accepted',
      accepted_at: accepted.accepted_at,
      sealed_at: null,
    });
    await vi.waitFor(async () => {
      const health = await gateway.ask('rpc.evidence.health.v1', {});
      expect(health.oldest_unsealed_seconds).toBeGreaterThan(0.5);
    }, patience);
    vault.failure = undefined;
    await vi.waitFor(async () => expect((await describeOne(event.data)).sealed_at).not.toBeNull(), patience);
    await vi.waitFor(async () => {
      expect((await gateway.ask('rpc.evidence.health.v1', {})).oldest_unsealed_seconds).toBe(0);
    }, patience);
  });

  it('is stored when the vault answered the put and what it keeps could not be read back', async () => {
    const put = vi.spyOn(vault, 'put').mockImplementation((_, options) => {
      options?.onStored?.(new Date());
      return Promise.reject(new AppError('VAULT.READ_BACK_MISMATCH', 'unavailable', 'The bytes differ.'));
    });
    const event = submitted({ site_id: 'stored' });
    await gateway.handIn(event);
    await vi.waitFor(async () => {
      expect(await describeOne(event.data)).toMatchObject({ state: 'stored', sealed_at: null });
    }, patience);
    expect(await listed('stored')).toMatchObject({ state: 'stored', s3_uri: null });
    put.mockRestore();
    await vi.waitFor(async () => expect((await describeOne(event.data)).sealed_at).not.toBeNull(), patience);
  });

  it('is sealed, then ledgered by the first checkpoint that covers its leaf; its times are in order', async () => {
    const event = submitted({ site_id: 'leaf', channel: 'upload' });
    expect(await gateway.handIn(event)).toMatchObject([{ outcome: 'sealed' }]);
    const bundle = event.data;
    const ledgered = (one: typeof bundle) =>
      vi.waitFor(async () => expect((await describeOne(one)).ledgered_at).not.toBeNull(), patience);
    await ledgered(bundle);
    const { leaf_index } = await describeOne(bundle);
    const later = submitted({ site_id: 'later' });
    await gateway.handIn(later);
    await ledgered(later.data);
    const { rows } = await evidence.pool.query<{ published_at: Date }>(
      'select published_at from ledger_checkpoints where size > $1 order by size limit 1',
      [leaf_index],
    );
    const detail = await describeOne(bundle);
    expect(detail).toMatchObject({ state: 'ledgered', ledgered_at: rows[0]!.published_at.toISOString() });
    const times = [detail.accepted_at, detail.stored_at!, detail.sealed_at!, detail.ledgered_at!];
    expect(times).toEqual(times.toSorted());
    const { state, accepted_at, stored_at, sealed_at, ledgered_at } = detail;
    expect(await listed('leaf')).toMatchObject({
      state,
      accepted_at,
      stored_at,
      sealed_at,
      ledgered_at,
      s3_uri: detail.uri,
    });
  });
});
