import { randomBytes } from 'node:crypto';
import { enrolmentSignedText, nodeEd25519, type Signer } from '@countersign/shared/crypto';
import { type Answer, call, type Json } from './call.ts';
import type { ProvidedSystem } from './provided-system.ts';

export const newSigner = (): Signer => nodeEd25519.createSigner(randomBytes(32).toString('hex'));

/** A request to enrol, with a true proof; `changes` are proved too. */
export function enrolRequestOf(token: string, siteId: string, signer: Signer, changes: Json = {}): Json {
  const statement = {
    token,
    site_id: siteId,
    host_id: 'box-1',
    public_key: signer.publicKey,
    requested_at: new Date().toISOString(),
    nonce: randomBytes(16).toString('hex'),
    ...changes,
  };
  return { ...statement, proof: signer.sign(enrolmentSignedText(statement)) };
}

export const makeEnrolmentToken = async (
  system: Pick<ProvidedSystem, 'gatewayUrls' | 'adminKey'>,
  siteId: string,
  fields: Json = {},
  key?: string,
) =>
  call(`${system.gatewayUrls[0]}/enrolment-tokens`, {
    key: key ?? system.adminKey,
    body: { site_id: siteId, ...fields },
  });

export const enrol = (system: ProvidedSystem, body: object, gateway = 0): Promise<Answer> =>
  call(`${system.gatewayUrls[gateway % system.gatewayUrls.length]}/enrol`, { body });

export interface EnrolledBox {
  siteId: string;
  hostId: string;
  signer: Signer;
  epoch: number;
  key: string;
  token: string;
}

/** The key that a credential came with: what it sends is signed with it. */
export const signerOfKey = new Map<string, Signer>();

/** Makes a token as administrator and enrols with it. */
export async function enrolNewBox(system: ProvidedSystem, siteId: string, hostId = 'box-1'): Promise<EnrolledBox> {
  const signer = newSigner();
  const { token } = (await makeEnrolmentToken(system, siteId)).body;
  const answer = await enrol(system, enrolRequestOf(token, siteId, signer, { host_id: hostId }));
  if (answer.status !== 200) throw new Error(`enrolment answered ${answer.status}: ${answer.text}`);
  signerOfKey.set(answer.body.credential.key, signer);
  return { siteId, hostId, signer, epoch: answer.body.epoch, key: answer.body.credential.key, token };
}
