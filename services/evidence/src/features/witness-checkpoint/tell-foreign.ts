import { deriveId } from '@countersign/shared/crypto';
import type { Clock } from '@countersign/shared/kernel';
import { envelopeOf, type Messaging } from '@countersign/shared/messaging';
import type { Logger } from '@countersign/shared/telemetry';
import type { CosignatureRepository } from '../../persistence/cosignature.repository.ts';

/** A cosignature of an enrolled key over a checkpoint that is not ours. */
export interface ForeignCosignature {
  site_id: string;
  host_id: string;
  seen_size: number;
  cosignature: string;
  publicKey: string;
  /** Our own checkpoint of that size, if we published one. */
  ourNote: string | null;
}

export type TellForeign = (foreign: readonly ForeignCosignature[]) => Promise<void>;

export interface TellForeignOptions {
  repository: Pick<CosignatureRepository, 'say'>;
  messaging: Pick<Messaging, 'publish'>;
  logger: Pick<Logger, 'error'>;
  clock: Clock;
}

const toldEveryMs = 3_600_000;
const rememberedAtMost = 10_000;

/**
 * Says that somebody was shown another ledger under our key, or says so: in the log, and as an integrity fault in the
 * ledger. Once an hour for an appliance: whoever holds the key of a site could send such lines with every check-in.
 */
export function createTellForeign({ repository, messaging, logger, clock }: TellForeignOptions): TellForeign {
  const told = new Map<string, number>();

  return async (foreign) => {
    const now = clock.now();
    const news = foreign.filter(({ publicKey }) => {
      const last = told.get(publicKey);
      if (last !== undefined && now.getTime() - last < toldEveryMs) return false;
      if (told.size >= rememberedAtMost) told.clear();
      told.set(publicKey, now.getTime());
      return true;
    });
    if (news.length === 0) return;
    for (const { site_id, host_id, seen_size } of news)
      logger.error({ site_id, host_id, seen_size }, 'an appliance has cosigned a checkpoint that is not ours');
    messaging.publish(await repository.say(news.map((one) => JSON.stringify(describe(one, now.toISOString())))));
  };
}

function describe(foreign: ForeignCosignature, foundAt: string) {
  const { site_id, host_id, seen_size, cosignature, publicKey, ourNote } = foreign;
  const faultId = deriveId(`foreign-cosignature ${publicKey} ${seen_size} ${foundAt.slice(0, 13)}`);
  return envelopeOf('evidence.integrity-fault.v1', {
    owner: 'evidence',
    id: `fault:${faultId}`,
    subject: site_id,
    time: foundAt,
    data: {
      fault_id: faultId,
      kind: 'foreign-checkpoint-cosigned',
      item: `checkpoint ${seen_size}`,
      site_id,
      detail: `The appliance ${host_id} has cosigned a checkpoint of size ${seen_size} that is not ours.`,
      facts: { host_id, public_key: publicKey, seen_size, cosignature, our_checkpoint: ourNote },
      found_at: foundAt,
    },
  });
}
