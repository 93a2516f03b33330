import type { Requester } from '@countersign/shared/messaging';
import { sha256Hex } from '@countersign/shared/crypto';
import type { KitLeaf } from '../../domain/kit/facts/kit-leaf.ts';
import { textIn } from '../../domain/kit/facts/read-fields.ts';
import { kitNames } from '../../domain/kit/kit-names.ts';
import { fileOf, type KitFile } from './kit-file.ts';

/** Texts of runbooks are a few KiB each, and an answer is one message. */
const askedAtOnce = 10;

/** The texts of the runbooks that decisions and orders name, by digest. One that nobody has any more is left out. */
export async function collectRunbooks(
  leaves: readonly KitLeaf[],
  requester: Pick<Requester, 'ask'>,
): Promise<{ digests: string[]; files: KitFile[] }> {
  const named = leaves
    .filter(({ type }) => type === 'runbooks.selected.v1' || type === 'orders.issued.v1')
    .map(({ data }) => textIn(data, 'runbook_digest') ?? '')
    .filter((digest) => /^[0-9a-f]{64}$/.test(digest));
  const digests = [...new Set(named)].toSorted();
  const files: KitFile[] = [];
  for (let at = 0; at < digests.length; at += askedAtOnce) {
    const answer = await requester.ask('rpc.runbooks.read-texts.v1', { digests: digests.slice(at, at + askedAtOnce) });
    for (const { digest, text } of answer.runbooks) {
      if (sha256Hex(text) === digest && digests.includes(digest)) files.push(fileOf(kitNames.runbook(digest), text));
    }
  }
  const found = new Set(files.map(({ sha256 }) => sha256));
  return { digests: digests.filter((digest) => found.has(digest)), files };
}
