import type { BrokerSeeds } from '../nats/broker-users.ts';
import { cloneFolder } from '../state/clone-folder.ts';
import type { ServiceName } from './service-names.ts';
import { tokenSettings } from './token-settings.ts';

/** What every service of a stack needs to know about the others. */
export interface Surroundings {
  natsUrl: string;
  /** Null when the broker is the user's own. */
  brokerSeeds: BrokerSeeds | null;
  databaseUrls: Record<ServiceName, string>;
  otlpUrl: string | null;
  orderKeysDir: string;
  ledgerSigningKeyFile: string;
  /** Where no setting names another one. */
  jwtSecretFile: string;
  vaultDir: string | null;
  /** Settings of the user or of a test; they win. */
  settings: Record<string, string>;
}

/** The whole environment of one service process; port 0 lets it pick one. */
export function serviceSettings(name: ServiceName, port: number, surroundings: Surroundings): Record<string, string> {
  const { natsUrl, brokerSeeds, databaseUrls, otlpUrl, orderKeysDir, ledgerSigningKeyFile, vaultDir, settings } =
    surroundings;
  return {
    ...inherited(),
    // Loading a service costs 0.8 s of CPU, a fifth of it compiling what was compiled before.
    NODE_COMPILE_CACHE: `${cloneFolder}/.countersign/compile-cache`,
    ...(otlpUrl !== null && { OTEL_EXPORTER_OTLP_ENDPOINT: otlpUrl }),
    ...(name === 'orders' && !settings['ORDER_SIGNING_KEY_FILE'] && { ORDER_KEYS_DIR: orderKeysDir }),
    ...(name === 'evidence' && { LEDGER_SIGNING_KEY_FILE: ledgerSigningKeyFile }),
    ...(name === 'evidence' && vaultDir !== null && { VAULT_DIR: vaultDir }),
    ...(name === 'gateway' && tokenSettings(settings, surroundings.jwtSecretFile)),
    ...settingsFor(name, settings),
    HOST: '127.0.0.1',
    PORT: String(port),
    NATS_URL: natsUrl,
    ...(brokerSeeds !== null && { NATS_NKEY_SEED: brokerSeeds[name] }),
    DATABASE_URL: databaseUrls[name],
  };
}

/** A secret goes to the one service that needs it: the vault's keys, that of tokens, and of database URLs only its own (as DATABASE_URL). */
function settingsFor(name: ServiceName, settings: Record<string, string>): Record<string, string> {
  const isFor = (setting: string): boolean =>
    !setting.endsWith('_DATABASE_URL') &&
    (name === 'evidence' || !setting.startsWith('S3_')) &&
    (name === 'gateway' || !/^(JWT|JWKS)/.test(setting));
  return Object.fromEntries(Object.entries(settings).filter(([setting]) => isFor(setting)));
}

/** Of our own environment only what a process on this machine needs; our caller's secrets are none of its business. */
function inherited(): Record<string, string> {
  const names = ['PATH', 'HOME', 'TZ', 'TMPDIR', 'LANG', 'NODE_EXTRA_CA_CERTS', 'SSL_CERT_FILE', 'SSL_CERT_DIR'];
  return Object.fromEntries(
    names.flatMap((name) => (process.env[name] === undefined ? [] : [[name, process.env[name]]])),
  );
}

/** The program of a service, as `tsc -b` leaves it. */
export function serviceProgram(name: ServiceName): string {
  return `${cloneFolder}/services/${name}/dist/main.js`;
}
