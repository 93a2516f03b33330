import { fileURLToPath } from 'node:url';
import { forkService } from '../../stack/services/fork-service.ts';
import { serviceProgram, serviceSettings } from '../../stack/services/service-settings.ts';
import type { StackInfo } from '../../stack/index.ts';
import type { Variant } from './variants.ts';

export interface VariantGateway {
  url: string;
  pid: number;
  stop: () => Promise<void>;
}

const uncheckedProgram = fileURLToPath(new URL('./unchecked-gateway.ts', import.meta.url));

/**
 * Starts a gateway for one variant alone, before a stack of our own. Each has one, though two would be the same: a gateway
 * that rests for two turns of three works harder than one that rests for one, by as much as a check costs.
 */
export async function startGateway(
  { isChecked }: Variant,
  info: StackInfo,
  settings: Record<string, string>,
): Promise<VariantGateway> {
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
  const program = isChecked ? serviceProgram('gateway') : uncheckedProgram;
  const { port, pid, stop } = await forkService({ name: 'gateway', program, env, logFile: info.log_file });
  return { url: `http://127.0.0.1:${port}`, pid, stop };
}
