import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { cloneFolder } from '../state/clone-folder.ts';

/** An API key as the gateway's keys command prints it; the key itself is shown this once. */
export interface CreatedKey {
  id: string;
  key: string;
}

const run = promisify(execFile);
const program = `${cloneFolder}/services/gateway/dist/keys.main.js`;

/** Runs `keys create` of the gateway with its own database role; `options` such as `--kind appliance --site S`. */
export async function createKey(gatewayDatabaseUrl: string, options: string[]): Promise<CreatedKey> {
  const { PATH, TZ } = process.env;
  const env = { PATH, TZ, LOG_LEVEL: 'error', DATABASE_URL: gatewayDatabaseUrl };
  const { stdout } = await run(process.execPath, [program, 'create', ...options, '--json'], { cwd: cloneFolder, env });
  const { id, key } = JSON.parse(stdout) as CreatedKey;
  if (!id || !key) throw new Error('the keys command printed no key');
  return { id, key };
}
