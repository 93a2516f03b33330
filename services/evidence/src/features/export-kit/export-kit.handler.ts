import type { DownloadRequestOf } from '@countersign/shared/contracts';
import { encodeBase64, type HashReader, parseCheckpoint, parseNote } from '@countersign/shared/ledger';
import type { DownloadContext, Requester } from '@countersign/shared/messaging';
import type { Vault } from '@countersign/shared/vault';
import type { KitData } from '../../domain/kit/facts/kit-data.ts';
import { kitNames } from '../../domain/kit/kit-names.ts';
import { writeZip } from '../../domain/kit/zip/write-zip.ts';
import { kitRangeEmpty, kitSiteUnknown } from '../../domain/kit-errors.ts';
import { beyondHead, ledgerNotFound, notPublished } from '../../domain/ledger-errors.ts';
import type { LedgerKey } from '../../domain/ledger-key.ts';
import type { KitCheckpointRow, KitRepository } from '../../persistence/kit.repository.ts';
import type { LedgerReader } from '../../persistence/ledger-reader.ts';
import { assembleKit } from './assemble-kit.ts';
import { collectBundles } from './collect-bundles.ts';
import { collectCheckpoints } from './collect-checkpoints.ts';
import { collectLeaves } from './collect-leaves.ts';
import { collectRunbooks } from './collect-runbooks.ts';
import { fileOf, type KitFile } from './kit-file.ts';
import { proveLeaves } from './prove-leaves.ts';

type Question = DownloadRequestOf<'rpc.evidence.export-kit.v1'>;
export type ExportKit = (question: Question, context?: Partial<DownloadContext>) => Promise<AsyncIterable<Uint8Array>>;

export interface ExportKitOptions {
  repository: KitRepository;
  reader: Pick<LedgerReader, 'newestCheckpoint'>;
  tiles: HashReader;
  vault: Pick<Vault, 'get'>;
  requester: Pick<Requester, 'ask'>;
  key: LedgerKey;
  /** The text of the verifier. */
  verifier: () => Promise<string>;
}

/**
 * Makes the auditor's kit of a site: one ZIP, byte for byte the same for the same site, range and head. Everything in it
 * was there before the head was published. What can go wrong does so before the first byte, but for a vault that changes.
 */
export function createExportKit(options: ExportKitOptions): ExportKit {
  const { repository, tiles, vault, requester, key } = options;
  let last: Promise<unknown> = Promise.resolve();

  async function prepare(question: Question, signal: AbortSignal | undefined): Promise<AsyncIterable<Uint8Array>> {
    signal?.throwIfAborted();
    const { site_id: siteId } = question;
    const [from, to] = [question.from, question.to].map((text) => new Date(text).toISOString()) as [string, string];
    if (from >= to) throw kitRangeEmpty();
    const [head, verifier] = await Promise.all([findHead(question.head, options), options.verifier()]);
    if (!(await repository.knowsSite({ siteId, head: head.size }))) throw kitSiteUnknown();
    const leaves = await collectLeaves({ siteId, head: head.size, from, to }, repository, signal);
    const { bundles, files: envelopes } = await collectBundles(leaves, vault, signal);
    const runbooks = await collectRunbooks(leaves, requester);
    const witnessed = await collectCheckpoints({ siteId, head, leaves, repository, tiles });
    const data: KitData = {
      range: { siteId, from, to },
      head: describeHead(head.note),
      ledgerKey: key.verifierKey,
      leaves,
      bundles,
      runbooks: runbooks.digests,
      checkpoints: witnessed.checkpoints,
    };
    const primary: KitFile[] = [
      fileOf(kitNames.head, head.note),
      ...leaves.flatMap(({ index, text, dataText, dataDigest }) => [
        fileOf(kitNames.leaf(index), text),
        ...(dataText === null || dataDigest === null ? [] : [fileOf(kitNames.data(dataDigest), dataText)]),
      ]),
      ...(await proveLeaves(leaves, head, tiles, signal)),
      ...envelopes,
      ...runbooks.files,
      ...witnessed.files,
    ];
    return writeZip(assembleKit({ data, primary: onceEach(primary), verifier }, key));
  }

  // One after the other, for it takes memory; what is ready is sent meanwhile, however slow its reader.
  return (question, { signal } = {}) => {
    const kit = last.then(() => prepare(question, signal));
    last = kit.catch(() => {});
    return kit;
  };
}

/** Two leaves may name the same data. */
const onceEach = (files: readonly KitFile[]): KitFile[] => [
  ...new Map(files.map((file) => [file.name, file])).values(),
];

async function findHead(
  size: number | undefined,
  { repository, reader }: Pick<ExportKitOptions, 'repository' | 'reader'>,
): Promise<KitCheckpointRow> {
  const newest = await reader.newestCheckpoint();
  if (newest === undefined) throw notPublished();
  if (size === undefined || size === newest.size) return newest;
  if (size > newest.size) throw beyondHead(newest.size);
  const [row] = await repository.readCheckpoints([size]);
  if (row === undefined) throw ledgerNotFound();
  return row;
}

function describeHead(note: string): KitData['head'] {
  const { origin, size, root } = parseCheckpoint(parseNote(note).text);
  return { origin, size, root: encodeBase64(root) };
}
