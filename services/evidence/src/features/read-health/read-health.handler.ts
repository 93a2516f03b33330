import type { RequestOf, ResponseOf } from '@countersign/shared/contracts';
import type { Clock } from '@countersign/shared/kernel';
import type { Vault } from '@countersign/shared/vault';

type Name = 'rpc.evidence.health.v1';
type Health = ResponseOf<Name>;
export type ReadHealth = (items: RequestOf<Name>[]) => Promise<Health[]>;

const goodForMs = 1_000;
/** Whoever asks waits 1.5 s: a vault that is silent for longer is as good as away. */
const answerWithinMs = 1_000;

/** Whether the vault can be written to. It is looked at once a second at most, however many ask. */
export function createReadHealth(vault: Pick<Vault, 'check'>, clock: Clock): ReadHealth {
  let last: { at: number; health: Promise<Health> } | undefined;
  return async (items) => {
    const now = clock.now().getTime();
    if (!last || now - last.at > goodForMs) last = { at: now, health: look(vault, clock) };
    const health = await last.health;
    return items.map(() => health);
  };
}

async function look(vault: Pick<Vault, 'check'>, clock: Clock): Promise<Health> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => {
    timer = setTimeout(() => resolve(false), answerWithinMs);
  });
  const answer = vault.check().then(
    () => true,
    () => false,
  );
  const isConnected = await Promise.race([answer, late]);
  clearTimeout(timer);
  return { object_store: isConnected ? 'connected' : 'disconnected', oldest_unsealed_seconds: 0, checked_at: clock.now().toISOString() };
}
