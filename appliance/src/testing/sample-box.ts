import { join } from 'node:path';
import type { EvidenceResponse } from '@countersign/shared/contracts';
import { naclEd25519 } from '@countersign/shared/crypto/portable';
import { createEvidenceWriter } from '../evidence/describe-evidence.ts';
import { signEvidence } from '../evidence/sign-evidence.ts';
import { createOrderHandler, type OrderHandler, type OrderHandlerOptions } from '../orders/handle-order.ts';
import { createOrderVerifier } from '../orders/verify-order.ts';
import { executeRunbook } from '../runbooks/execute-runbook.ts';
import { createSimulatedRunner } from '../runbooks/simulated-runner.ts';
import { makePrivateFolder } from '../state/durable-file.ts';
import { openNonceStore } from '../state/nonce-store.ts';
import { openOrderJournal } from '../state/order-journal.ts';
import type { Traced } from '../transport/read-answer.ts';
import { now, server } from './sample-order.ts';

/** What the world outside of a sample box saw, over all its restarts. */
export interface Outside {
  runs: number;
  acknowledged: string[];
  evidence: string[];
}

export const signer = naclEd25519.createSigner('44'.repeat(32));
const answer = { evidence_id: 'e', trace_id: null } as unknown as Traced<EvidenceResponse>;

/** The box that sample orders are for, on a folder; a second one on the same folder is a restart. `changes` come last. */
export async function openSampleBox(
  folder: string,
  outside: Outside,
  changes: (options: OrderHandlerOptions) => Partial<OrderHandlerOptions> = () => ({}),
  time: Date = now,
): Promise<OrderHandler & Pick<OrderHandlerOptions, 'journal'>> {
  const clock = { now: () => time };
  const box = { siteId: 'clinic-7', hostId: 'box-1', clock };
  await makePrivateFolder(folder);
  const options: OrderHandlerOptions = {
    journal: await openOrderJournal(join(folder, 'orders'), clock),
    nonces: await openNonceStore(join(folder, 'nonces'), clock),
    writer: createEvidenceWriter({ ...box, policyVersion: '1.0' }),
    clock,
    verify: createOrderVerifier({
      ...box,
      maxTtlSeconds: 900,
      ed25519: naclEd25519,
      publicKeys: () => [server.publicKey],
      areKeysStale: () => false,
      refreshKeys: async () => undefined,
    }),
    acknowledge: async (orderId) => void outside.acknowledged.push(orderId),
    execute(fields) {
      outside.runs += 1;
      return executeRunbook(fields, { runner: createSimulatedRunner(), clock, timeoutMs: 1_000 });
    },
    sign: (bundle) => signEvidence(bundle, signer),
    async submit(evidence) {
      outside.evidence.push(evidence);
      return answer;
    },
  };
  return { ...createOrderHandler({ ...options, ...changes(options) }), journal: options.journal };
}
