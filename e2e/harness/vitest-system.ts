import type { TestProject } from 'vitest/node';
import { startStack, wideLimits } from '../../tools/stack/index.ts';
import { readExternalSystem } from './external-system.ts';
import type { ProvidedSystem } from './provided-system.ts';
import { systemOf } from './system-of-stack.ts';

/** vitest's globalSetup of the e2e project: one system for all its specs, with two gateways. */
export async function setup(project: TestProject): Promise<() => Promise<void>> {
  const external = readExternalSystem();
  if (external) {
    const { gatewayUrls, adminKey, keysCommand } = external;
    const system: ProvidedSystem = {
      gatewayUrls,
      adminKey,
      keysCommand: ['sh', '-c', `${keysCommand} "$@"`, 'sh'],
      keysEnvironment: {},
    };
    project.provide('system', system);
    process.stdout.write(
      `e2e: ${gatewayUrls.join(', ')} is tested; e2e/inside is left out, it needs processes and databases\n`,
    );
    return async () => {};
  }
  const stack = await startStack({ replicas: { gateway: 2 }, env: wideLimits });
  project.provide('system', systemOf(stack));
  const { database_urls, otlp_url, state_dir, log_file, nats_url, nats_seeds, token_settings } = stack.info;
  project.provide('inside', {
    databaseUrl: database_urls.admin!,
    otlpUrl: otlp_url!,
    stateDir: state_dir,
    gatewaySettings: {
      ...wideLimits,
      ...token_settings,
      DATABASE_URL: database_urls.gateway,
      NATS_URL: nats_url,
      NATS_NKEY_SEED: nats_seeds!.gateway,
    },
    logFile: log_file,
  });
  return stack.stop;
}
