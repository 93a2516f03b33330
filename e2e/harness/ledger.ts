import { consistencyResponse, proofResponse } from '@countersign/shared/contracts';
import { expect } from 'vitest';
import {
  type Checkpoint,
  parseVkey,
  readCheckpoint,
  readHash,
  verifyConsistency,
  verifyTlogProof,
  type Vkey,
} from '../independent/index.ts';
import { type Answer, call, type Json } from './call.ts';
import type { ProvidedSystem } from './provided-system.ts';
import { until } from './until.ts';

/** A proof that the independent verifier has believed. */
export interface Proven {
  index: number;
  leaf: string;
  /** The leaf as JSON. */
  event: Json;
  checkpoint: Checkpoint;
}

/** The ledger of the system under test, every word of it checked by the independent verifier. */
export interface Ledger {
  url: string;
  key: Vkey;
  headers: Record<string, string>;
  /** GET with the administrator's key on the first gateway, unless others are given. */
  read(path: string, key?: string, gateway?: number): Promise<Answer>;
  head(gateway?: number): Promise<Checkpoint>;
  /** Of `/incidents/S/I`, `/orders/S/O` or `/evidence/S/B`; undefined while no checkpoint covers it. */
  prove(path: string, key?: string): Promise<Proven | undefined>;
  untilProven(path: string): Promise<Proven>;
  /** Asks for the proof that the one tree is the beginning of the other, and has it verified. */
  proveConsistency(from: Checkpoint, to: Checkpoint): Promise<void>;
}

export async function openLedger({ gatewayUrls, adminKey }: ProvidedSystem): Promise<Ledger> {
  const read: Ledger['read'] = (path, key = adminKey, gateway = 0) =>
    call(gatewayUrls[gateway % gatewayUrls.length]! + path, { key });
  const key = await parseVkey((await call(`${gatewayUrls[0]!}/ledger/key`)).text.replace(/\n$/, ''));
  const prove: Ledger['prove'] = async (path, credential) => {
    const answer = await read(`${path}/proof`, credential);
    if (answer.status === 503 || answer.status === 404) return undefined;
    expect(answer.status, answer.text).toBe(200);
    const { leaf, leaf_index, proof } = proofResponse.parse(answer.body);
    const { index, checkpoint } = await verifyTlogProof(proof, Buffer.from(leaf), key);
    expect(index).toBe(leaf_index);
    return { index, leaf, event: JSON.parse(leaf), checkpoint };
  };
  return {
    url: `${gatewayUrls[0]!}/ledger`,
    key,
    headers: { authorization: `Bearer ${adminKey}` },
    read,
    prove,
    head: async (gateway) => readCheckpoint((await read('/ledger/checkpoint', adminKey, gateway)).text, key),
    untilProven: (path) => until(`${path} is provable`, () => prove(path)),
    async proveConsistency(from, to) {
      const answer = await read(`/ledger/consistency?from=${from.size}&to=${to.size}`);
      expect(answer.status, answer.text).toBe(200);
      const { proof, ...sizes } = consistencyResponse.parse(answer.body);
      expect(sizes).toMatchObject({ from: from.size, to: to.size });
      const hashes = proof.map((hash) => readHash(hash, 'a hash'));
      const roots = { fromRoot: from.root, toRoot: to.root };
      await verifyConsistency({ from: from.size, to: to.size, ...roots, proof: hashes });
    },
  };
}
