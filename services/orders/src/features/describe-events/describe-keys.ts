import type { SigningKey } from '../../persistence/signing-key.repository.ts';
import { eventText } from './event-text.ts';

export function describeKeyCreated({ keyId, publicKey }: SigningKey, at: Date): string {
  const created_at = at.toISOString();
  return eventText('orders.key-created.v1', {
    id: `key-created:${keyId}`,
    time: created_at,
    data: { key_id: keyId, public_key: publicKey, created_at },
  });
}

export function describeKeyAnnounced({ keyId, publicKey }: SigningKey, at: Date): string {
  const announced_at = at.toISOString();
  return eventText('orders.key-announced.v1', {
    id: `key-announced:${keyId}`,
    time: announced_at,
    data: { key_id: keyId, public_key: publicKey, announced_at },
  });
}

export function describeKeyRotated(
  { keyId, publicKey }: SigningKey,
  before: SigningKey,
  at: Date,
  previousRetiresAt: Date,
): string {
  const rotated_at = at.toISOString();
  return eventText('orders.key-rotated.v1', {
    id: `key-rotated:${keyId}`,
    time: rotated_at,
    data: {
      key_id: keyId,
      public_key: publicKey,
      previous_key_id: before.keyId,
      previous_public_key: before.publicKey,
      rotated_at,
      previous_retires_at: previousRetiresAt.toISOString(),
    },
  });
}
