import { AppError } from '@countersign/shared/kernel';

export function keyTaken(): AppError {
  return new AppError('ENROLMENT.KEY_TAKEN', 'conflict', 'The public key belongs or belonged to an appliance.');
}

/** Of an enrolment, or of a credential that comes from one: a later one has taken its place. */
export function superseded(): AppError {
  return new AppError('ENROLMENT.SUPERSEDED', 'conflict', 'The appliance has enrolled since, with another credential.');
}

export function unacceptableKey(): AppError {
  return new AppError(
    'CRYPTO.UNACCEPTABLE_PUBLIC_KEY',
    'unprocessable',
    'The public key is no canonical Ed25519 point, or it is of small order.',
  );
}
