import { nodeEd25519 } from '@countersign/shared/crypto';
import { sampleParties } from '../src/features/export-kit/sample-kit.ts';
import { startAuthority } from './start-authority.ts';
import { startFleet } from './start-fleet.ts';
import type { Engines } from './start-service.ts';
import { checkpointBefore, cosignCheckpoint, stampCheckpoint } from './witness-checkpoint.ts';

/** A kit with something of everything, as the whole service makes it. */
export interface RichKit {
  kit: Uint8Array;
  /** What an earlier checkpoint in it is called, without what others said of it. */
  checkpoint: string;
  /** OpenSSL's own word on a timestamp. */
  verifyTimestamp(response: Uint8Array, data: string): Promise<boolean>;
  stop(): Promise<void>;
}

export const richParties = sampleParties('kit-site');

/** Stories with their bundles, an earlier checkpoint that two appliances cosigned and an authority (OpenSSL) stamped. */
export async function makeRichKit(engines: Engines, stories: number): Promise<RichKit> {
  const fleet = await startFleet(engines);
  const authority = await startAuthority();
  try {
    const { siteId, appliance } = richParties;
    const head = await fleet.tell(richParties, 0, stories);
    const checkpoint = await checkpointBefore(fleet.pool, head);
    await cosignCheckpoint(fleet.pool, checkpoint, { signer: appliance, siteId });
    const stranger = nodeEd25519.createSigner('77'.repeat(32));
    await cosignCheckpoint(fleet.pool, checkpoint, { signer: stranger, siteId: 'elsewhere' });
    await stampCheckpoint(fleet.pool, checkpoint, authority);
    const range = { from: '2026-11-21T09:00:00Z', to: '2100-01-01T00:00:00Z' };
    return {
      kit: await fleet.export({ site_id: siteId, ...range, head }),
      checkpoint: `ledger/checkpoints/${String(checkpoint.size).padStart(12, '0')}`,
      verifyTimestamp: (response, data) => authority.verify(response, data),
      stop: () => authority.stop(),
    };
  } catch (error) {
    await authority.stop();
    throw error;
  } finally {
    await fleet.stop();
  }
}
