import { setTimeout as sleep } from 'node:timers/promises';
import { enrolmentTokenCreated } from '@countersign/shared/contracts';

/** A single-use enrolment token for each site, as an administrator makes one for a person who unpacks a box. */
export async function makeEnrolmentTokens(
  gatewayUrl: string,
  adminKey: string,
  sites: readonly string[],
  onToken: () => void,
): Promise<Map<string, string>> {
  const tokens = new Map<string, string>();
  const waiting = [...sites];
  const work = async (): Promise<void> => {
    for (let site = waiting.shift(); site !== undefined; site = waiting.shift()) {
      tokens.set(site, await makeToken(gatewayUrl, adminKey, site));
      onToken();
    }
  };
  await Promise.all(Array.from({ length: 8 }, work));
  return tokens;
}

/** A large fleet meets the limit of changes that one principal may make; then it waits as long as it is told. */
async function makeToken(gatewayUrl: string, adminKey: string, siteId: string): Promise<string> {
  for (;;) {
    const response = await fetch(`${gatewayUrl}/enrolment-tokens`, {
      method: 'POST',
      headers: { authorization: `Bearer ${adminKey}`, 'content-type': 'application/json' },
      body: JSON.stringify({ site_id: siteId }),
    });
    const body: unknown = await response.json();
    if (response.status === 200) return enrolmentTokenCreated.parse(body).token;
    if (response.status !== 429) {
      throw new Error(`POST /enrolment-tokens was answered with ${response.status}: is the key an administrator's?`);
    }
    await sleep(Number(response.headers.get('retry-after') ?? 1) * 1_000);
  }
}
