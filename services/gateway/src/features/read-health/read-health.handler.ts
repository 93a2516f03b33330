import type { HealthResponse } from '@countersign/shared/contracts';
import type { Messaging } from '@countersign/shared/messaging';
import type { RequestFacts } from '../../domain/request-facts.ts';

export type ReadHealth = (facts: Pick<RequestFacts, 'setStatus'>) => Promise<HealthResponse>;

export interface ReadHealthOptions {
  checkDatabase: () => Promise<unknown>;
  messaging: Messaging;
}

const goodForMs = 1_000;

/** One look a second at most, however many ask. */
export function createReadHealth(options: ReadHealthOptions): ReadHealth {
  let last: { at: number; health: Promise<HealthResponse> } | undefined;
  return async (facts) => {
    if (!last || Date.now() - last.at > goodForMs) last = { at: Date.now(), health: look(options) };
    const health = await last.health;
    if (health.status === 'degraded') facts.setStatus(503);
    return health;
  };
}

async function look({ checkDatabase, messaging }: ReadHealthOptions): Promise<HealthResponse> {
  const { requester, broker } = messaging;
  const stateOf = (check: Promise<unknown>) =>
    check.then(
      () => 'connected' as const,
      () => 'disconnected' as const,
    );
  const [database, nats, object_store, runbooks_loaded] = await Promise.all([
    stateOf(checkDatabase()),
    stateOf(broker.check()),
    requester.ask('rpc.evidence.health.v1', {}, { timeoutMs: 1_500 }).then(
      (health) => health.object_store,
      () => 'disconnected' as const,
    ),
    requester.ask('rpc.runbooks.list.v1', {}, { timeoutMs: 1_500 }).then(
      (list) => list.runbooks.length,
      () => 0,
    ),
  ]);
  const isWhole = [database, nats, object_store].every((state) => state === 'connected') && runbooks_loaded > 0;
  return {
    status: isWhole ? 'ok' : 'degraded',
    database,
    nats,
    object_store,
    runbooks_loaded,
    timestamp: new Date().toISOString(),
  };
}
