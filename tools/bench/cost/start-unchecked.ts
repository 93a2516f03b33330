import { fileURLToPath } from 'node:url';
import { forkService } from '../../stack/services/fork-service.ts';
import { serviceSettings } from '../../stack/services/service-settings.ts';
import type { StackInfo } from '../../stack/index.ts';

export interface UncheckedGateway {
  url: string;
  pid: number;
  stop: () => Promise<void>;
}

const program = fileURLToPath(new URL('./unchecked-gateway.ts', import.meta.url));

/** Starts a second gateway of a stack of our own, one without checks; see unchecked-gateway.ts. */
export async function startUnchecked(info: StackInfo, settings: Record<string, string>): Promise<UncheckedGateway> {
  const env = serviceSettings('gateway', 0, {
    natsUrl: info.nats_url,
    brokerSeeds: info.nats_seeds,
    databaseUrls: info.database_urls,
    otlpUrl: info.otlp_url,
    jwtSecretFile: info.token_settings['JWT_SECRET_FILE'] ?? '',
    orderKeysDir: '',
    ledgerSigningKeyFile: '',
    vaultDir: null,
    settings,
  });
  const { port, pid, stop } = await forkService({ name: 'gateway', program, env, logFile: info.log_file });
  return { url: `http://127.0.0.1:${port}`, pid, stop };
}
