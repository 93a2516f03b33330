import { AppError } from '@countersign/shared/kernel';

/** Said of every token that is not good, in the same words; `why` is for the log. */
export function tokenRefused(why: string): AppError {
  return new AppError('ENROLMENT.TOKEN_REFUSED', 'unauthenticated', 'The enrolment token is not good.', {
    cause: new Error(why),
  });
}

export function proofInvalid(): AppError {
  return new AppError('ENROLMENT.PROOF_INVALID', 'unprocessable', 'The proof is no signature over this request.');
}

export function clockSkewed(now: Date): AppError {
  return new AppError('ENROLMENT.CLOCK_SKEWED', 'unprocessable', 'requested_at is too far from our clock.', {
    details: { server_time: now.toISOString() },
  });
}

export function proofReplayed(): AppError {
  return new AppError('ENROLMENT.REPLAYED', 'conflict', 'This proof or a later one was answered before.');
}

export function superseded(): AppError {
  return new AppError('ENROLMENT.SUPERSEDED', 'conflict', 'The appliance has enrolled since, with another credential.');
}

export function tokenNotFound(): AppError {
  return new AppError('ENROLMENT.TOKEN_NOT_FOUND', 'not-found', 'There is no such enrolment token.');
}
