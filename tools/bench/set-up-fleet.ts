import { nodeEd25519 } from '@countersign/shared/crypto';
import { applianceSeed } from './sign-bundles.ts';

/** Checks in the appliances of the benchmark, with the keys that sign their bundles. */
export async function setUpFleet(gatewayUrl: string, key: string, sites: number): Promise<void> {
  const waiting = Array.from({ length: sites }, (_, site) => `bench-${site}`);
  const worker = async (): Promise<void> => {
    for (let site = waiting.pop(); site !== undefined; site = waiting.pop()) {
      const body = { site_id: site, host_id: 'box-1', public_key: nodeEd25519.publicKeyOf(applianceSeed(site)) };
      const response = await fetch(`${gatewayUrl}/checkin`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-api-key': key },
        body: JSON.stringify(body),
      });
      if (response.status !== 200) throw new Error(`check-in of ${site}: ${response.status} ${await response.text()}`);
      await response.arrayBuffer();
    }
  };
  await Promise.all(Array.from({ length: 32 }, worker));
}
