import type { Principal } from '@countersign/shared/contracts';
import type { NonceClaim } from './nonce-claim.ts';

/** What a handler may know of the request besides its body; nothing of Fastify or Nest. */
export interface RequestFacts {
  principal: Principal;
  /** What a handler that takes nonces itself has to take before anything comes of the request. */
  nonce?: NonceClaim | undefined;
  /** The body as it was received. */
  rawBody: Uint8Array;
  /** Lower-case names. */
  header(name: string): string | undefined;
  traceparent: string;
  /** Aborted when the answer is over, or the caller went away before. */
  readonly signal: AbortSignal;
  /** The caller may wait so long for a sign of life; the usual time without `ms`. */
  allowSilence(ms?: number): void;
  setHeader(name: string, value: string): void;
  /** For an answer that is not 200. */
  setStatus(status: number): void;
}
