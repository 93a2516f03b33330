import { sha256Hex } from '@countersign/shared/crypto';
import { objectKeyOf } from '../../../domain/object-key.ts';
import type { SealRow } from '../../../persistence/scrub-rows.repository.ts';
import { type Fault, objectItem, rowItem } from '../fault.ts';
import type { VaultReads } from '../vault-reads.ts';
import { bundleOf, envelopeOfRow } from './judge-content.ts';

/** Why the vault does not have the version that a seal names: it is gone, it was changed, or the seal's row was. */
export async function judgeMissing(row: SealRow, reads: VaultReads): Promise<Fault[]> {
  const bundle = bundleOf(row);
  const siteId = bundle?.site_id ?? null;
  const wanted = bundle === undefined ? row.sha256 : sha256Hex(envelopeOfRow(bundle));
  const key =
    bundle === undefined ? row.key : objectKeyOf({ ...bundle, recorded_at: bundle.recorded_at.toISOString() });
  for (const { versionId, isDeleteMarker } of await reads.versions(key)) {
    if (isDeleteMarker || (key === row.key && versionId === row.version_id)) continue;
    const bytes = await reads.get(key, versionId);
    if (bytes === undefined || sha256Hex(bytes) !== wanted) continue;
    const detail = `The seal names an object that is not there; its own is ${objectItem(key, versionId)}.`;
    return [{ kind: 'row-changed', item: rowItem('seals', row.evidence_id), siteId, detail, facts: {} }];
  }
  const about = { item: objectItem(row.key, row.version_id), siteId };
  const facts = { sealed_sha256: row.sha256, bundle_id: bundle?.bundle_id ?? null };
  const [there] = await reads.versions(row.key);
  // A directory has one version, named by its digest: another name means other bytes.
  if (there !== undefined && reads.vault.scheme === 'vault') {
    const detail = 'The file has other bytes than were sealed.';
    return [{ kind: 'object-changed', ...about, detail, facts: { ...facts, object_sha256: there.versionId } }];
  }
  return [{ kind: 'object-missing', ...about, detail: 'The vault does not have the sealed version.', facts }];
}
