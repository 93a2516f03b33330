import { setTimeout as sleep } from 'node:timers/promises';
import type { RequestToSign } from '@countersign/shared/http-signature/portable';
import { AppError, asAppError } from '@countersign/shared/kernel';
import { errorOfAnswer, readJson } from './problem.ts';

export interface GatewayRequest {
  method: 'GET' | 'POST';
  /** Below the gateway's base URL, with its query. */
  path: string;
  /** JSON text; sent byte for byte, for signatures stand on it. */
  body?: string;
  /** Names the write, so that repeating it is safe. A POST without one is sent once. */
  idempotencyKey?: string;
  headers?: Record<string, string>;
}

export interface GatewayAnswer {
  /** 200, or 304 when the request was conditional. */
  status: number;
  headers: Headers;
  /** As it came. */
  text: string;
  /** Undefined when the text is no JSON. */
  body: unknown;
}

export type SendRequest = (request: GatewayRequest) => Promise<GatewayAnswer>;

export interface TransportSettings {
  gatewayUrl: string;
  /** Undefined: for what needs no credential. */
  apiKey: string | undefined;
  /** Signs each attempt by itself; absent: nothing is signed. */
  sign?: ((request: RequestToSign) => Record<string, string>) | undefined;
  fetch?: typeof globalThis.fetch | undefined;
  /** For one attempt, its body included; 15,000 by default. */
  timeoutMs?: number | undefined;
  /** How often a safe request is sent at most; 4 by default. */
  attempts?: number | undefined;
  /** Waits between two attempts; real time by default. */
  wait?: ((ms: number) => Promise<unknown>) | undefined;
}

const longestWaitMs = 10_000;

/**
 * Sends requests to the gateway. What may be repeated is repeated when the gateway cannot be reached, breaks off or
 * says that it is unavailable for now (502, 503, 504), waiting as `Retry-After` says, else longer each time.
 *
 * Throws AppError: the gateway's own codes, `APPLIANCE.GATEWAY_UNREACHABLE` (unavailable) or
 * `APPLIANCE.UNEXPECTED_ANSWER`.
 */
export function createTransport(settings: TransportSettings): SendRequest {
  const { apiKey, sign, fetch = globalThis.fetch, timeoutMs = 15_000, attempts = 4, wait = sleep } = settings;
  const base = settings.gatewayUrl.replace(/\/+$/, '');

  async function sendOnce({ method, path, body, idempotencyKey, headers }: GatewayRequest): Promise<GatewayAnswer> {
    let response: Response;
    let text: string;
    // Whoever could change one of these on the way would change what the request does.
    const binding = {
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(idempotencyKey === undefined ? {} : { 'idempotency-key': idempotencyKey }),
    };
    const { pathname, search } = new URL(base + path);
    const signature = sign?.({ method, target: pathname + search, body, headers: binding });
    try {
      response = await fetch(base + path, {
        method,
        headers: {
          ...(apiKey === undefined ? {} : { authorization: `Bearer ${apiKey}` }),
          ...binding,
          ...signature,
          ...headers,
        },
        ...(body === undefined ? {} : { body }),
        redirect: 'error', // the credential goes nowhere else
        signal: AbortSignal.timeout(timeoutMs),
      });
      text = await response.text();
    } catch (cause) {
      throw new AppError('APPLIANCE.GATEWAY_UNREACHABLE', 'unavailable', 'The gateway cannot be reached.', { cause });
    }
    const { status } = response;
    if (status === 200 || status === 304) return { status, headers: response.headers, text, body: readJson(text) };
    throw errorOfAnswer(status, response.headers, readJson(text));
  }

  return async function send(request) {
    const isSafe = request.method === 'GET' || request.idempotencyKey !== undefined;
    for (let attempt = 1; ; attempt += 1) {
      try {
        return await sendOnce(request);
      } catch (error) {
        if (!isSafe || attempt >= attempts || !isPassing(error)) throw error;
        await wait(waitAfter(attempt, asAppError(error)?.retryAfterSeconds));
      }
    }
  };
}

/** Whether the same request may fare better in a moment. A 500 is a fault, which a repeat would only meet again. */
function isPassing(error: unknown): boolean {
  const known = asAppError(error);
  const status = known?.details?.['status'];
  return known?.code === 'APPLIANCE.GATEWAY_UNREACHABLE' || status === 502 || status === 503 || status === 504;
}

/** Half of the time is chance, so that the boxes of a fleet do not come back in one moment. */
function waitAfter(attempt: number, retryAfterSeconds: number | undefined): number {
  const ms = retryAfterSeconds === undefined ? 250 * 2 ** attempt : retryAfterSeconds * 1_000;
  return Math.min(ms, longestWaitMs) * (0.75 + Math.random() / 2);
}
