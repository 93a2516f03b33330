import { checkInResponse } from '@countersign/shared/contracts';
import { asAppError, newId } from '@countersign/shared/kernel';
import type { ServerKeys } from '../state/server-keys.ts';
import { readAnswer, type Traced } from '../transport/read-answer.ts';
import type { SendRequest } from '../transport/send-request.ts';
import type { Witness } from '../witness/create-witness.ts';
import type { WitnessState } from '../witness/witness-state.ts';
import type { ApplianceSettings } from './appliance-settings.ts';

/** The answer to a check-in but for its pending orders, which are fetched by poll, and what this box knows of the ledger now. */
export type CheckInAnswer = Traced<ReturnType<typeof frame.parse>> & { witness: WitnessState };

/** The part `ledger` is not read here: whatever is wrong with it, the keys in the answer count. */
const frame = checkInResponse.omit({ pending_orders: true, ledger: true });
const agentVersion = 'countersign-appliance 0.1.0';

export interface CheckIn {
  checkIn: () => Promise<CheckInAnswer>;
}

export type CheckInWitness = Pick<Witness, 'ask' | 'learn' | 'state'>;

export function createCheckIn(
  send: SendRequest,
  settings: ApplianceSettings,
  publicKey: string,
  witness: CheckInWitness,
  serverKeys: Pick<ServerKeys, 'ids' | 'learn'>,
): CheckIn {
  const about = {
    site_id: settings.siteId,
    host_id: settings.hostId,
    deployment_mode: settings.deploymentMode ?? 'direct',
    reseller_id: settings.resellerId,
    policy_version: settings.policyVersion,
    nixos_version: settings.nixosVersion,
    agent_version: agentVersion,
    public_key: publicKey,
  };
  return {
    async checkIn() {
      const question = await witness.ask();
      const body = JSON.stringify({ ...about, server_key_ids: serverKeys.ids(), ledger: question?.report });
      const received = await send({ method: 'POST', path: '/checkin', body, idempotencyKey: newId() });
      const answer = readAnswer(received, frame);
      await serverKeys.learn([answer.server_public_key, ...answer.server_public_keys]);
      await witness.learn(question, received.body, answer.trace_id);
      return { ...answer, witness: witness.state() };
    },
  };
}

/** The key of the ledger as the gateway says it, a C2SP vkey; undefined when it has none to give now. */
export async function fetchLedgerKey(send: SendRequest): Promise<string | undefined> {
  try {
    return (await send({ method: 'GET', path: '/ledger/key' })).text;
  } catch (error) {
    if (asAppError(error) === undefined) throw error;
    return undefined;
  }
}
