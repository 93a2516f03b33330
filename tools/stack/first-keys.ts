import { join } from 'node:path';
import { openKeptKey } from './keys/kept-key.ts';

/** The site whose key the printed lines use. */
export const demoSite = 'demo-clinic';

export interface FirstKeys {
  administrator: string;
  /** Of an appliance of the demo site. */
  appliance: string;
}

export interface FirstKeysPlan {
  /** Where the keys are kept. */
  folder: string;
  gatewayDatabaseUrl: string;
}

/** Makes both keys at the first start; `confirm` replaces what the running gateway does not know any more. */
export async function openFirstKeys({ folder, gatewayDatabaseUrl }: FirstKeysPlan): Promise<{
  confirm: (gatewayUrl: string) => Promise<FirstKeys>;
}> {
  const open = (name: string, options: string[]) =>
    openKeptKey({ file: join(folder, `${name}-key.json`), gatewayDatabaseUrl, options });
  const [administrator, appliance] = await Promise.all([
    open('administrator', ['--kind', 'administrator', '--name', 'administrator']),
    open('appliance', ['--kind', 'appliance', '--site', demoSite]),
  ]);
  return {
    async confirm(gatewayUrl) {
      return {
        administrator: await administrator.confirm(gatewayUrl, '/runbooks'),
        appliance: await appliance.confirm(gatewayUrl, `/orders/${demoSite}`),
      };
    },
  };
}
