import { sha256Hex } from '@countersign/shared/crypto';
import { accept, AppError, refuse, type Result } from '@countersign/shared/kernel';

export interface Idempotency {
  /** 64 hex, bound to principal and route: nobody can find or block another's key. */
  key: string;
  /** 64 hex over the body. */
  requestHash: string;
  /** Seconds that a repeat gets the first answer. */
  ttl: number;
}

export interface IdempotencyFacts {
  principalId: string;
  route: string;
  /** `Idempotency-Key` as it was sent. */
  header: string | undefined;
  body: string | Uint8Array;
}

const day = 86_400;
/** The clients in the field repeat within seconds and send no key; a condition that lasts is reported anew later. */
const derivedKeySeconds = 60;
const wellFormed = /^[\x21-\x7e]{1,255}$/;

/** Under which key a request is known: the caller's own for a day, else one derived from what was sent. */
export function identifyRequest({ principalId, route, header, body }: IdempotencyFacts): Result<Idempotency, AppError> {
  const requestHash = sha256Hex(body);
  if (header === undefined) {
    return accept({
      key: sha256Hex(`${principalId}\n${route}\nbody\n${requestHash}`),
      requestHash,
      ttl: derivedKeySeconds,
    });
  }
  if (!wellFormed.test(header)) {
    const message = 'Idempotency-Key takes 1 to 255 visible ASCII characters.';
    return refuse(
      new AppError('REQUEST.INVALID', 'invalid', message, {
        details: { errors: [{ field: 'Idempotency-Key', message }] },
      }),
    );
  }
  return accept({ key: sha256Hex(`${principalId}\n${route}\nkey\n${header}`), requestHash, ttl: day });
}
