import { systemClock } from '@countersign/shared/kernel';
import { createLogger } from '@countersign/shared/telemetry';
import type { Vault } from '@countersign/shared/vault';
import { Scrubber, type ScrubberOptions } from '../src/features/scrub/scrubber.ts';
import { scrubSettings } from './open-scrubbed.ts';

/** A scrubber in a hurry; what it logs and publishes is kept. */
export function startScrubber(databaseUrl: string, vault: Vault, options: Partial<ScrubberOptions> = {}) {
  const lines: { msg: string; level: unknown; item?: string }[] = [];
  const published: { subject: string; payload: string }[] = [];
  const scrubber = new Scrubber({
    databaseUrl,
    vault,
    log: scrubSettings.log,
    messaging: { publish: (rows) => void published.push(...rows) },
    logger: createLogger({
      service: 'evidence',
      destination: { write: (line) => void lines.push(JSON.parse(line) as (typeof lines)[number]) },
    }),
    clock: systemClock,
    objectsPerSecond: Infinity,
    graceMs: 0,
    confirmAfterMs: 0,
    restMs: 5,
    retryMs: 20,
    ...options,
  });
  scrubber.start();
  return {
    scrubber,
    lines,
    published,
    said: (text: string) => lines.filter(({ msg }) => msg.includes(text)).length,
    rounds: () => lines.filter(({ msg }) => msg === 'the scrubber ended a round').length,
  };
}

/** Tells the keys that are read, and can hold the reading up. */
export function watchReads(vault: Vault) {
  const keys: string[] = [];
  const gate = { after: Infinity, failure: undefined as Error | undefined };
  let letGo = (): void => {};
  const opened = new Promise<void>((resolve) => (letGo = resolve));
  const watched: Vault = {
    ...vault,
    async get(key, versionId) {
      if (gate.failure) throw gate.failure;
      if (keys.length >= gate.after) await opened;
      keys.push(key);
      return vault.get(key, versionId);
    },
  };
  return { vault: watched, keys, gate, letGo };
}
