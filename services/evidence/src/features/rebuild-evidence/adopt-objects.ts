import { asAppError } from '@countersign/shared/kernel';
import type { RecordedBundle } from '../../domain/evidence-envelope.ts';
import { objectKeyOf } from '../../domain/object-key.ts';
import { chooseSubmission, factsOf } from '../../domain/rebuild/bundle-facts.ts';
import { openEnvelope } from '../../domain/rebuild/open-envelope.ts';
import { fitsChain } from '../../persistence/rebuild/chain-rows.ts';
import { BundleWriter } from '../../persistence/rebuild/bundle-writer.ts';
import { unsealedAmong } from '../../persistence/rebuild/derived-rows.ts';
import type { RebuildTarget } from '../../persistence/rebuild/rebuild-target.ts';
import type { StagedEvents } from '../../persistence/rebuild/staged-events.ts';
import type { Notes } from './losses.ts';
import { type ReadableVault, readVersion } from './vault-objects.ts';

export interface AdoptObjectsOptions {
  vault: ReadableVault;
  target: RebuildTarget;
  staged: StagedEvents;
  notes: Notes;
}

const keysAtOnce = 1_000;

/**
 * Bundles that the vault holds and no leaf tells of: they were put there in the last moments before the database was
 * lost. Those that fit into the chain of their site, behind it or into a gap, are recorded again and queued, and the sealer
 * finds their bytes and says so. Returns how many objects of bundles the vault holds.
 */
export async function adoptObjects(options: AdoptObjectsOptions): Promise<number> {
  const { vault, target, staged, notes } = options;
  const found: RecordedBundle[] = [];
  let objects = 0;
  for await (const keys of pagesOfKeys(vault)) {
    objects += keys.length;
    for (const key of await unsealedAmong(target.pool, keys)) {
      const bundle = await readOrphan(vault, key);
      if (bundle !== undefined) found.push(bundle);
      else
        notes.lost.push({ kind: 'object', id: key, detail: 'no leaf tells of it, and it is no bundle under its name' });
    }
  }
  const writer = new BundleWriter(target);
  for (const bundle of found.toSorted(bySiteAndPosition)) {
    const { evidence_id: id, site_id, bundle_id, position } = bundle;
    const name = `${site_id}/${bundle_id}, position ${position}`;
    if ((await fitsChain(target.pool, bundle)) === 'no') {
      notes.lost.push({ kind: 'forked-bundle', id, detail: `${name}: the object does not fit into the chain` });
      continue;
    }
    const submissions = (await staged.submissionsOf([id])).get(id) ?? [];
    const facts = factsOf(bundle, chooseSubmission(bundle, submissions));
    const taken = await writer.bundles([{ bundle, facts }]);
    if (!taken.has(id)) {
      notes.lost.push({ kind: 'forked-bundle', id, detail: `${name}: the site has another bundle under this id` });
      continue;
    }
    await writer.queue([{ evidenceId: id, eventId: facts.eventId ?? `rebuilt:${id}` }]);
    notes.adopted.push({ id, detail: name });
    if (facts.eventId === null)
      notes.incomplete.push({ id, detail: 'bundle: no leaf tells who handed it in, and when' });
  }
  return objects;
}

/** Everything but the ledger's own objects, whose names sort between digits and small letters. */
async function* pagesOfKeys(vault: ReadableVault): AsyncGenerator<string[]> {
  let page: string[] = [];
  for (const after of ['', '_ledger0']) {
    for await (const key of vault.listKeys('', { after })) {
      if (key.startsWith('_ledger/')) break;
      page.push(key);
      if (page.length < keysAtOnce) continue;
      yield page;
      page = [];
    }
  }
  if (page.length > 0) yield page;
}

async function readOrphan(vault: ReadableVault, key: string): Promise<RecordedBundle | undefined> {
  const versions = await vault.versions(key).catch((error: unknown) => {
    if (asAppError(error)?.code === 'VAULT.BAD_KEY') return []; // nothing of ours is called so
    throw error;
  });
  for (const { versionId, isDeleteMarker } of versions) {
    if (isDeleteMarker) continue;
    const bundle = openEnvelope(await readVersion(vault, key, versionId));
    if (bundle !== undefined && objectKeyOf(bundle) === key) return bundle;
  }
  return undefined;
}

const bySiteAndPosition = (one: RecordedBundle, other: RecordedBundle): number =>
  one.site_id < other.site_id ? -1 : one.site_id > other.site_id ? 1 : one.position - other.position;
