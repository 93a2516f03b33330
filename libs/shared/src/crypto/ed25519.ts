/** Signs with one seed that was prepared once. */
export interface Signer {
  /** 64 hex. */
  readonly publicKey: string;
  /** The signature over the UTF-8 of a text, or over bytes: 128 hex. */
  sign(message: string | Uint8Array): string;
}

/**
 * Ed25519 (RFC 8032, pure) under one strict profile, which three implementations hold: libsodium's and
 * node:crypto's behind `serverEd25519`, and `naclEd25519`.
 * Keys and seeds are 64, signatures 128 lower-case hex. Verification is cofactorless, demands S < L, canonical
 * encodings of A and R, and neither of small order; `ed25519-profile.ts` says why.
 */
export interface Ed25519 {
  /** Throws AppError `CRYPTO.BAD_SEED` (invalid) for a seed that is not 64 lower-case hex. */
  createSigner(seedHex: string): Signer;
  publicKeyOf(seedHex: string): string;
  /** For a single signature; whoever signs more often keeps a signer. */
  sign(message: string | Uint8Array, seedHex: string): string;
  /** False for whatever is not a valid signature under the profile; it never throws. */
  verify(message: string | Uint8Array, signatureHex: string, publicKeyHex: string): boolean;
  /** Whether a key may be enrolled: a canonical encoding of a point of the curve that is not of small order. */
  isAcceptablePublicKey(publicKeyHex: string): boolean;
}
