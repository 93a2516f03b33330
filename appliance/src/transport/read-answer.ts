import { AppError } from '@countersign/shared/kernel';
import type { GatewayAnswer } from './send-request.ts';

/** What of a schema of the contracts is needed here. */
interface Schema<Value> {
  safeParse(input: unknown): { success: true; data: Value } | { success: false };
}

/** An answer with the trace that the gateway recorded it under, for a person who looks for it (32 hex, or null). */
export type Traced<Value> = Value & { trace_id: string | null };

/** The body of an answer as the contract has it. Throws AppError `APPLIANCE.UNEXPECTED_ANSWER` (unavailable). */
export function readAnswer<Value extends object>(answer: GatewayAnswer, schema: Schema<Value>): Traced<Value> {
  const parsed = schema.safeParse(answer.body);
  if (!parsed.success) {
    throw new AppError('APPLIANCE.UNEXPECTED_ANSWER', 'unavailable', 'The answer is not what the contract says.');
  }
  return { ...parsed.data, trace_id: readTraceId(answer.headers) };
}

function readTraceId(headers: Headers): string | null {
  return /^00-([0-9a-f]{32})-[0-9a-f]{16}-[0-9a-f]{2}$/.exec(headers.get('traceparent') ?? '')?.[1] ?? null;
}
