import { asAppError } from '@countersign/shared/kernel';
import type { Messaging } from '@countersign/shared/messaging';
import { attributes, type Logger } from '@countersign/shared/telemetry';
import type {
  ReleasedBundle,
  Seal,
  SealQueueRepository,
  UnsealedBundle,
} from '../../persistence/seal-queue.repository.ts';
import { holdLease } from './hold-lease.ts';
import { mapBounded } from './map-bounded.ts';
import type { PutBundle } from './put-bundle.ts';

export interface SealBundlesOptions {
  queue: SealQueueRepository;
  putBundle: PutBundle;
  messaging: Pick<Messaging, 'publish' | 'reply'>;
  logger: Logger;
  /** How long a process that died keeps its bundles from the others (15 s). */
  leaseSeconds?: number;
}

/** What one round came to. */
export interface SealRound {
  claimed: number;
  sealed: number;
  /** The vault does not answer: what is left was given back untried. */
  vaultDown: boolean;
}

/** Once the signal is given, no further put begins. */
export type SealBundles = (limit: number, signal?: AbortSignal) => Promise<SealRound>;

type Attempt = { bundle: UnsealedBundle } & (
  | { seal: Seal }
  | { error: unknown; storedAt: string | undefined }
  | { untried: true }
);

const putsAtOnce = 16;
/** No put begins later: a round ends well before the sealer counts as stalled. S3 takes three requests of 10 s at worst. */
const beginWithinMs = 40_000;

/**
 * Seals up to `limit` bundles that are due. No transaction is open while the vault works: the bundles are leased, as
 * long as it takes, and a crash anywhere in between means that the same bytes are put once more, which the vault answers with what it has.
 */
export function createSealBundles(options: SealBundlesOptions): SealBundles {
  const { queue, putBundle, messaging, logger, leaseSeconds = 15 } = options;
  return async (limit, signal) => {
    const bundles = await queue.claim(limit, leaseSeconds);
    if (bundles.length === 0) return { claimed: 0, sealed: 0, vaultDown: false };
    const ids = bundles.map((bundle) => bundle.evidence_id);
    const letGo = holdLease(() => queue.renew(ids, leaseSeconds), (leaseSeconds * 1_000) / 3);
    const begun = performance.now();
    let vaultDown = false;

    const attempts = await mapBounded(bundles, putsAtOnce, async (bundle): Promise<Attempt> => {
      const isLate = performance.now() - begun > beginWithinMs;
      if (vaultDown || isLate || signal?.aborted) return { bundle, untried: true };
      let storedAt: string | undefined;
      const onStored = (time: Date): void => void (storedAt = time.toISOString());
      try {
        return { bundle, seal: await putBundle(bundle, { onStored }) };
      } catch (error) {
        if (asAppError(error)?.kind === 'unavailable') vaultDown = true;
        else
          logger.error(
            { err: error, [attributes.bundleId]: bundle.bundle_id },
            'a bundle cannot be sealed; it is tried again',
          );
        return { bundle, error, storedAt };
      }
    });
    await letGo();

    const sealed = attempts.filter((attempt) => 'seal' in attempt);
    if (sealed.length > 0) {
      messaging.publish(await queue.seal(sealed.map(({ seal }) => seal)));
      messaging.reply(sealed.flatMap(answerUpload));
    }
    await queue.release(
      attempts.flatMap((attempt): ReleasedBundle[] => {
        if ('seal' in attempt) return [];
        const { evidence_id: evidenceId, attempts: claims } = attempt.bundle;
        if ('untried' in attempt) return [{ evidenceId, tried: false, seconds: 0 }];
        return [{ evidenceId, tried: true, seconds: pauseAfter(claims), storedAt: attempt.storedAt }];
      }),
    );
    return { claimed: bundles.length, sealed: sealed.length, vaultDown };
  };
}

/** 1 s, 2 s, 4 s ... and at most a minute. */
function pauseAfter(attempts: number): number {
  return Math.min(60, 2 ** (attempts - 1));
}

function answerUpload({ bundle, seal }: { bundle: UnsealedBundle; seal: Seal }) {
  if (bundle.replyto === null) return [];
  const { event_id: id, evidence_id, recorded_at } = bundle;
  const reply = { id, outcome: 'sealed', evidence_id, uri: seal.uri, retain_until: seal.retainUntil, recorded_at };
  return [{ replyto: bundle.replyto, reply }];
}
