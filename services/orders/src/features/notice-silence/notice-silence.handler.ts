import type { Clock } from '@countersign/shared/kernel';
import type { Messaging } from '@countersign/shared/messaging';
import type { Logger } from '@countersign/shared/telemetry';
import type { SilenceRepository } from '../../persistence/silence.repository.ts';
import { describeSilent } from '../describe-events/describe-silence.ts';

/** Notices appliances that are silent now; returns how many. */
export type NoticeSilence = () => Promise<number>;

export interface NoticeSilenceOptions {
  repository: Pick<SilenceRepository, 'notice'>;
  messaging: Pick<Messaging, 'publish'>;
  clock: Clock;
  logger: Logger;
  /** An appliance that has not checked in for longer is silent. */
  silentMinutes: number;
  /** Appliances of one transaction. */
  atOnce?: number;
}

export function createNoticeSilence(options: NoticeSilenceOptions): NoticeSilence {
  const { repository, messaging, clock, logger, silentMinutes, atOnce = 500 } = options;
  return async () => {
    let noticed = 0;
    for (;;) {
      const search = { now: clock.now(), silentMs: silentMinutes * 60_000, atMost: atOnce };
      const { looked, silent, rows } = await repository.notice(search, describeSilent);
      messaging.publish(rows);
      noticed += silent.length;
      if (silent.length > 0) {
        const [{ site_id, host_id }] = silent as [(typeof silent)[number]];
        logger.warn({ appliances: silent.length, first: `${site_id}/${host_id}` }, 'appliances are silent');
      }
      if (looked < atOnce) return noticed;
    }
  };
}
