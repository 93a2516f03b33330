import { type Ed25519, type Signer } from './ed25519.ts';
import { isAcceptablePublicKey, isWithinProfile } from './ed25519-profile.ts';

/** What a library does. */
export interface Ed25519Library {
  createSigner(seedHex: string): Signer;
  /** Whether the equation holds; asked only of what is within the profile. */
  holds(message: string | Uint8Array, signatureHex: string, publicKeyHex: string): boolean;
}

/** A library's Ed25519 under the strict profile. */
export const underProfile = ({ createSigner, holds }: Ed25519Library): Ed25519 => ({
  createSigner,
  publicKeyOf: (seedHex) => createSigner(seedHex).publicKey,
  sign: (message, seedHex) => createSigner(seedHex).sign(message),
  verify: (message, signatureHex, publicKeyHex) =>
    isWithinProfile(signatureHex, publicKeyHex) && holds(message, signatureHex, publicKeyHex),
  isAcceptablePublicKey,
});
