/** The whole room. It adds to the portable half what stands on node:crypto, and takes its faster SHA-256. */
export { canonicalString } from './canonical-string.ts';
export { canonicalText, type CanonicalTextOptions } from './canonical-text.ts';
export { type Ed25519, type Signer } from './ed25519.ts';
export { assertAcceptablePublicKey, isAcceptablePublicKey } from './ed25519-profile.ts';
export { naclEd25519 } from './nacl-ed25519.ts';
export { nodeEd25519 } from './node-ed25519.ts';
export { orderIdFor, sha256Hex } from './digest.ts';
export { fromHex, isHex, toHex } from './hex.ts';
export { parseInstant } from './instant.ts';
export { keyIdOf } from './key-id.ts';
export { type KeyRing, type KeyRingSettings, openKeyRing } from './key-ring.ts';
export { newNonce } from './nonce.ts';
export { evidenceSignedText, evidenceSignedTextOfJson } from './evidence-statement.ts';
export { type OrderRefusal, type OrderRefusalCode } from './order-refusal.ts';
export { type OrderSigner, signOrder } from './sign-order.ts';
export { type OrderVerification, verifyOrder } from './verify-order.ts';
