/**
 * What of RFC 9421 is taken here. A signature for anything else that uses the same key never fits: the tag separates the
 * domains, and no other algorithm has a name.
 */
export const signatureTag = 'countersign';
export const signatureAlgorithm = 'ed25519';

/** How our own signer names its signature; a verifier takes any name, but only one signature. */
export const signatureLabel = 'countersign';

/** Headers that change what a request does; a signature covers each that is there. */
export const bindingHeaders = ['content-digest', 'idempotency-key'] as const;

/** From 16 bytes on (22 characters of base64url, 32 of hex). */
export const nonceShape = /^[A-Za-z0-9+/_=-]{22,128}$/;
