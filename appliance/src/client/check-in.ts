import { checkInResponse } from '@countersign/shared/contracts';
import { newId } from '@countersign/shared/kernel';
import { readAnswer, type Traced } from '../transport/read-answer.ts';
import type { SendRequest } from '../transport/send-request.ts';
import type { ApplianceSettings } from './appliance-settings.ts';

/** The answer to a check-in but for its pending orders, which are fetched by poll. */
export type CheckInAnswer = Traced<ReturnType<typeof frame.parse>>;

const frame = checkInResponse.omit({ pending_orders: true });
const agentVersion = 'countersign-appliance 0.1.0';

export interface CheckIn {
  checkIn: () => Promise<CheckInAnswer>;
  /** The server's keys as the last check-in delivered them: current, then previous. */
  publicKeys: () => readonly string[];
}

export function createCheckIn(send: SendRequest, settings: ApplianceSettings, publicKey: string): CheckIn {
  let keys: readonly string[] = [];
  const body = JSON.stringify({
    site_id: settings.siteId,
    host_id: settings.hostId,
    deployment_mode: settings.deploymentMode ?? 'direct',
    reseller_id: settings.resellerId,
    policy_version: settings.policyVersion,
    nixos_version: settings.nixosVersion,
    agent_version: agentVersion,
    public_key: publicKey,
  });
  return {
    async checkIn() {
      const answer = readAnswer(await send({ method: 'POST', path: '/checkin', body, idempotencyKey: newId() }), frame);
      keys = [...new Set([answer.server_public_key, ...answer.server_public_keys])];
      return answer;
    },
    publicKeys: () => keys,
  };
}
