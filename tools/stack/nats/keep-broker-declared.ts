import { appendFileSync } from 'node:fs';
import type { DeclaredBroker } from '@countersign/shared/messaging/broker';
import type { BrokerSeeds } from './broker-users.ts';

export interface KeepPlan {
  url: string;
  seeds: BrokerSeeds;
  /** JSON lines are appended. */
  logFile: string;
  settings: Record<string, string>;
}

/** Makes streams and consumers of our broker, and again when it lost its disk: the services may not. */
export async function keepBrokerDeclared({ url, seeds, logFile, settings }: KeepPlan): Promise<DeclaredBroker> {
  const [{ keepDeclared }, { createLogger }] = await Promise.all([
    import('@countersign/shared/messaging/broker'),
    import('@countersign/shared/telemetry'),
  ]);
  const logger = createLogger({
    service: 'operator',
    destination: { write: (line) => appendFileSync(logFile, line, { mode: 0o600 }) },
  });
  return keepDeclared({ url, nkeySeed: seeds.operator, replicas: Number(settings['NATS_REPLICAS'] ?? 1), logger });
}
