import { randomBytes } from 'node:crypto';
import { enrolResponse, enrolmentTokenCreated } from '@countersign/shared/contracts';
import { enrolmentSignedText, nodeEd25519, type Signer } from '@countersign/shared/crypto';
import { applianceSeed } from './sign-bundles.ts';

/** An appliance that has enrolled: the one box of its site. */
export interface EnrolledAppliance {
  siteId: string;
  hostId: string;
  /** Its credential. */
  key: string;
  /** Of the key that it enrolled with. */
  signer: Signer;
}

/** Enrols an appliance for each of as many sites, over the routes by which any appliance enrols, and has it check in. */
export async function enrolFleet(gatewayUrl: string, adminKey: string, sites: number): Promise<EnrolledAppliance[]> {
  const fleet: EnrolledAppliance[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let site = next++; site < sites; site = next++) fleet[site] = await enrol(gatewayUrl, adminKey, site);
  };
  await Promise.all(Array.from({ length: 16 }, worker));
  return fleet;
}

async function enrol(gatewayUrl: string, adminKey: string, site: number): Promise<EnrolledAppliance> {
  const [siteId, hostId] = [`enrolled-${site}`, 'box-1'];
  const signer = nodeEd25519.createSigner(applianceSeed(siteId));
  const made = await post(`${gatewayUrl}/enrolment-tokens`, { site_id: siteId }, adminKey);
  const statement = {
    token: enrolmentTokenCreated.parse(made).token,
    site_id: siteId,
    host_id: hostId,
    public_key: signer.publicKey,
    requested_at: new Date().toISOString(),
    nonce: randomBytes(16).toString('hex'),
  };
  const body = { ...statement, proof: signer.sign(enrolmentSignedText(statement)) };
  const { credential } = enrolResponse.parse(await post(`${gatewayUrl}/enrol`, body));
  const { key } = credential;
  await post(`${gatewayUrl}/checkin`, { site_id: siteId, host_id: hostId, public_key: signer.publicKey }, key);
  return { siteId, hostId, key, signer };
}

async function post(url: string, body: object, key?: string): Promise<unknown> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...(key !== undefined && { 'x-api-key': key }) },
    body: JSON.stringify(body),
  });
  if (response.status !== 200) throw new Error(`${url} was answered with ${response.status}: ${await response.text()}`);
  return response.json();
}
