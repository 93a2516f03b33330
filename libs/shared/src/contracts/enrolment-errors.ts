import type { ErrorContract } from './error-contract.ts';

/** Why an appliance does not enrol, or may not act. */
export const enrolmentErrors = {
  'AUTH.HOST_FORBIDDEN': {
    kind: 'forbidden',
    meaning: 'The credential was given to another appliance of the site than the request names.',
    remedy: 'Use the credential that this appliance got when it enrolled.',
  },
  'ENROLMENT.TOKEN_REFUSED': {
    kind: 'unauthenticated',
    meaning:
      'The enrolment token is unknown, expired, used up or revoked, or it is for another site or appliance. The answer does not tell which.',
    remedy: 'Ask an operator for a new token; he sees the state of each in `GET /enrolment-tokens`.',
  },
  'ENROLMENT.PROOF_INVALID': {
    kind: 'unprocessable',
    meaning: 'The proof is no signature of the new key over what this request says.',
    remedy: 'Sign the enrolment statement with the private half of `public_key`.',
  },
  'ENROLMENT.CLOCK_SKEWED': {
    kind: 'unprocessable',
    meaning: "`requested_at` lies more than five minutes from the server's clock, which `server_time` says.",
    remedy: 'Set the clock of the appliance and make a new proof.',
  },
  'ENROLMENT.REPLAYED': {
    kind: 'conflict',
    meaning: 'This proof, or a later one, was answered before. A repeat needs a new proof.',
    remedy: 'Sign a statement with the time of now and a new nonce.',
  },
  'ENROLMENT.KEY_TAKEN': {
    kind: 'conflict',
    meaning: 'Another appliance has or had this public key, or this one had it before a later one.',
    remedy: 'Make a new key pair on the appliance; a key is never taken up again.',
  },
  'ENROLMENT.SUPERSEDED': {
    kind: 'conflict',
    meaning: 'The appliance has enrolled again since: this credential or enrolment is no longer the current one.',
    remedy: 'Use the credential of the newest enrolment; enrol again if this is the box that should act.',
  },
  'ENROLMENT.REQUIRED': {
    kind: 'forbidden',
    meaning: 'The site lets only enrolled appliances act, and this credential comes from no enrolment.',
    remedy: 'Enrol the appliance with a token and use the credential that it gets.',
  },
  'ENROLMENT.TOKEN_NOT_FOUND': {
    kind: 'not-found',
    meaning: 'There is no such enrolment token that the credential may revoke.',
    remedy: 'See `GET /enrolment-tokens`.',
  },
  'ORDERS.KEY_CONFLICT': {
    kind: 'conflict',
    meaning: 'The appliance is enrolled with another public key.',
    remedy: 'Enrol the box again with a token; one that never enrolled may have its key replaced by an administrator.',
  },
  'CRYPTO.UNACCEPTABLE_PUBLIC_KEY': {
    kind: 'unprocessable',
    meaning: 'The public key is no canonical Ed25519 point, or one of small order.',
    remedy: 'Enrol a key that a sound generator made.',
  },
} as const satisfies Record<string, ErrorContract>;
