import { naclEd25519, sha256 } from '@countersign/shared/crypto/portable';
import {
  encodeBase64,
  type HashReader,
  leafHash,
  LedgerFrontier,
  proveConsistency,
  signCheckpoint,
  vkeyOf,
} from '@countersign/shared/ledger';
import type { ShownLedger } from '../witness/read-answer.ts';

/** The ledger's real key, which a lying server has too. */
export const ledgerSigner = naclEd25519.createSigner('55'.repeat(32));
export const origin = 'ledger.example/log';
export const ledgerKey = vkeyOf(origin, ledgerSigner.publicKey);

/** A whole history of a ledger, in memory, for the specs of this package. */
export interface SampleLedger {
  readonly size: number;
  grow: (entries: number, says?: string) => void;
  /** The signed note of what it was at a size; its present one by default. */
  checkpoint: (size?: number, signer?: typeof ledgerSigner) => string;
  /** Base64, as answers carry it. */
  consistency: (from: number, to?: number) => Promise<string[]>;
  /** What an honest server of this history answers to somebody who has seen so much. */
  answer: (seenSize: number) => Promise<ShownLedger>;
  /** A second history, the same up to here. */
  fork: () => SampleLedger;
}

export function createSampleLedger(entries: readonly string[] = []): SampleLedger {
  const all: string[] = [];
  const frontier = new LedgerFrontier(sha256);
  const levels: Uint8Array[][] = [];
  const notes: string[] = [];
  const roots = [frontier.root()];
  const reader: HashReader = {
    async read(level, index, width) {
      const tile = new Uint8Array(width * 32);
      levels[level]!.slice(index * 256, index * 256 + width).forEach((hash, at) => tile.set(hash, at * 32));
      return tile;
    },
  };

  function append(entry: string): void {
    const hash = leafHash(new TextEncoder().encode(entry), sha256);
    all.push(entry);
    (levels[0] ??= []).push(hash);
    for (const { level, root } of frontier.append(hash)) (levels[level + 1] ??= []).push(root);
    roots.push(frontier.root());
  }
  entries.forEach(append);

  const checkpoint: SampleLedger['checkpoint'] = (size = all.length, signer = ledgerSigner) => {
    if (signer !== ledgerSigner) return signCheckpoint({ origin, size, root: roots[size]! }, signer);
    return (notes[size] ??= signCheckpoint({ origin, size, root: roots[size]! }, signer));
  };
  const consistency: SampleLedger['consistency'] = async (from, to = all.length) =>
    (await proveConsistency(from, to, reader, sha256)).map(encodeBase64);
  return {
    get size() {
      return all.length;
    },
    grow(count, says = 'entry') {
      for (let more = 0; more < count; more += 1) append(`${says} ${all.length}`);
    },
    checkpoint,
    consistency,
    async answer(seenSize) {
      const consistent = seenSize > all.length ? null : await consistency(seenSize);
      return { checkpoint: checkpoint(), consistency: consistent, cosignature: 'none' };
    },
    fork: () => createSampleLedger(all),
  };
}
