/** Makes 32 bytes: `sha256` of `shared/crypto` in a service, that of its portable half elsewhere. */
export type Sha256 = (bytes: Uint8Array) => Uint8Array;

/** Bytes of a hash. */
export const hashLength = 32;

/** Whether a value can be a hash: 32 bytes. */
export const isHash = (value: unknown): value is Uint8Array =>
  value instanceof Uint8Array && value.length === hashLength;

/** The hash of a leaf (RFC 6962 section 2.1): SHA-256 of 0x00 and the entry. */
export function leafHash(entry: Uint8Array, sha256: Sha256): Uint8Array {
  const input = new Uint8Array(entry.length + 1);
  input.set(entry, 1);
  return sha256(input);
}

/** One for all nodes: to make an array for each takes twice as long as to hash it, and nobody keeps the input of a hash. */
const nodeInput = new Uint8Array(1 + 2 * hashLength);
nodeInput[0] = 1;

/** The hash of an inner node (RFC 6962 section 2.1): SHA-256 of 0x01 and the hashes of its two children. */
export function nodeHash(left: Uint8Array, right: Uint8Array, sha256: Sha256): Uint8Array {
  nodeInput.set(left, 1);
  nodeInput.set(right, 1 + hashLength);
  return sha256(nodeInput);
}

/** The root of the tree without leaves (RFC 6962 section 2.1): SHA-256 of nothing. */
export const emptyRoot = (sha256: Sha256): Uint8Array => sha256(new Uint8Array(0));
