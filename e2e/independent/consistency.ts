import { type Bytes, sameBytes } from './bytes.ts';
import { emptyRoot, nodeHash } from './merkle-hash.ts';
import { demand } from './refusal.ts';

const isOdd = (n: number): boolean => n % 2 === 1;
const halve = (n: number): number => Math.floor(n / 2); // a shift that knows more than 32 bits

function isPowerOfTwo(n: number): boolean {
  while (!isOdd(n)) n = halve(n);
  return n === 1;
}

export interface Consistency {
  from: number;
  to: number;
  fromRoot: Bytes;
  toRoot: Bytes;
  proof: readonly Bytes[];
}

/**
 * That the tree of size `from` is the beginning of that of size `to`: RFC 9162 section 2.1.4.2, step by step. From
 * nothing and from the same size the proof is empty, as C2SP tlog-witness says.
 */
export async function verifyConsistency({ from, to, fromRoot, toRoot, proof }: Consistency): Promise<void> {
  demand(from >= 0 && from <= to, 'consistency: the older tree is the larger one');
  if (from === 0 || from === to) {
    demand(proof.length === 0, 'consistency: there is nothing to prove');
    demand(sameBytes(fromRoot, from === 0 ? await emptyRoot() : toRoot), 'consistency: two roots of one size');
    return;
  }
  demand(proof.length > 0, 'consistency: no proof');
  const [seed, ...path] = isPowerOfTwo(from) ? [fromRoot, ...proof] : proof;
  let [fn, sn] = [from - 1, to - 1];
  while (isOdd(fn)) [fn, sn] = [halve(fn), halve(sn)];
  let [older, newer] = [seed!, seed!];
  for (const hash of path) {
    demand(sn !== 0, 'consistency: the proof is too long');
    if (isOdd(fn) || fn === sn) {
      [older, newer] = [await nodeHash(hash, older), await nodeHash(hash, newer)];
      while (!isOdd(fn) && fn !== 0) [fn, sn] = [halve(fn), halve(sn)];
    } else {
      newer = await nodeHash(newer, hash);
    }
    [fn, sn] = [halve(fn), halve(sn)];
  }
  demand(sn === 0, 'consistency: the proof is too short');
  demand(sameBytes(older, fromRoot), 'consistency: the proof leads to another older root');
  demand(sameBytes(newer, toRoot), 'consistency: the proof leads to another newer root');
}
