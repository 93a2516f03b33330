/**
 * A system that runs already, such as one that compose started: COUNTERSIGN_URL (several gateways: separated by commas),
 * COUNTERSIGN_ADMIN_KEY and COUNTERSIGN_KEYS_COMMAND, a shell command that takes the arguments of `npm run keys`.
 */
export interface ExternalSystem {
  gatewayUrls: string[];
  adminKey: string;
  keysCommand: string;
}

/** Undefined: the suite starts a system of its own. */
export function readExternalSystem(env: NodeJS.ProcessEnv = process.env): ExternalSystem | undefined {
  const { COUNTERSIGN_URL, COUNTERSIGN_ADMIN_KEY, COUNTERSIGN_KEYS_COMMAND } = env;
  if (!COUNTERSIGN_URL) return undefined;
  if (!COUNTERSIGN_ADMIN_KEY) throw new Error('COUNTERSIGN_URL is set: set COUNTERSIGN_ADMIN_KEY too');
  return {
    gatewayUrls: COUNTERSIGN_URL.split(',').map((url) => url.trim().replace(/\/+$/, '')),
    adminKey: COUNTERSIGN_ADMIN_KEY,
    keysCommand: COUNTERSIGN_KEYS_COMMAND ?? 'npm run -s keys --',
  };
}
