import { parseStrictJson } from '@countersign/shared/json';

const mostBytes = 128 * 1024;

/**
 * Fetches a JSON document. Throws when it does not come whole and small, from this very address, within the time, or when
 * two readers could read two things in it.
 */
export async function fetchKeySet(url: string, timeoutMs: number): Promise<unknown> {
  const response = await fetch(url, {
    headers: { accept: 'application/jwk-set+json, application/json' },
    // A redirect would let whoever can place one choose the keys.
    redirect: 'error',
    signal: AbortSignal.timeout(timeoutMs),
  });
  if (response.status !== 200 || response.body === null) {
    await response.body?.cancel();
    throw new Error(`The issuer's keys were answered with ${response.status}.`);
  }
  const pieces: Uint8Array[] = [];
  let bytes = 0;
  for await (const piece of response.body) {
    bytes += piece.length;
    // Leaving the loop ends the transfer.
    if (bytes > mostBytes) throw new Error(`The issuer's keys are more than ${mostBytes} bytes.`);
    pieces.push(piece);
  }
  return parseStrictJson(Buffer.concat(pieces));
}
