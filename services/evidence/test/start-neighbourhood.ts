import { emptyBroker } from '@countersign/shared/testing';
import { inject } from 'vitest';
import { openTestVault } from './start-evidence.ts';
import { startGatewayBeside, startOrdersBeside, startService } from './start-service.ts';

/** The service on an empty broker, between a gateway that hands bundles in and orders that know these keys (`site/host`). */
export async function startNeighbourhood(keys: ReadonlyMap<string, string> = new Map()) {
  const stops: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    for (const one of stops.splice(0)) await one();
  };
  try {
    const engines = { adminUrl: inject('adminDatabaseUrl'), natsUrl: inject('natsUrl') };
    await emptyBroker(engines.natsUrl);
    const vault = await openTestVault();
    stops.unshift(() => vault.remove());
    const gateway = await startGatewayBeside(engines);
    stops.unshift(() => gateway.stop());
    const orders = await startOrdersBeside(engines, keys);
    stops.unshift(() => orders.stop());
    const evidence = await startService(engines, vault);
    stops.unshift(() => evidence.stop());
    return { vault, gateway, evidence, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

export type Neighbourhood = Awaited<ReturnType<typeof startNeighbourhood>>;
