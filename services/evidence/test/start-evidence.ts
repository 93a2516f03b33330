import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EventEnvelope, EvidenceSubmitted } from '@countersign/shared/contracts';
import { nodeEd25519, type Signer } from '@countersign/shared/crypto';
import { AppError, newId, systemClock } from '@countersign/shared/kernel';
import { envelopeOf, type Messaging, type Requester } from '@countersign/shared/messaging';
import { createPool, openSiteScope } from '@countersign/shared/persistence';
import { createLogger, newTraceparent } from '@countersign/shared/telemetry';
import { createTestDatabase } from '@countersign/shared/testing';
import { openVault, type StoredObject, type Vault } from '@countersign/shared/vault';
import { inject } from 'vitest';
import { recordDurable } from '../src/domain/durables.ts';
import { aBundle } from '../src/domain/sample-bundle.ts';
import { createCheckChain } from '../src/features/check-chain/check-chain.handler.ts';
import { ApplianceKeys } from '../src/features/find-appliance-key/appliance-keys.ts';
import { createRecordEvidence } from '../src/features/record-evidence/record-evidence.handler.ts';
import { createPutBundle } from '../src/features/seal-bundles/put-bundle.ts';
import { createSealBundles } from '../src/features/seal-bundles/seal-bundles.handler.ts';
import { ChainRepository } from '../src/persistence/chain.repository.ts';
import { LedgerRepository } from '../src/persistence/ledger.repository.ts';
import { SealQueueRepository } from '../src/persistence/seal-queue.repository.ts';

type Said = Parameters<Messaging['publish']>[0][number];
type Replied = Parameters<Messaging['reply']>[0][number];

/** What orders would say: the key per `site/host`. `undefined`: orders is silent. */
export interface Enrolment {
  keys: Map<string, string> | undefined;
  asked: number;
}

export const enrolment = (keys: Record<string, string> = {}): Enrolment => ({
  keys: new Map(Object.entries(keys)),
  asked: 0,
});

function askOf(orders: Enrolment): Requester['ask'] {
  const ask = (_name: string, { site_id, host_id }: { site_id: string; host_id: string }) => {
    orders.asked += 1;
    if (orders.keys === undefined) {
      return Promise.reject(new AppError('MESSAGING.UNAVAILABLE', 'unavailable', 'Nobody answers now.'));
    }
    return Promise.resolve({ public_key: orders.keys.get(`${site_id}/${host_id}`) ?? null });
  };
  return ask as unknown as Requester['ask'];
}

/** The use cases of one replica on a pool of its own; what it says and replies is kept to look at. */
export function startEvidence(
  databaseUrl: string,
  vault: Pick<Vault, 'put'>,
  orders: Enrolment = enrolment(),
  { leaseSeconds }: { leaseSeconds?: number } = {},
) {
  const pool = createPool({ databaseUrl, applicationName: 'evidence-spec', max: 4 });
  const published: Said[] = [];
  const replies: Replied[] = [];
  const messaging = {
    publish: (rows: readonly Said[]) => void published.push(...rows),
    reply: (list: readonly Replied[]) => void replies.push(...list),
  };
  const chains = new ChainRepository(pool, recordDurable);
  const queue = new SealQueueRepository(pool);
  const keys = new ApplianceKeys({ requester: { ask: askOf(orders) }, clock: systemClock });
  const putBundle = createPutBundle({ vault, retentionDays: 2_192, clock: systemClock });
  const logger = createLogger({ service: 'evidence', level: 'fatal' });
  return {
    pool,
    queue,
    chains,
    published,
    replies,
    record: createRecordEvidence({ chains, keys, messaging, wakeSealer: () => {} }),
    seal: createSealBundles({ queue, putBundle, messaging, logger, ...(leaseSeconds && { leaseSeconds }) }),
    ledger: new LedgerRepository(pool),
    openSites: (entities: Function[] = []) =>
      openSiteScope({ databaseUrl, schema: 'evidence', applicationName: 'evidence-spec', entities }),
    checkChain: createCheckChain(chains),
    replyTo: (eventId: string) => replies.filter(({ reply }) => reply.id === eventId).map(({ reply }) => reply),
    saidEvents: (type: string) =>
      published
        .filter(({ subject }) => subject === type)
        .flatMap(({ payload }) => JSON.parse(payload) as EventEnvelope[]),
    stop: () => pool.end(),
  };
}

export type Evidence = ReturnType<typeof startEvidence>;

/** The event by which the gateway hands a bundle in. */
export function submitted(
  changes: Partial<EvidenceSubmitted> = {},
  signer?: Signer,
): EventEnvelope<'gateway.evidence-submitted.v1'> {
  const unsigned = aBundle({ bundle_id: newId(), ...changes });
  const data = signer ? { ...unsigned, signature: signer.sign(unsigned.document) } : unsigned;
  return envelopeOf('gateway.evidence-submitted.v1', {
    owner: 'gateway',
    id: newId(),
    subject: data.site_id,
    time: data.submitted_at,
    traceparent: newTraceparent(true),
    replyto: '_INBOX.gateway',
    data,
  });
}

export const signerOf = (number: number): Signer => nodeEd25519.createSigner(number.toString(16).padStart(64, '0'));

export interface TestVault extends Vault {
  /** Throws this on every put. */
  failure: Error | undefined;
  puts: number;
  objects(prefix?: string): Promise<StoredObject[]>;
  remove(): Promise<void>;
}

/** A directory vault that can be made to fail. */
export async function openTestVault(): Promise<TestVault> {
  const directory = await mkdtemp(join(tmpdir(), 'countersign-vault-'));
  const vault = await openVault({ directory });
  const state = { failure: undefined as Error | undefined, puts: 0 };
  return Object.assign(state, {
    ...vault,
    put(object: Parameters<Vault['put']>[0]) {
      state.puts += 1;
      return state.failure ? Promise.reject(state.failure) : vault.put(object);
    },
    async objects(prefix = '') {
      const list: StoredObject[] = [];
      for await (const object of vault.list(prefix)) list.push(object);
      return list;
    },
    async remove() {
      await vault.close();
      await rm(directory, { recursive: true, force: true });
    },
  });
}

/** A database and a vault, both empty. */
export async function openStores() {
  const vault = await openTestVault();
  const database = await createTestDatabase(inject('adminDatabaseUrl'), 'evidence');
  return {
    vault,
    database,
    async remove(): Promise<void> {
      await database.drop();
      await vault.remove();
    },
  };
}

export const vaultDown = () => new AppError('VAULT.UNAVAILABLE', 'unavailable', 'The vault could not write an object.');
