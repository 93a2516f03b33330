import { createWriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Progress } from './tell-progress.ts';

export interface KitRequest {
  gatewayUrl: string;
  /** An operator's, auditor's or administrator's credential. */
  key: string;
  site: string;
  from: string;
  to: string;
  head: number | undefined;
}

/** Downloads a kit to a file, which is there when it is whole. Throws an Error that says what the system said. */
export async function downloadKit(request: KitRequest, path: string, progress: Progress): Promise<void> {
  const { gatewayUrl, key, site, from, to, head } = request;
  const query = new URLSearchParams({ from, to, ...(head !== undefined && { head: String(head) }) });
  const url = `${gatewayUrl}/evidence/${encodeURIComponent(site)}/kit?${query.toString()}`;
  const answer = await fetch(url, { headers: { authorization: `Bearer ${key}` } });
  if (answer.status !== 200 || answer.body === null)
    throw new Error(`There is no kit: ${await describeRefusal(answer)}`);
  const part = `${path}.part`;
  try {
    await pipeline(Readable.fromWeb(answer.body), (pieces) => count(pieces, progress), createWriteStream(part));
    await rename(part, path);
  } catch (error) {
    await rm(part, { force: true });
    throw new Error(`The kit broke off: ${(error as Error).message}`, { cause: error });
  } finally {
    progress.end();
  }
}

async function* count(pieces: AsyncIterable<Uint8Array>, progress: Progress): AsyncGenerator<Uint8Array> {
  let received = 0;
  for await (const piece of pieces) {
    progress.bytes((received += piece.length));
    yield piece;
  }
}

/** The ledger's key as the system publishes it; undefined when it does not. */
export async function fetchLedgerKey({
  gatewayUrl,
  key,
}: Pick<KitRequest, 'gatewayUrl' | 'key'>): Promise<string | undefined> {
  const answer = await fetch(`${gatewayUrl}/ledger/key`, { headers: { authorization: `Bearer ${key}` } });
  if (answer.status !== 200) return undefined;
  return (await answer.text()).trim();
}

async function describeRefusal(answer: Response): Promise<string> {
  const text = await answer.text();
  try {
    const { error_code, detail } = JSON.parse(text) as { error_code?: string; detail?: string };
    return `${answer.status} ${error_code} ${detail ?? ''}`;
  } catch {
    return `${answer.status} ${text.slice(0, 200)}`;
  }
}
