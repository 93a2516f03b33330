import { fileURLToPath } from 'node:url';
import type { Stack } from '../../tools/stack/index.ts';
import type { ProvidedSystem } from './provided-system.ts';

const keysProgram = fileURLToPath(new URL('../../services/gateway/dist/keys.main.js', import.meta.url));

/** What the specs are told about a stack of our own. */
export function systemOf({ info }: Stack): ProvidedSystem {
  return {
    gatewayUrls: info.gateway_urls,
    adminKey: info.admin_key,
    keysCommand: [process.execPath, keysProgram],
    keysEnvironment: { ...info.token_settings, DATABASE_URL: info.database_urls.gateway, LOG_LEVEL: 'error' },
  };
}
