import { sha256, sha256Hex } from '@countersign/shared/crypto';
import { isSameBytes, leafHash } from '@countersign/shared/ledger';
import { evidenceEnvelope } from '../../../domain/evidence-envelope.ts';
import type { BundleFields, SealRow } from '../../../persistence/scrub-rows.repository.ts';
import { type Fault, objectItem, rowItem } from '../fault.ts';
import { eventOf } from '../ledger/leaf-columns.ts';

type Fields = Record<string, unknown>;

/** The bundle of a seal as it was recorded; undefined when its row is not there. */
export function bundleOf(row: SealRow): (BundleFields & { evidence_id: string }) | undefined {
  return row.site_id === null ? undefined : { ...row };
}

/** What the vault would keep of a bundle by its row. */
export const envelopeOfRow = (bundle: BundleFields & { evidence_id: string }): string =>
  evidenceEnvelope({ ...bundle, recorded_at: bundle.recorded_at.toISOString() });

/** What the ledger says of a seal; undefined when it says nothing, or its leaf is not to be trusted. */
export function toldOf(row: SealRow): Fields | undefined {
  if (row.leaf === null || row.leaf_is_bad) return undefined;
  if (!isSameBytes(leafHash(Buffer.from(row.leaf, 'utf8'), sha256), row.leaf_hash!)) return undefined;
  return eventOf(row.leaf)?.['data'] as Fields | undefined;
}

const inBoth = ['evidence_id', 'site_id', 'bundle_id', 'host_id', 'position', 'digest', 'link_hash', 'recorded_at'];

/**
 * Holds the bytes of an object, the digest that its seal has, the bundle's row and the ledger against each other. Of
 * three that differ, two that agree are right; the ledger decides where that is not enough.
 */
export function judgeContent(row: SealRow, bytes: Uint8Array): Fault[] {
  const bundle = bundleOf(row);
  const told = toldOf(row);
  const digest = sha256Hex(bytes);
  const object = eventOf(Buffer.from(bytes).toString('utf8'));
  const siteId = bundle?.site_id ?? null;
  const facts = { object_sha256: digest, sealed_sha256: row.sha256, bundle_id: bundle?.bundle_id ?? null };
  const fault = (kind: 'object-changed' | 'row-changed', item: string, detail: string): Fault => ({
    kind,
    item,
    siteId,
    detail,
    facts,
  });
  const objectFault = (detail: string) => fault('object-changed', objectItem(row.key, row.version_id), detail);
  const sealFault = (detail: string) => fault('row-changed', rowItem('seals', row.evidence_id), detail);
  const bundleFault = (detail: string) => fault('row-changed', rowItem('bundles', row.evidence_id), detail);

  if (bundle === undefined) {
    if (digest === row.sha256) return [];
    return told && object && agree(object, told)
      ? [sealFault('The digest is not that of the object, which the ledger confirms.')]
      : [objectFault('The object does not have the digest of its seal.')];
  }
  const expected = sha256Hex(envelopeOfRow(bundle));
  const fits = told === undefined || (object !== undefined && agree(object, told));
  if (digest !== expected) {
    if (expected === row.sha256)
      return [objectFault('The object is not the bundle that its row and its seal tell of.')];
    if (!fits) return [objectFault('The object is not the bundle that the ledger tells of.')];
    const rows = [bundleFault('The row is not the bundle that the vault and the ledger have.')];
    return digest === row.sha256 ? rows : [...rows, sealFault('The digest is not that of the object.')];
  }
  if (digest !== row.sha256) return [sealFault('The digest is not that of the object, which the bundle confirms.')];
  if (!fits) return [objectFault('Object and rows agree, and the ledger tells of another bundle.')];
  return [
    ...(saysOtherwise(bundle, told)
      ? [bundleFault('The row says otherwise than its signed text and the ledger.')]
      : []),
    ...(told && (told['uri'] !== row.uri || told['version_id'] !== row.version_id)
      ? [sealFault('The seal names another object than the ledger.')]
      : []),
    ...(bytes.length === row.size ? [] : [sealFault('The size is not that of the object.')]),
  ];
}

/** The ledger tells of the signed text by its digest. */
const agree = (object: Fields, told: Fields): boolean =>
  inBoth.every((field) => object[field] === told[field]) && sha256Hex(String(object['document'])) === told['digest'];

/** What stands in columns beside the envelope: it was taken from the signed text, and part of it is in the leaf. */
function saysOtherwise(bundle: BundleFields, told: Fields | undefined): boolean {
  if (sha256Hex(bundle.document) !== bundle.digest) return true;
  const signed = eventOf(bundle.document);
  if (signed === undefined) return true;
  const checkType = signed['check_type'] ?? signed['check'];
  return (
    (signed['order_id'] ?? null) !== bundle.order_id ||
    signed['outcome'] !== bundle.outcome ||
    signed['timestamp_start'] !== bundle.timestamp_start ||
    signed['timestamp_end'] !== bundle.timestamp_end ||
    (typeof checkType === 'string' && checkType !== bundle.check_type) ||
    (Array.isArray(signed['hipaa_controls']) && JSON.stringify(signed['hipaa_controls']) !== bundle.hipaa_controls) ||
    (told !== undefined && (told['order_id'] !== bundle.order_id || told['outcome'] !== bundle.outcome))
  );
}
