import type { KeyRing } from '@countersign/shared/crypto';
import type { Messaging } from '@countersign/shared/messaging';
import type { SigningKeyRepository } from '../../persistence/signing-key.repository.ts';
import { describeKeyCreated, describeKeyRotated } from '../describe-events/describe-keys.ts';

export interface NoteSigningKeyOptions {
  repository: SigningKeyRepository;
  messaging: Pick<Messaging, 'publish'>;
  keyRing: Pick<KeyRing, 'keyId' | 'publicKey'>;
}

/**
 * Notes the key that orders are signed with from now on, and says so when it was never used before. Called before the
 * first order is signed; replicas that start together say it once, and a key that comes back is no news.
 */
export async function noteSigningKey({ repository, messaging, keyRing }: NoteSigningKeyOptions): Promise<void> {
  const { keyId, publicKey } = keyRing;
  const rows = await repository.note({ keyId, publicKey }, (key, before, at) =>
    before === undefined
      ? { subject: 'orders.key-created.v1', event: describeKeyCreated(key, at) }
      : { subject: 'orders.key-rotated.v1', event: describeKeyRotated(key, before, at) },
  );
  messaging.publish(rows);
}
