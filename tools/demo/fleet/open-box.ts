import { join } from 'node:path';
import {
  type ApplianceClient,
  createApplianceClient,
  createSimulatedRunner,
  type KnownRunbooks,
} from '@countersign/appliance';
import type { Ed25519 } from '@countersign/shared/crypto';
import { createTamperingFetch, type TamperingFetch } from '../attacks/tampering-fetch.ts';

/** One box of the fleet, with somebody on its way to the gateway. */
export interface DemoBox {
  siteId: string;
  hostId: string;
  gatewayUrl: string;
  apiKey: string;
  /** Whether the key is bound to the site. */
  isBound: boolean;
  client: ApplianceClient;
  way: TamperingFetch;
  /** Incidents whose runbook shall fail. */
  failing: Set<string>;
}

export interface BoxPlan {
  gatewayUrl: string;
  siteId: string;
  apiKey: string;
  isBound: boolean;
  /** Where the boxes of this run keep their state. */
  stateDir: string;
  knownRunbooks: KnownRunbooks;
  ed25519: Ed25519;
}

export async function openBox({
  gatewayUrl,
  siteId,
  apiKey,
  isBound,
  stateDir,
  knownRunbooks,
  ed25519,
}: BoxPlan): Promise<DemoBox> {
  const hostId = 'box-1';
  const way = createTamperingFetch();
  const failing = new Set<string>();
  const client = await createApplianceClient({
    gatewayUrl,
    apiKey,
    siteId,
    hostId,
    stateDir: join(stateDir, siteId),
    knownRunbooks,
    runner: createSimulatedRunner({ stepMs: 2, fails: (order) => failing.has(order.incident_id) }),
    fetch: way.fetch,
    allowPlainHttp: true,
    ed25519,
  });
  return { siteId, hostId, gatewayUrl, apiKey, isBound, client, way, failing };
}
