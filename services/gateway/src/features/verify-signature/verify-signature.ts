import type { Principal, RouteContract } from '@countersign/shared/contracts';
import { type Ed25519, serverEd25519, sha256Hex } from '@countersign/shared/crypto';
import {
  isCreatedWithin,
  isSignedBy,
  readSignature,
  type ReceivedRequest,
  type RequestSignature,
  signatureInvalid,
} from '@countersign/shared/http-signature';
import { AppError, type Clock, systemClock } from '@countersign/shared/kernel';
import { type NonceClaim, replayed } from '../../domain/nonce-claim.ts';
import { demandsSignature } from '../../domain/signature-demand.ts';
import type { ClaimNonce } from './claim-nonce.ts';
import { judgeTogether } from '../gather-work/judge-together.ts';

/** A request, as far as a signature goes. */
export interface SignableRequest extends ReceivedRequest {
  /** Whether it carries anything of a signature. */
  isSigned: boolean;
  /**
   * Holds the body against the SHA-256 (64 hex) that the signature covers. False: it is another; undefined: it is still to
   * come, and will be held against it when it is read.
   */
  hasDigest(digest: string): boolean | undefined;
  /** There when the handler takes the nonce itself, in the commit of what the request brings about. */
  keepNonce?(claim: NonceClaim): void;
}

/**
 * Judges the signature of a request, or that there is none. Throws `AUTH.SIGNATURE_MISSING`, `AUTH.SIGNATURE_INVALID`,
 * `AUTH.SIGNATURE_STALE`, `AUTH.REPLAYED`, and `DATABASE.UNAVAILABLE`. Undefined: nothing to wait for.
 */
export type VerifySignature = (
  principal: Principal,
  route: RouteContract,
  request: SignableRequest,
) => Promise<void> | undefined;

export interface VerifySignatureOptions {
  claimNonce: ClaimNonce;
  /** Between the clock of the signer and ours, in both directions. */
  windowSeconds: number;
  clock?: Clock;
  ed25519?: Ed25519;
}

/**
 * The key is the one that the credential came with at its enrolment. Cheap things first; the nonce is taken last, so what
 * nobody signed leaves nothing behind.
 */
export function createVerifySignature(options: VerifySignatureOptions): VerifySignature {
  const { claimNonce, windowSeconds, clock = systemClock, ed25519 = serverEd25519 } = options;

  function read({ principal: { publicKey }, request }: Question): Claimed {
    const signature = readSignature(request);
    if (signature === undefined) throw signatureInvalid('It carries nothing of a signature.');
    if (publicKey === null)
      throw signatureInvalid('The credential comes from no enrolment, so it has no key to sign with.');
    const now = clock.now();
    if (!isCreatedWithin(signature, now, windowSeconds)) throw stale(now, windowSeconds);
    if (request.hasDigest(signature.contentDigest ?? emptyDigest) === false) {
      throw signatureInvalid('The body is not the one that content-digest names.');
    }
    return { publicKey, signature };
  }

  function verify({ publicKey, signature }: Claimed): NonceClaim {
    if (!isSignedBy(publicKey, signature, ed25519)) {
      throw signatureInvalid('It is no signature of the enrolled key over this request.');
    }
    return { digest: sha256Hex(`${publicKey}:${signature.nonce}`), created: signature.created };
  }

  const judge = judgeTogether(read, verify);

  async function admit(question: Question): Promise<void> {
    const claim = await judge(question);
    if (question.request.keepNonce !== undefined) question.request.keepNonce(claim);
    else if (!(await claimNonce(claim))) throw replayed();
  }

  return (principal, route, request) => {
    if (request.isSigned) return admit({ principal, request });
    if (demandsSignature(principal, route)) throw missing(principal);
    return undefined;
  };
}

interface Question {
  principal: Principal;
  request: SignableRequest;
}

/** A signature that is yet to be verified, and the key that it must be of. */
interface Claimed {
  publicKey: string;
  signature: RequestSignature;
}

const emptyDigest = sha256Hex('');

function missing({ epoch }: Principal): AppError {
  const message =
    epoch === null
      ? 'The site takes signed requests only, and this credential has no key: enrol the appliance, and sign.'
      : 'The request must carry a signature of the enrolled key.';
  return new AppError('AUTH.SIGNATURE_MISSING', 'unauthenticated', message);
}

function stale(now: Date, windowSeconds: number): AppError {
  const message = `created lies more than ${windowSeconds} seconds from the clock of the server.`;
  return new AppError('AUTH.SIGNATURE_STALE', 'unauthenticated', message, {
    details: { server_time: now.toISOString() },
  });
}
