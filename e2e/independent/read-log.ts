import type { Bytes } from './bytes.ts';
import { demand } from './refusal.ts';
import { tilePath, tileWidth } from './tile-path.ts';

/** GET, and nothing but a 200 of the right type will do. */
async function fetchBytes(response: Response, type: RegExp): Promise<Bytes> {
  const bytes = new Uint8Array(await response.arrayBuffer());
  demand(response.status === 200, `${response.url}: status ${response.status}`);
  const contentType = response.headers.get('content-type') ?? '';
  demand(type.test(contentType), `${response.url}: content type ${contentType}`);
  return bytes;
}

const plainText = /^text\/plain; ?charset=utf-8$/i;
const octets = /^application\/octet-stream$/i;

/**
 * Reads a log behind its C2SP tlog-tiles prefix. A partial tile that is gone is looked for in the full one, as the
 * specification allows; the answer says how wide the tile is.
 */
export function readLog(baseUrl: string, headers: Record<string, string>) {
  const ask = (path: string) => fetch(`${baseUrl}/${path}`, { headers, signal: AbortSignal.timeout(15_000) });
  return {
    checkpoint: async (): Promise<Bytes> => fetchBytes(await ask('checkpoint'), plainText),
    async tile(level: number | 'entries', index: number, width: number): Promise<{ bytes: Bytes; width: number }> {
      const response = await ask(tilePath(level, index, width));
      if (response.status !== 404 || width === tileWidth) return { bytes: await fetchBytes(response, octets), width };
      await response.arrayBuffer();
      return { bytes: await fetchBytes(await ask(tilePath(level, index)), octets), width: tileWidth };
    },
  };
}
