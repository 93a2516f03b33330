/**
 * HTTP Message Signatures (RFC 9421) with Ed25519, and Content-Digest (RFC 9530), in one strict profile: what may be
 * written in two ways is taken in one. The portable half signs; here is also what verifies.
 */
export * from './portable.ts';
export { type ReceivedRequest } from './received-request.ts';
export { readSignature, type RequestSignature } from './read-signature.ts';
export { signatureInvalid } from './signature-error.ts';
export { isCreatedWithin, isSignedBy } from './judge-signature.ts';
