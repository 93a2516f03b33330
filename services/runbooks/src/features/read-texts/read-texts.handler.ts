import type { RequestOf, ResponseOf } from '@countersign/shared/contracts';
import { sha256Hex } from '@countersign/shared/crypto';
import type { PublishedRunbookEntity } from '../../persistence/published-runbook.entity.ts';

type Name = 'rpc.runbooks.read-texts.v1';
export type ReadTexts = (items: RequestOf<Name>[]) => Promise<ResponseOf<Name>[]>;

/** Finds published runbooks by digest. */
export type FindPublished = (digests: readonly string[]) => Promise<PublishedRunbookEntity[]>;

/**
 * The texts behind the digests that orders were signed with. A text that does not hash to its digest any more is not
 * that text, and is left out like one that was never published: the asker sees that it is missing.
 */
export function createReadTexts(findPublished: FindPublished): ReadTexts {
  return async (items) => {
    const rows = await findPublished(items.flatMap((item) => item.digests));
    const found = new Map(
      rows
        .filter(({ digest, source }) => sha256Hex(source) === digest)
        .map(({ digest, runbookId: runbook_id, version, source: text }) => [
          digest,
          { digest, runbook_id, version, text },
        ]),
    );
    return items.map(({ digests }) => ({
      runbooks: [...new Set(digests)].flatMap((digest) => found.get(digest) ?? []),
    }));
  };
}
