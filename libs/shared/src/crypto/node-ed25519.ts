import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto';
import { type Ed25519, type Signer } from './ed25519.ts';
import { readSeed } from './seed.ts';
import { underProfile } from './under-profile.ts';

// DER around the 32 raw bytes (RFC 8410): PKCS #8 for a seed, SPKI for a public key.
const privatePrefix = Buffer.from('302e020100300506032b657004220420', 'hex');
const publicPrefix = Buffer.from('302a300506032b6570032100', 'hex');

/** A key object costs as much as half a verification; an appliance signs each of its bundles with the same key. */
const publicKeys = new Map<string, KeyObject>();
const maxPublicKeys = 20_000;

function openPublicKey(publicKeyHex: string): KeyObject {
  const known = publicKeys.get(publicKeyHex);
  if (known !== undefined) return known;
  const der = Buffer.concat([publicPrefix, Buffer.from(publicKeyHex, 'hex')]);
  const key = createPublicKey({ key: der, format: 'der', type: 'spki' });
  if (publicKeys.size >= maxPublicKeys) publicKeys.delete(publicKeys.keys().next().value!);
  publicKeys.set(publicKeyHex, key);
  return key;
}

const toBytes = (message: string | Uint8Array): Uint8Array =>
  typeof message === 'string' ? Buffer.from(message, 'utf8') : message;

function createSigner(seedHex: string): Signer {
  const der = Buffer.concat([privatePrefix, readSeed(seedHex)]);
  const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
  const spki = createPublicKey(key).export({ format: 'der', type: 'spki' });
  return {
    publicKey: spki.subarray(publicPrefix.length).toString('hex'),
    sign: (message) => sign(null, toBytes(message), key).toString('hex'),
  };
}

/** The strict profile on node:crypto (OpenSSL): about a hundred times faster than tweetnacl, and there wherever Node is. */
export const nodeEd25519: Ed25519 = underProfile({
  createSigner,
  holds: (message, signatureHex, publicKeyHex) =>
    verify(null, toBytes(message), openPublicKey(publicKeyHex), Buffer.from(signatureHex, 'hex')),
});
