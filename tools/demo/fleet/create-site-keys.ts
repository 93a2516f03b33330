import { createKey } from '../../stack/index.ts';

/**
 * An API key for each site, made by the gateway's keys command. It is a process per key, of which two at a time keep
 * two cores busy.
 */
export async function createSiteKeys(
  gatewayDatabaseUrl: string,
  sites: readonly string[],
  onKey: () => void,
): Promise<Map<string, string>> {
  const keys = new Map<string, string>();
  const waiting = [...sites];
  const work = async (): Promise<void> => {
    for (let site = waiting.shift(); site !== undefined; site = waiting.shift()) {
      const options = ['--kind', 'appliance', '--site', site, '--name', `demo: appliance of ${site}`];
      keys.set(site, (await createKey(gatewayDatabaseUrl, options)).key);
      onKey();
    }
  };
  await Promise.all([work(), work()]);
  return keys;
}
