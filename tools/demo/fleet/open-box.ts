import { join } from 'node:path';
import {
  type ApplianceClient,
  createApplianceClient,
  createSimulatedRunner,
  enrolAppliance,
  type KnownRunbooks,
  openSigningKey,
} from '@countersign/appliance';
import { type Ed25519, nodeEd25519 } from '@countersign/shared/crypto';
import { createRequestSigner, type RequestToSign, type SignatureHeaders } from '@countersign/shared/http-signature';
import { systemClock } from '@countersign/shared/kernel';
import { createTamperingFetch, type TamperingFetch } from '../attacks/tampering-fetch.ts';

/** One enrolled box of the fleet, with somebody on its way to the gateway. */
export interface DemoBox {
  siteId: string;
  hostId: string;
  gatewayUrl: string;
  /** The credential of its enrolment, which a thief may have. */
  apiKey: string;
  client: ApplianceClient;
  /** Signs a request as the box does, for what goes past its client. */
  sign: (request: RequestToSign) => SignatureHeaders;
  way: TamperingFetch;
  /** Incidents whose runbook shall fail. */
  failing: Set<string>;
}

export interface BoxPlan {
  gatewayUrl: string;
  siteId: string;
  /** Single-use, for this site. */
  token: string;
  /** Where the boxes of this run keep their state. */
  stateDir: string;
  knownRunbooks: KnownRunbooks;
  ed25519: Ed25519;
}

/** Enrols a box, and has it check in. */
export async function openBox({ siteId, token, knownRunbooks, ...plan }: BoxPlan): Promise<DemoBox> {
  const { gatewayUrl, ed25519 } = plan;
  const hostId = 'box-1';
  const stateDir = join(plan.stateDir, siteId);
  const way = createTamperingFetch();
  const failing = new Set<string>();
  const settings = { gatewayUrl, siteId, hostId, stateDir, fetch: way.fetch, allowPlainHttp: true, ed25519 };
  await enrolAppliance({ ...settings, token });
  const client = await createApplianceClient({
    ...settings,
    knownRunbooks,
    runner: createSimulatedRunner({ stepMs: 2, fails: (order) => failing.has(order.incident_id) }),
  });
  await client.checkIn();
  const signer = nodeEd25519.createSigner(await openSigningKey(join(stateDir, 'signing-key')));
  const sign = createRequestSigner(signer, systemClock);
  return { siteId, hostId, gatewayUrl, apiKey: way.credential(), client, sign, way, failing };
}
