import { type EvidenceRecorded, evidenceRecorded } from '@countersign/shared/contracts';
import { sha256Hex } from '@countersign/shared/crypto';
import type { RecordedBundle } from '../../domain/evidence-envelope.ts';
import { objectKeyOf } from '../../domain/object-key.ts';
import { chooseSubmission, factsOf, type SubmissionLeaf } from '../../domain/rebuild/bundle-facts.ts';
import { openEnvelope } from '../../domain/rebuild/open-envelope.ts';
import { type BundleRow, BundleWriter, type SealRow } from '../../persistence/rebuild/bundle-writer.ts';
import type { RebuildTarget } from '../../persistence/rebuild/rebuild-target.ts';
import type { StagedEvent, StagedEvents } from '../../persistence/rebuild/staged-events.ts';
import type { Notes } from './losses.ts';
import { countAloud, type Progress } from './progress.ts';
import { vaultDamaged } from './rebuild-errors.ts';
import { mapAhead, readVersion, type ReadableVault } from './vault-objects.ts';

export interface FillBundlesOptions {
  vault: ReadableVault;
  target: RebuildTarget;
  staged: StagedEvents;
  notes: Notes;
  progress: Progress;
}

/** A text has up to 900 KiB: a page is at most some 50 MiB. */
const bundlesAtOnce = 64;
const readsAtOnce = 16;

/**
 * The bundles that leaves tell of, each from its object in the vault by its version id. The leaf is in the signed ledger
 * and has the hash of the bundle's link: an object that differs anywhere is named, and nothing is rebuilt.
 */
export async function fillBundles(options: FillBundlesOptions): Promise<number> {
  const { vault, target, staged, notes, progress } = options;
  const writer = new BundleWriter(target);
  const count = countAloud(progress, 'bundles');
  for await (const events of staged.pages('evidence.recorded.v1', bundlesAtOnce)) {
    const submissions = await staged.submissionsOf(events.map(({ about }) => about));
    const rows: { bundle: BundleRow; seal: SealRow }[] = [];
    for await (const row of mapAhead(events, readsAtOnce, (event) =>
      readBundle(vault, event, submissions.get(event.about) ?? []),
    ))
      rows.push(row);
    const taken = await writer.bundles(rows.map(({ bundle }) => bundle));
    for (const { bundle, seal } of rows) {
      const { evidence_id: id, site_id, position } = bundle.bundle;
      if (!taken.has(seal.evidenceId))
        notes.lost.push({ kind: 'forked-bundle', id, detail: `${site_id}: position ${position} is another bundle's` });
      else if (bundle.facts.eventId === null)
        notes.incomplete.push({ id, detail: 'bundle: no leaf tells who handed it in, and when' });
    }
    await writer.seals(rows.map(({ seal }) => seal).filter(({ evidenceId }) => taken.has(evidenceId)));
    count(rows.length);
  }
  return count(0);
}

async function readBundle(
  vault: ReadableVault,
  event: StagedEvent,
  submissions: readonly SubmissionLeaf[],
): Promise<{ bundle: BundleRow; seal: SealRow }> {
  const said = evidenceRecorded.parse(JSON.parse(event.data));
  const key = objectKeyOf(said);
  const bytes = await readVersion(vault, key, said.version_id);
  const bundle = openEnvelope(bytes);
  const submission = bundle && chooseSubmission(bundle, submissions);
  if (bundle === undefined || !isAsSaid(bundle, said) || !isAsHandedIn(bundle, submission))
    throw vaultDamaged(`${key}?versionId=${said.version_id}`, `is not the object that leaf ${event.index} tells of`);
  return {
    bundle: { bundle, facts: factsOf(bundle, submission) },
    seal: {
      evidenceId: bundle.evidence_id,
      key,
      uri: said.uri,
      versionId: said.version_id,
      sha256: sha256Hex(bytes),
      size: bytes.length,
      retainUntil: said.retain_until,
      sealedAt: event.time,
    },
  };
}

/** The hash of the link covers what stands here and more. */
function isAsSaid(bundle: RecordedBundle, said: EvidenceRecorded): boolean {
  const { evidence_id, bundle_id, site_id, host_id, position, digest, link_hash, recorded_at } = said;
  return (
    bundle.link_hash === link_hash &&
    bundle.evidence_id === evidence_id &&
    bundle.bundle_id === bundle_id &&
    bundle.site_id === site_id &&
    bundle.host_id === host_id &&
    bundle.position === position &&
    bundle.digest === digest &&
    bundle.recorded_at === recorded_at
  );
}

/** What neither the link nor the leaf of the seal covers: the leaf of the submission does. */
function isAsHandedIn(bundle: RecordedBundle, submission: SubmissionLeaf | undefined): boolean {
  if (submission === undefined) return true;
  const { channel } = JSON.parse(submission.data) as { channel: string };
  return bundle.channel === channel && bundle.trace_id === submission.traceId;
}
