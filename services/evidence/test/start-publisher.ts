import type { EventEnvelope } from '@countersign/shared/contracts';
import { type AppError, systemClock } from '@countersign/shared/kernel';
import { newTraceparent, createLogger } from '@countersign/shared/telemetry';
import type { Vault } from '@countersign/shared/vault';
import { openLedgerKey } from '../src/domain/ledger-key.ts';
import { Publisher, type PublisherOptions } from '../src/features/publish-checkpoints/publisher.ts';

export const ledgerKey = openLedgerKey('7e'.repeat(32), 'ledger.example/log');

/** A publisher in a hurry; what it logs and refuses is kept. */
export function startPublisher(
  databaseUrl: string,
  vault: PublisherOptions['vault'],
  options: Partial<PublisherOptions> = {},
) {
  const lines: string[] = [];
  const refused: AppError[] = [];
  const publisher = new Publisher({
    databaseUrl,
    vault,
    key: ledgerKey,
    retentionDays: 30,
    intervalMs: 50,
    retryMs: 100,
    clock: systemClock,
    logger: createLogger({ service: 'evidence', destination: { write: (line) => void lines.push(line) } }),
    refuse: (error) => void refused.push(error),
    ...options,
  });
  publisher.start();
  return { publisher, refused, said: (text: string) => lines.filter((line) => line.includes(text)).length };
}

let number = 0;

/** Events of a site, each with an id of its own. */
export function someEvents(count: number, changes: object = {}): EventEnvelope[] {
  return Array.from({ length: count }, () => {
    number += 1;
    return {
      specversion: '1.0',
      id: `said-${number}`,
      source: '/orders',
      type: 'orders.delivered.v1',
      subject: 'clinic-1',
      time: '2026-11-21T10:00:00.123Z',
      datacontenttype: 'application/json',
      traceparent: newTraceparent(),
      data: { number },
      ...changes,
    } as unknown as EventEnvelope;
  });
}

/** A vault whose puts of some keys wait, before or after they are done, until they are let go. */
export function holdPuts(vault: Vault, matches: (key: string) => boolean, when: 'before' | 'after') {
  let letGo = (): void => {};
  const gate = new Promise<void>((resolve) => (letGo = resolve));
  const state = { held: 0 };
  const held: Vault = {
    ...vault,
    async put(object) {
      if (!matches(object.key)) return vault.put(object);
      const stored = when === 'after' ? await vault.put(object) : undefined;
      state.held += 1;
      await gate;
      return stored ?? vault.put(object);
    },
  };
  return { vault: held, state, letGo };
}
