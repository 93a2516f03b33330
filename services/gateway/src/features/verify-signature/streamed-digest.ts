import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { finished } from 'node:stream/promises';
import { signatureInvalid } from '@countersign/shared/http-signature';

const settleDigest = Symbol('settleDigest');

type FollowedRequest = IncomingMessage & { [settleDigest]?: () => Promise<void> };

/** Has a body that nobody has read yet hashed while somebody reads it. */
export function followBody(raw: FollowedRequest, expected: string): void {
  const hash = createHash('sha256');
  // Whoever listens to data sets it flowing; so nobody listens before the reader does.
  raw.once('resume', () => raw.on('data', (piece: Buffer) => hash.update(piece)));
  raw[settleDigest] = async () => {
    if (!raw.readableEnded) {
      raw.resume();
      await finished(raw, { writable: false });
    }
    if (hash.digest('hex') !== expected) throw signatureInvalid('The body is not the one that content-digest names.');
  };
}

/** Resolves when the whole body is there and is the one that was signed; at once when nothing was signed. */
export const settleBody = (raw: FollowedRequest): Promise<void> => raw[settleDigest]?.() ?? Promise.resolve();
