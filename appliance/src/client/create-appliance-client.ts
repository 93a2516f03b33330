import { join } from 'node:path';
import {
  acknowledgeResponse,
  type AcknowledgeResponse,
  evidenceResponse,
  type EvidenceResponse,
  type OrderFields,
} from '@countersign/shared/contracts';
import { naclEd25519 } from '@countersign/shared/crypto/portable';
import { createRequestSigner } from '@countersign/shared/http-signature/portable';
import { AppError, newId, refuse, type Result, systemClock } from '@countersign/shared/kernel';
import { createEvidenceWriter } from '../evidence/describe-evidence.ts';
import { type EvidenceBundle, signEvidence } from '../evidence/sign-evidence.ts';
import { createOrderHandler, type OrderHandler } from '../orders/handle-order.ts';
import { type Refusal, replayed } from '../orders/order-refusal.ts';
import { createOrderVerifier } from '../orders/verify-order.ts';
import { type Execution, executeRunbook } from '../runbooks/execute-runbook.ts';
import type { RunbookRunner } from '../runbooks/runbook-runner.ts';
import { createSimulatedRunner } from '../runbooks/simulated-runner.ts';
import { makePrivateFolder } from '../state/durable-file.ts';
import { readEnrolment } from '../state/enrolment-file.ts';
import { openNonceStore } from '../state/nonce-store.ts';
import { openOrderJournal } from '../state/order-journal.ts';
import { openServerKeys } from '../state/server-keys.ts';
import { openSigningKey } from '../state/signing-key.ts';
import { checkGatewayUrl } from '../transport/check-gateway-url.ts';
import { readAnswer, type Traced } from '../transport/read-answer.ts';
import { createTransport } from '../transport/send-request.ts';
import { openWitness } from '../witness/create-witness.ts';
import type { WitnessState } from '../witness/witness-state.ts';
import type { ApplianceSettings } from './appliance-settings.ts';
import { type CheckIn, createCheckIn, fetchLedgerKey } from './check-in.ts';
import { createOrderPoll } from './poll-orders.ts';
import { createReports, type Reports } from './report-incident.ts';
import { followTraces } from './trace-context.ts';

/**
 * One box. What it asks of the gateway throws AppError: the gateway's codes, `APPLIANCE.GATEWAY_UNREACHABLE`
 * (unavailable), `APPLIANCE.UNEXPECTED_ANSWER`.
 */
export interface ApplianceClient extends Reports {
  /** What the evidence of this box is signed with, 64 hex. */
  readonly publicKey: string;
  /**
   * Registers or updates the box, enrols its key, takes the server's keys, and looks at the ledger. What was refused there
   * and is not handed in yet is handed in with it.
   */
  checkIn: CheckIn['checkIn'];
  /** What this box knows of the ledger. */
  witness(): WitnessState;
  /** The orders that wait for this box, oldest first, as received; undefined: the same as in the last poll. */
  pollOrders(): Promise<unknown[] | undefined>;
  /** Whether an order, as received, may be carried out here and now. */
  verify(order: unknown): Promise<Result<OrderFields, Refusal>>;
  /** Takes an order on; a second time gives the first answer. */
  acknowledge(order: Pick<OrderFields, 'order_id'>): Promise<Traced<AcknowledgeResponse>>;
  /** Carries out an order that was verified. Only `handleOrder` makes sure that this happens once. */
  executeRunbook(order: OrderFields, options?: { runner?: RunbookRunner }): Promise<Execution>;
  /** Signs a bundle and hands it in. */
  submitEvidence(bundle: EvidenceBundle): Promise<Traced<EvidenceResponse>>;
  /**
   * Verify, acknowledge, carry out, sign, hand in; or refuse, and hand in the signed refusal. Throws when
   * not even the verdict could be kept: a full disk, or a new server key that cannot be fetched.
   */
  handleOrder: OrderHandler['handle'];
  /** Goes on with what a crash or a silent gateway left half done; call it at the start and after failures. */
  resumeOrders: OrderHandler['resume'];
}

/**
 * Opens the state of a box (made at first use) and connects nothing yet.
 * Throws AppError `APPLIANCE.BAD_SETTING`, `APPLIANCE.ENROLMENT_EXPOSED`, `APPLIANCE.ENROLMENT_DAMAGED`,
 * `APPLIANCE.KEY_FILE_EXPOSED`, `APPLIANCE.KEY_FILE_DAMAGED` or
 * `APPLIANCE.WITNESS_DAMAGED`.
 */
export async function createApplianceClient(settings: ApplianceSettings): Promise<ApplianceClient> {
  const { siteId, hostId, stateDir, knownRunbooks, clock = systemClock, ed25519 = naclEd25519 } = settings;
  const { maxTtlSeconds = 900, executionTimeoutMs = 30 * 60_000, policyVersion = '1.0' } = settings;
  const { longestLedgerSilenceMs = 24 * 3_600_000 } = settings;
  checkGatewayUrl(settings.gatewayUrl, settings.allowPlainHttp ?? false);
  // A nonce must be remembered for longer than its order can live.
  if (!(maxTtlSeconds >= 1 && maxTtlSeconds <= 3_600)) {
    throw new AppError('APPLIANCE.BAD_SETTING', 'invalid', 'maxTtlSeconds lies from 1 to 3600.');
  }

  await makePrivateFolder(stateDir);
  const signer = ed25519.createSigner(await openSigningKey(settings.keyFile ?? join(stateDir, 'signing-key')));
  const nonces = await openNonceStore(join(stateDir, 'nonces'), clock);
  const journal = await openOrderJournal(join(stateDir, 'orders'), clock);
  const serverKeys = await openServerKeys(join(stateDir, 'server-keys'), clock);

  const enrolment = await readEnrolment(stateDir, siteId, hostId);
  const apiKey = enrolment?.api_key ?? settings.apiKey;
  if (apiKey === undefined) {
    throw new AppError(
      'APPLIANCE.BAD_SETTING',
      'invalid',
      'This box has not enrolled: enrol it, or give it an API key.',
    );
  }

  // Only an enrolled key is known to belong to this box; signatures of another would be refused.
  const sign = enrolment === undefined ? undefined : createRequestSigner(signer, clock);
  const traces = followTraces(createTransport({ ...settings, apiKey, sign }));
  const { send } = traces;
  const witness = await openWitness({
    siteId,
    hostId,
    policyVersion,
    folder: join(stateDir, 'witness'),
    signer,
    clock,
    ed25519,
    ledgerKey: settings.ledgerKey,
    longestSilenceMs: longestLedgerSilenceMs,
    fetchKey: () => fetchLedgerKey(send),
    sign: (bundle) => signEvidence(bundle, signer),
  });
  const checkIn = createCheckIn(send, settings, signer.publicKey, witness, serverKeys);
  const reports = createReports(send, siteId, hostId);
  const poll = createOrderPoll(send, siteId, hostId);
  const verify = createOrderVerifier({
    siteId,
    hostId,
    epoch: enrolment?.epoch,
    maxTtlSeconds,
    knownRunbooks,
    ed25519,
    clock,
    publicKeys: serverKeys.list,
    areKeysStale: serverKeys.isStale,
    refreshKeys: checkIn.checkIn,
  });

  async function acknowledge(orderId: string, traceId?: string): Promise<Traced<AcknowledgeResponse>> {
    const body = JSON.stringify({ site_id: siteId, order_id: orderId });
    const headers = traces.headersFor(traceId);
    const request = { method: 'POST', path: '/orders/acknowledge', body, idempotencyKey: newId(), headers } as const;
    return readAnswer(await send(request), acknowledgeResponse);
  }

  /** The bundle's own id names the write; the trace goes on that the bundle names. */
  async function submit(evidence: string): Promise<Traced<EvidenceResponse>> {
    const { bundle_id: idempotencyKey, trace_id: traceId } = JSON.parse(evidence) as EvidenceBundle;
    const headers = traces.headersFor(traceId);
    const request = { method: 'POST', path: '/evidence', body: evidence, idempotencyKey, headers } as const;
    return readAnswer(await send(request), evidenceResponse);
  }

  const runner = settings.runner ?? createSimulatedRunner();
  const execute: ApplianceClient['executeRunbook'] = (order, options = {}) =>
    executeRunbook(order, { runner: options.runner ?? runner, clock, timeoutMs: executionTimeoutMs });
  const handler = createOrderHandler({
    journal,
    nonces,
    writer: createEvidenceWriter({ siteId, hostId, policyVersion, knownRunbooks, clock }),
    clock,
    verify,
    acknowledge,
    execute,
    sign: (bundle) => signEvidence(bundle, signer),
    submit,
  });

  return {
    publicKey: signer.publicKey,
    async checkIn() {
      const answer = await checkIn.checkIn();
      await witness.handIn({ submit, reportIncident: reports.reportIncident });
      return { ...answer, witness: witness.state() };
    },
    witness: () => witness.state(),
    ...reports,
    pollOrders: poll.poll,
    async verify(order) {
      const verdict = await verify(order);
      if (!verdict.ok || !nonces.has(verdict.value.nonce)) return verdict;
      return refuse(replayed);
    },
    acknowledge: (order) => acknowledge(order.order_id),
    executeRunbook: execute,
    submitEvidence: (bundle) => submit(signEvidence(bundle, signer)),
    async handleOrder(order) {
      try {
        return await handler.handle(order);
      } catch (error) {
        poll.forget(); // it is in no journal yet, so the next poll must bring it again
        throw error;
      }
    },
    resumeOrders: handler.resume,
  };
}
