import { AppError } from '@countersign/shared/kernel';

/** The nonce of one signed request. */
export interface NonceClaim {
  /** SHA-256 over key and nonce, 64 hex. */
  digest: string;
  /** When the signature says that it was made, in seconds since 1970. */
  created: number;
}

const slotSeconds = 600;
const slots = 6;

/** Where in the ring of the table `request_nonces` it stands; the time is the signature's, so a replay meets the first. */
export const slotOfNonce = ({ created }: NonceClaim): number => Math.floor(created / slotSeconds) % slots;

export const replayed = (): AppError =>
  new AppError('AUTH.REPLAYED', 'unauthenticated', 'This signature was used before.');
