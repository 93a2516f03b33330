import { sha256Hex } from '@countersign/shared/crypto';
import type { Vault } from '@countersign/shared/vault';
import { emptyChain, linkAfter } from '../../domain/chain-link.ts';
import type { RecordedBundle } from '../../domain/evidence-envelope.ts';
import { objectKeyOf } from '../../domain/object-key.ts';
import { giveData, readLeaf } from '../../domain/rebuild/read-leaf.ts';
import { BundleWriter } from '../../persistence/rebuild/bundle-writer.ts';
import { findHead, fitsChain } from '../../persistence/rebuild/chain-rows.ts';
import { LedgerWriter } from '../../persistence/rebuild/ledger-writer.ts';
import type { OldRows } from '../../persistence/rebuild/old-rows.ts';
import type { RebuildTarget } from '../../persistence/rebuild/rebuild-target.ts';
import type { StagedEvents } from '../../persistence/rebuild/staged-events.ts';
import type { Notes } from './losses.ts';
import { notProved } from './rebuild-errors.ts';
import { stageLeaf } from './stage-leaf.ts';

export interface CarryOverOptions {
  target: RebuildTarget;
  old: OldRows;
  staged: StagedEvents;
  notes: Notes;
}

const rowsAtOnce = 1_000;

/**
 * Gives leaves that were sequenced and never published a place behind what is published, in their order: the places that
 * they had belong to others. Nobody was ever shown them. Returns the size of the ledger then.
 */
export async function moveLeaves(published: number, { target, old, staged, notes }: CarryOverOptions): Promise<number> {
  const writer = new LedgerWriter(target);
  const signed = await old.newestCheckpointSize();
  let size = published;
  for await (const rows of old.otherLeaves(rowsAtOnce)) {
    const placed = rows.map(({ index, eventId, leaf, data, recordedAt }) => {
      if (index < signed)
        throw notProved(
          `Leaf ${index} (${eventId}) of the database was published, and the vault has another one there.`,
        );
      const read = readLeaf(Buffer.from(leaf, 'utf8'));
      if (read.leaf.eventId !== eventId || read.dataSha256 !== (data === null ? null : sha256Hex(data)))
        throw notProved(`Leaf ${index} (${eventId}) of the database is not as it was sequenced.`);
      if (data !== null) giveData(read, data);
      const to = size++;
      notes.moved.push({ id: eventId, from: index, to });
      return { index: to, from: index, read, leaf: read.leaf, recordedAt: recordedAt.toISOString() };
    });
    await writer.leaves(placed);
    await staged.add(placed.flatMap(({ index, read }) => stageLeaf(index, read) ?? []));
  }
  await writer.head(size);
  return size;
}

/**
 * Takes over the bundles that were accepted and are not in the vault yet, at their places in the chain. Where the vault has
 * given the place to another one, they are chained anew behind it: what is sealed is not changed.
 */
export async function carryBundles(
  vault: Pick<Vault, 'find'>,
  { target, old, notes }: CarryOverOptions,
): Promise<void> {
  const writer = new BundleWriter(target);
  for (const { bundle, facts } of await old.otherBundles()) {
    const { evidence_id: id, site_id, bundle_id, position } = bundle;
    const name = `${site_id}/${bundle_id}, position ${position}`;
    const isSealed = (await vault.find(objectKeyOf(bundle))) !== undefined;
    if (isSealed || sha256Hex(bundle.document) !== bundle.digest) continue; // named among what is lost
    const fits = (await fitsChain(target.pool, bundle)) === 'yes';
    const head = (await findHead(target.pool, site_id)) ?? emptyChain(site_id);
    const chained: RecordedBundle = fits ? bundle : { ...bundle, ...linkAfter(head, bundle) };
    if (!(await writer.bundles([{ bundle: chained, facts }])).has(id)) continue;
    await writer.queue([{ evidenceId: id, eventId: facts.eventId ?? `rebuilt:${id}` }]);
    if (!fits) notes.rechained.push({ id, detail: `${name}, is at ${chained.position} now` });
  }
}

/** Rows that the vault knows nothing of, and that are as good as they were. */
export async function copyRows({ old }: CarryOverOptions): Promise<void> {
  const hasCheckpoint = 'exists (select from ledger_checkpoints c where c.size = o.size)';
  const hasBundle = 'exists (select from bundles b where b.evidence_id = o.evidence_id)';
  await old.copy('refusals');
  await old.copy('retention_changes', hasBundle);
  await old.copy('checkpoint_timestamps', hasCheckpoint);
  for (const table of ['inbox', 'outbox', 'dead_letters', 'scrub_findings']) await old.copy(table);
}
