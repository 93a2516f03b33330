/** The whole room: the portable half, and what stands on node:crypto, whose faster `sha256` and `sha256Hex` take the others' place. */
export * from './portable.ts';
export { deriveId } from './derive-id.ts';
export { orderIdFor, sha256, sha256Hex } from './digest.ts';
export { type KeyRing, type KeyRingSettings, openKeyRing } from './key-ring.ts';
export { nodeEd25519 } from './node-ed25519.ts';
export { openPrivateKey, type SigningKey } from './private-key.ts';
export { serverEd25519 } from './server-ed25519.ts';
