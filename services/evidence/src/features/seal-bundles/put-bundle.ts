import type { EvidenceRecorded } from '@countersign/shared/contracts';
import { sha256Hex } from '@countersign/shared/crypto';
import { AppError, type Clock } from '@countersign/shared/kernel';
import { envelopeOf } from '@countersign/shared/messaging';
import { attributes, startSpan } from '@countersign/shared/telemetry';
import type { PutOptions, StoredObject, Vault } from '@countersign/shared/vault';
import { clockBehindSeconds } from '../../domain/clock-bounds.ts';
import { evidenceEnvelope } from '../../domain/evidence-envelope.ts';
import { objectKeyOf } from '../../domain/object-key.ts';
import { retainUntil } from '../../domain/retention.ts';
import type { Seal, UnsealedBundle } from '../../persistence/seal-queue.repository.ts';

export interface PutBundleOptions {
  vault: Pick<Vault, 'put'>;
  retentionDays: number;
  clock: Clock;
}

/** Puts one bundle into the vault. A put that was done before finds its own bytes there: there is never a second object. */
export type PutBundle = (bundle: UnsealedBundle, options?: PutOptions) => Promise<Seal>;

export function createPutBundle({ vault, retentionDays, clock }: PutBundleOptions): PutBundle {
  return async (bundle, options) => {
    const key = objectKeyOf(bundle);
    const span = bundle.traceparent
      ? startSpan('vault put', {
          kind: 'client',
          parent: bundle.traceparent,
          attributes: {
            [attributes.siteId]: bundle.site_id,
            [attributes.bundleId]: bundle.bundle_id,
            [attributes.vaultKey]: key,
          },
        })
      : undefined;
    try {
      const bytes = Buffer.from(evidenceEnvelope(bundle), 'utf8');
      const now = clock.now();
      const object = { key, bytes, contentType: 'application/json', retainUntil: retainUntil(now, retentionDays) };
      const stored = await vault.put(object, options);
      if (stored.sha256 !== sha256Hex(bytes)) throw readBackMismatch(key);
      return sealOf(bundle, stored, { now: clock.now().toISOString(), traceparent: span?.traceparent });
    } catch (error) {
      span?.fail(error);
      throw error;
    } finally {
      span?.end();
    }
  };
}

function sealOf(
  bundle: UnsealedBundle,
  stored: StoredObject,
  { now, traceparent }: { now: string; traceparent: string | undefined },
): Seal {
  const { evidence_id, bundle_id, site_id, host_id, order_id, outcome, position, digest, link_hash, recorded_at } =
    bundle;
  const retain_until = stored.retainUntil.toISOString();
  const clock_behind_seconds = clockBehindSeconds(bundle);
  const data: EvidenceRecorded = {
    evidence_id,
    bundle_id,
    site_id,
    host_id,
    order_id,
    outcome,
    position,
    digest,
    link_hash,
    uri: stored.uri,
    version_id: stored.versionId,
    retain_until,
    recorded_at,
    ...(clock_behind_seconds !== undefined && { clock_behind_seconds }),
  };
  const id = `recorded:${evidence_id}`;
  const event = envelopeOf('evidence.recorded.v1', {
    owner: 'evidence',
    id,
    subject: site_id,
    time: now,
    traceparent,
    data,
  });
  return {
    evidenceId: evidence_id,
    key: stored.key,
    uri: stored.uri,
    versionId: stored.versionId,
    sha256: stored.sha256,
    size: stored.size,
    retainUntil: retain_until,
    storedAt: notBefore(stored.storedAt.toISOString(), recorded_at),
    event: JSON.stringify(event),
  };
}

/** A store that says to the second when it made an object would have made it before it was handed in. */
const notBefore = (time: string, bound: string): string => (time < bound ? bound : time);

function readBackMismatch(key: string): AppError {
  return new AppError('VAULT.READ_BACK_MISMATCH', 'unavailable', 'The vault gave back other bytes than it got.', {
    details: { key },
  });
}
