import nacl from 'tweetnacl';
import { type Ed25519, type Signer } from './ed25519.ts';
import { fromHex, toHex } from './hex.ts';
import { readSeed } from './seed.ts';
import { underProfile } from './under-profile.ts';

const encoder = new TextEncoder();
const toBytes = (message: string | Uint8Array): Uint8Array =>
  typeof message === 'string' ? encoder.encode(message) : message;

function createSigner(seedHex: string): Signer {
  const pair = nacl.sign.keyPair.fromSeed(readSeed(seedHex));
  return {
    publicKey: toHex(pair.publicKey),
    sign: (message) => toHex(nacl.sign.detached(toBytes(message), pair.secretKey)),
  };
}

/**
 * The strict profile on tweetnacl: runs in any JavaScript engine. About 200 signatures a second; the reference
 * appliance, the browser and the auditor's kit use it, and tests take it as a second opinion.
 */
export const naclEd25519: Ed25519 = underProfile({
  createSigner,
  holds: (message, signatureHex, publicKeyHex) =>
    nacl.sign.detached.verify(toBytes(message), fromHex(signatureHex), fromHex(publicKeyHex)),
});
