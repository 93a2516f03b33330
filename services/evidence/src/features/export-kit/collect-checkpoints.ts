import { sha256 } from '@countersign/shared/crypto';
import {
  appendSignatures,
  encodeBase64,
  type HashReader,
  parseNote,
  proveConsistency,
  witnessName,
} from '@countersign/shared/ledger';
import type { KitCheckpoint } from '../../domain/kit/facts/kit-data.ts';
import type { KitLeaf } from '../../domain/kit/facts/kit-leaf.ts';
import { openCosignatures } from '../../domain/kit/facts/open-cosignatures.ts';
import { readTimestamp } from '../../domain/kit/facts/read-timestamp.ts';
import { jsonFile, kitNames } from '../../domain/kit/kit-names.ts';
import type { KitCheckpointRow, KitRepository, WitnessRow } from '../../persistence/kit.repository.ts';
import { fileOf, type KitFile } from './kit-file.ts';

export interface CollectCheckpointsOptions {
  siteId: string;
  head: KitCheckpointRow;
  leaves: readonly KitLeaf[];
  repository: Pick<KitRepository, 'findWitnessed' | 'findTimestamps' | 'readCheckpoints'>;
  tiles: HashReader;
}

/** What comes while a kit is made must not be in one kit and not in the next: it counts from the next head on. */
const settledMs = 5_000;

/** Earlier checkpoints that appliances cosigned or an authority timestamped, with the proof that the head extends them. */
export async function collectCheckpoints(
  options: CollectCheckpointsOptions,
): Promise<{ checkpoints: KitCheckpoint[]; files: KitFile[] }> {
  const { siteId, head, leaves, repository, tiles } = options;
  const until = new Date(head.publishedAt.getTime() - settledMs);
  const lastLeaf = leaves.at(-1)?.index ?? 0;
  const [witnessed, timestamps] = await Promise.all([
    repository.findWitnessed(siteId, head.size, until, lastLeaf),
    repository.findTimestamps(head.size, until, lastLeaf),
  ]);
  const sizes = [...new Set([...witnessed, ...timestamps].map(({ size }) => size))];
  const rows = sizes.length === 0 ? [] : await repository.readCheckpoints(sizes);
  const witnesses = new Map(witnessed.map(({ publicKey }) => [witnessName(publicKey), publicKey]));
  const names = [...witnesses.keys()].toSorted();
  const listed = Object.fromEntries(names.map((name) => [name, witnesses.get(name)!]));
  const files = [fileOf(kitNames.witnesses, jsonFile({ witnesses: listed }))];
  const checkpoints: KitCheckpoint[] = [];
  for (const { size, note } of rows) {
    const proof = (await proveConsistency(size, head.size, tiles, sha256)).map(encodeBase64);
    const timestamp = timestamps.find((one) => one.size === size)?.response;
    const cosigned = cosign(
      note,
      witnessed.filter((one) => one.size === size),
      witnesses,
    );
    files.push(
      fileOf(kitNames.checkpoint(size), note),
      fileOf(kitNames.consistency(size), jsonFile({ from: size, to: head.size, proof })),
      ...(timestamp === undefined ? [] : [fileOf(kitNames.timestamp(size), timestamp)]),
      ...(cosigned === undefined ? [] : [fileOf(kitNames.cosigned(size), cosigned.note)]),
    );
    const stampedAt = timestamp === undefined ? null : (readTimestamp(timestamp)?.stampedAt ?? null);
    checkpoints.push({ size, cosignatures: cosigned?.cosignatures ?? [], stampedAt });
  }
  return { checkpoints, files };
}

function cosign(note: string, rows: readonly WitnessRow[], witnesses: ReadonlyMap<string, string>) {
  if (rows.length === 0) return undefined;
  const cosigned = appendSignatures(
    note,
    rows.map(({ line }) => line),
  );
  const { text, signatures } = parseNote(cosigned);
  const own = parseNote(note).signatures.length;
  return { note: cosigned, cosignatures: openCosignatures(text, signatures.slice(own), witnesses, () => {}) };
}
