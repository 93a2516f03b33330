import { type Bytes, sameBytes } from './bytes.ts';
import { nodeHash } from './merkle-hash.ts';
import { demand } from './refusal.ts';

const isOdd = (n: number): boolean => n % 2 === 1;
const halve = (n: number): number => Math.floor(n / 2); // a shift that knows more than 32 bits

export interface Inclusion {
  index: number;
  size: number;
  leaf: Bytes;
  proof: readonly Bytes[];
  root: Bytes;
}

/** RFC 9162 section 2.1.3.2, step by step. */
export async function verifyInclusion({ index, size, leaf, proof, root }: Inclusion): Promise<void> {
  demand(index >= 0 && index < size, 'inclusion: the tree is not that large');
  let [fn, sn, hash] = [index, size - 1, leaf];
  for (const sibling of proof) {
    demand(sn !== 0, 'inclusion: the proof is too long');
    if (isOdd(fn) || fn === sn) {
      hash = await nodeHash(sibling, hash);
      while (!isOdd(fn) && fn !== 0) [fn, sn] = [halve(fn), halve(sn)];
    } else {
      hash = await nodeHash(hash, sibling);
    }
    [fn, sn] = [halve(fn), halve(sn)];
  }
  demand(sn === 0, 'inclusion: the proof is too short');
  demand(sameBytes(hash, root), 'inclusion: the proof leads to another root');
}
