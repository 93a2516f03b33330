import { isHex, newNonce } from '@countersign/shared/crypto/portable';
import type { SendRequest } from '../transport/send-request.ts';

/** Continues the trace of an order, which its signed `trace_id` names, in what this box says about it. */
export interface TraceContext {
  send: SendRequest;
  /** The `traceparent` header for a trace id (32 hex), or none for what is no trace id. */
  headersFor(traceId: unknown): Record<string, string>;
}

/** Whether such a trace is recorded is the server's choice: the box repeats the flag of the last answer that it got. */
export function followTraces(send: SendRequest): TraceContext {
  let flags = '00';
  return {
    async send(request) {
      const answer = await send(request);
      flags = /-([0-9a-f]{2})$/.exec(answer.headers.get('traceparent') ?? '')?.[1] ?? flags;
      return answer;
    },
    headersFor(traceId): Record<string, string> {
      if (!isHex(traceId, 32) || /^0+$/.test(traceId)) return {};
      return { traceparent: `00-${traceId}-${newNonce().slice(0, 16)}-${flags}` };
    },
  };
}
