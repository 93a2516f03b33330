import { nkeys } from '@nats-io/transport-node';

/** A new seed of an NKey of a user (`SU…`): the secret that `NATS_NKEY_SEED` takes. */
export function createBrokerSeed(): string {
  return new TextDecoder().decode(nkeys.createUser().getSeed());
}

/** The public key (`U…`) of a seed: what the broker knows of a user. Throws on what is no seed of a user, never naming it. */
export function publicKeyOfBrokerSeed(seed: string): string {
  try {
    const key = nkeys.fromSeed(new TextEncoder().encode(seed.trim())).getPublicKey();
    if (key.startsWith('U')) return key;
  } catch {
    // The client's own message may repeat what it was given.
  }
  throw new Error('This is no seed of an NKey of a user (SU…).');
}
