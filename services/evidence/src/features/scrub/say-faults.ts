import { newId } from '@countersign/shared/kernel';
import { fleetSubject } from '@countersign/shared/contracts';
import { envelopeOf, type Messaging } from '@countersign/shared/messaging';
import type { Logger } from '@countersign/shared/telemetry';
import type { NewFinding, ScrubRepository } from '../../persistence/scrub.repository.ts';
import type { Fault } from './fault.ts';

export interface SayFaultsOptions {
  repository: Pick<ScrubRepository, 'record' | 'now'>;
  /** Absent: the outbox is sent by a service that runs. */
  messaging?: Pick<Messaging, 'publish'> | undefined;
  logger: Pick<Logger, 'error'>;
}

/** Their events go as one message. */
const faultsAtOnce = 200;

export type SayFaults = (
  faults: readonly Fault[],
  round: { part: string; startedAt: Date },
) => Promise<readonly NewFinding[]>;

/** Notes what was confirmed; what is new is said: an event in the same commit, and a line in the log. Returns that. */
export function createSayFaults({ repository, messaging, logger }: SayFaultsOptions): SayFaults {
  return async (faults, round) => {
    if (faults.length === 0) return [];
    const foundAt = (await repository.now()).toISOString();
    const each = [...new Map(faults.map((fault) => [`${fault.kind} ${fault.item}`, fault])).values()];
    const news: NewFinding[] = [];
    for (let from = 0; from < each.length; from += faultsAtOnce) {
      const findings = each.slice(from, from + faultsAtOnce).map((fault) => findingOf(fault, foundAt));
      const { fresh, rows } = await repository.record(findings, round);
      for (const { kind, item, siteId, detail } of fresh)
        logger.error({ kind, item, ...(siteId !== null && { site_id: siteId }) }, `integrity fault: ${detail}`);
      messaging?.publish(rows);
      news.push(...fresh);
    }
    return news;
  };
}

function findingOf({ kind, item, siteId, detail, facts }: Fault, foundAt: string): NewFinding {
  const id = newId();
  const event = envelopeOf('evidence.integrity-fault.v1', {
    owner: 'evidence',
    id: `fault:${id}`,
    subject: siteId ?? fleetSubject,
    time: foundAt,
    data: {
      fault_id: id,
      kind,
      item,
      site_id: siteId,
      detail,
      // What JSON does not have is left out before it is a leaf.
      facts: JSON.parse(JSON.stringify(facts)) as Record<string, unknown>,
      found_at: foundAt,
    },
  });
  return { id, kind, item, siteId, detail, facts: JSON.stringify(facts), event: JSON.stringify(event) };
}
