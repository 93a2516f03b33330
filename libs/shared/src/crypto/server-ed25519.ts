import { type Ed25519 } from './ed25519.ts';
import { nodeEd25519 } from './node-ed25519.ts';
import { createSodiumEd25519 } from './sodium-ed25519.ts';

async function openEd25519(): Promise<Ed25519> {
  try {
    return createSodiumEd25519(await import('sodium-native'));
  } catch {
    // A platform that the package has no binary for.
    return nodeEd25519;
  }
}

/** What the services sign and verify with: libsodium, and node:crypto where there is no libsodium. Both make the same bytes. */
export const serverEd25519: Ed25519 = await openEd25519();
