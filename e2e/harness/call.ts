/** JSON of an answer; what it must be is for the assertions to say. */
// oxlint-disable-next-line typescript/no-explicit-any
export type Json = any;

export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  /** Undefined when the answer is no JSON. */
  body: Json;
}

export interface CallOptions {
  method?: string;
  /** Without one, no credential is sent. */
  key?: string;
  headers?: Record<string, string>;
  /** Objects are sent as JSON; text, bytes and forms as they are. */
  body?: object | string;
  timeoutMs?: number;
}

/** One request, no retries. */
export async function call(
  url: string,
  { method, key, headers, body, timeoutMs = 15_000 }: CallOptions = {},
): Promise<Answer> {
  const isRaw = typeof body === 'string' || body instanceof Uint8Array || body instanceof FormData;
  const type = body === undefined || body instanceof FormData ? {} : { 'content-type': 'application/json' };
  const response = await fetch(url, {
    method: method ?? (body === undefined ? 'GET' : 'POST'),
    headers: { ...type, ...(key !== undefined && { authorization: `Bearer ${key}` }), ...headers },
    ...(body !== undefined && {
      body: isRaw ? (body as string | FormData | Uint8Array<ArrayBuffer>) : JSON.stringify(body),
    }),
    signal: AbortSignal.timeout(timeoutMs),
  });
  const text = await response.text();
  return { status: response.status, headers: response.headers, text, body: parse(text) };
}

function parse(text: string): Json {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
