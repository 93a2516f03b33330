import { sha256 } from '@countersign/shared/crypto';
import {
  leafHash,
  openCheckpoint,
  parseProof,
  type SignedCheckpoint,
  verifyInclusion,
  type VerifierKey,
} from '@countersign/shared/ledger';
import { isInRange } from '../domain/kit/facts/kit-data.ts';
import { kitNames } from '../domain/kit/kit-names.ts';
import { reasonOf } from './check-manifest.ts';
import type { Check, Examination } from './examination.ts';
import { readText } from './kit-files.ts';
import type { OpenKit } from './read-kit.ts';

const encoder = new TextEncoder();

/** The checkpoint that everything leads to is the ledger's, and the one of the manifest. */
export function checkHead(kit: OpenKit, key: VerifierKey, check: Check): SignedCheckpoint | undefined {
  const { files, manifest, data } = kit;
  check.examine();
  try {
    const head = openCheckpoint(readText(files, kitNames.head) ?? '', { origin: key.name, publicKey: key.publicKey });
    const { origin, size, root } = data.head;
    const { head: named } = manifest;
    check.demand(
      named.origin === origin && named.size === size && named.root === root,
      kitNames.manifest,
      'it names another head than ledger/checkpoint is',
    );
    return head;
  } catch (error) {
    check.problem(kitNames.head, `the ledger’s key has not signed it: ${reasonOf(error)}`);
    return undefined;
  }
}

/** Every leaf has a proof that leads to the root of the head, and belongs into this kit. */
export function checkLeaves(kit: OpenKit, head: SignedCheckpoint, examination: Examination): void {
  const check = examination.check('leaves');
  const { files, data } = kit;
  for (const { index, text, subject, type } of data.leaves) {
    check.examine();
    const name = kitNames.proof(index);
    const proofText = readText(files, name);
    if (proofText === undefined) {
      check.problem(kitNames.leaf(index), 'its proof is missing');
      continue;
    }
    const fault = findProofFault(proofText, { index, hash: leafHash(encoder.encode(text), sha256), head });
    if (fault !== undefined) check.problem(name, fault);
    check.demand(
      subject === data.range.siteId || subject === '-',
      kitNames.leaf(index),
      `it is a ${type} of another site: ${subject}`,
    );
  }
  const inRange = data.leaves.filter(({ time }) => isInRange(data.range, time)).length;
  check.note(`${inRange} of the records are of the range itself; the others stand behind them.`);
}

function findProofFault(
  text: string,
  { index, hash, head }: { index: number; hash: Uint8Array; head: SignedCheckpoint },
): string | undefined {
  try {
    const proof = parseProof(text);
    if (proof.index !== index) return `it is about leaf ${proof.index}`;
    if (proof.checkpoint !== head.note) return 'it leads to another checkpoint than ledger/checkpoint';
    const { size, root } = head;
    const holds = verifyInclusion({ index, size, leafHash: hash, proof: proof.proof, root }, sha256);
    return holds
      ? undefined
      : `it does not lead from leaf ${index} to the root of the ledger: the leaf or the proof was changed`;
  } catch (error) {
    return reasonOf(error);
  }
}
