import { setTimeout as sleep } from 'node:timers/promises';
import { join } from 'node:path';
import { enrolResponse } from '@countersign/shared/contracts';
import { enrolmentSignedText, naclEd25519, newNonce } from '@countersign/shared/crypto/portable';
import { asAppError, systemClock } from '@countersign/shared/kernel';
import { keepEnrolment } from '../state/enrolment-file.ts';
import { openSigningKey } from '../state/signing-key.ts';
import { checkGatewayUrl } from '../transport/check-gateway-url.ts';
import { readAnswer } from '../transport/read-answer.ts';
import { createTransport } from '../transport/send-request.ts';
import type { ApplianceSettings } from './appliance-settings.ts';

export interface EnrolSettings extends Omit<ApplianceSettings, 'apiKey'> {
  /** From an operator; it is good for a short time, and in most cases once. */
  token: string;
}

/** What came of it; the credential is in the state folder. */
export interface Enrolment {
  epoch: number;
  /** 64 hex: the key that this box proved to have. */
  publicKey: string;
  credentialId: string;
}

/**
 * Enrols this box: proves that it has its signing key, and keeps the credential that it gets. Each attempt has a proof of
 * its own, so an answer that was lost costs nothing: the next one brings a fresh credential and ends the lost one.
 *
 * Throws AppError: `ENROLMENT.*` of the gateway, `APPLIANCE.GATEWAY_UNREACHABLE`, and what opening the state does.
 */
export async function enrolAppliance(settings: EnrolSettings): Promise<Enrolment> {
  const { token, siteId, hostId, stateDir, clock = systemClock, ed25519 = naclEd25519 } = settings;
  const { attempts = 4, wait = sleep } = settings;
  checkGatewayUrl(settings.gatewayUrl, settings.allowPlainHttp ?? false);
  const signer = ed25519.createSigner(await openSigningKey(settings.keyFile ?? join(stateDir, 'signing-key')));
  const send = createTransport({ ...settings, apiKey: undefined });

  async function enrolOnce(): Promise<Enrolment> {
    const statement = {
      token,
      site_id: siteId,
      host_id: hostId,
      public_key: signer.publicKey,
      requested_at: clock.now().toISOString(),
      nonce: newNonce(),
    };
    const body = JSON.stringify({ ...statement, proof: signer.sign(enrolmentSignedText(statement)) });
    const { epoch, credential } = readAnswer(await send({ method: 'POST', path: '/enrol', body }), enrolResponse);
    await keepEnrolment(stateDir, {
      site_id: siteId,
      host_id: hostId,
      epoch,
      credential_id: credential.id,
      api_key: credential.key,
    });
    return { epoch, publicKey: signer.publicKey, credentialId: credential.id };
  }

  for (let attempt = 1; ; attempt += 1) {
    try {
      return await enrolOnce();
    } catch (error) {
      if (asAppError(error)?.kind !== 'unavailable' || attempt >= attempts) throw error;
      await wait(500 * 2 ** attempt);
    }
  }
}
