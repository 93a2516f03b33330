import type { RequestOf, ResponseOf } from '@countersign/shared/contracts';
import type { Clock } from '@countersign/shared/kernel';
import type { Vault } from '@countersign/shared/vault';
import type { SealQueueRepository } from '../../persistence/seal-queue.repository.ts';

type Name = 'rpc.evidence.health.v1';
type Health = ResponseOf<Name>;
export type ReadHealth = (items: RequestOf<Name>[]) => Promise<Health[]>;

const goodForMs = 1_000;
/** Whoever asks waits 1.5 s: a vault that is silent for longer is as good as away. */
const answerWithinMs = 1_000;

export interface ReadHealthOptions {
  vault: Pick<Vault, 'check'>;
  queue: Pick<SealQueueRepository, 'oldest'>;
  clock: Clock;
}

/**
 * Whether the vault can be written to, and for how long the oldest bundle has waited for that. It is looked at once a
 * second at most, however many ask.
 */
export function createReadHealth({ vault, queue, clock }: ReadHealthOptions): ReadHealth {
  // A database that does not answer says so elsewhere; here stands what it said last.
  let oldestSeconds = 0;
  const look = async (): Promise<Health> => {
    const isConnected = within(
      vault.check().then(() => true),
      false,
    );
    const age = within(
      queue.oldest().then((oldest) => oldest.oldestSeconds),
      oldestSeconds,
    );
    oldestSeconds = Math.max(0, await age);
    return {
      object_store: (await isConnected) ? 'connected' : 'disconnected',
      oldest_unsealed_seconds: oldestSeconds,
      checked_at: clock.now().toISOString(),
    };
  };
  let last: { at: number; health: Promise<Health> } | undefined;
  return async (items) => {
    const now = clock.now().getTime();
    if (!last || now - last.at > goodForMs) last = { at: now, health: look() };
    const health = await last.health;
    return items.map(() => health);
  };
}

/** What comes of it in time, or `otherwise` when it fails or takes longer. */
async function within<Value>(answer: Promise<Value>, otherwise: Value): Promise<Value> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<Value>((resolve) => {
    timer = setTimeout(() => resolve(otherwise), answerWithinMs);
  });
  try {
    return await Promise.race([answer.catch(() => otherwise), late]);
  } finally {
    clearTimeout(timer);
  }
}
