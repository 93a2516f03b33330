/**
 * The half of this room that runs in any JavaScript engine: nothing here reaches for a module of Node. The reference
 * appliance, the browser and the auditor's kit stay within it (`portable.spec.ts` walks its imports).
 */
export { canonicalString } from './canonical-string.ts';
export { canonicalText, type CanonicalTextOptions } from './canonical-text.ts';
export { type Ed25519, type Signer } from './ed25519.ts';
export { assertAcceptablePublicKey, isAcceptablePublicKey } from './ed25519-profile.ts';
export { naclEd25519 } from './nacl-ed25519.ts';
export { fromHex, isHex, toHex } from './hex.ts';
export { parseInstant } from './instant.ts';
export { keyIdOf } from './key-id.ts';
export { newNonce } from './nonce.ts';
export { sha256, sha256Hex } from './sha256.ts';
export { enrolmentSignedText, type EnrolmentStatement, holdsEnrolmentProof } from './enrolment-statement.ts';
export { evidenceSignedText, evidenceSignedTextOfJson } from './evidence-statement.ts';
export { type OrderRefusal, type OrderRefusalCode } from './order-refusal.ts';
export { type OrderSigner, signOrder } from './sign-order.ts';
export { type OrderVerification, verifyOrder } from './verify-order.ts';
