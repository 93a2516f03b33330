import { canonicalString, sha256Hex } from '@countersign/shared/crypto';

/** A row of evidence.bundles, its time as the text that was hashed. */
export interface ChainRow {
  site_id: string;
  position: number;
  previous_link_hash: string;
  link_hash: string;
  evidence_id: string;
  bundle_id: string;
  host_id: string;
  digest: string;
  signature: string | null;
  public_key: string | null;
  recorded_at: string;
}

/** What is wrong with the chains of these rows, which come by site and position. Written apart from the service, on purpose. */
export function chainFaults(rows: ChainRow[]): string[] {
  const faults: string[] = [];
  let previous: ChainRow | undefined;
  for (const row of rows) {
    const before = previous?.site_id === row.site_id ? previous : undefined;
    const place = `${row.site_id} ${row.position}`;
    if (row.position !== (before?.position ?? 0) + 1) faults.push(`${place}: does not follow ${before?.position ?? 0}`);
    if (row.previous_link_hash !== (before?.link_hash ?? '0'.repeat(64))) faults.push(`${place}: wrong previous link`);
    const { link_hash, ...link } = row;
    if (sha256Hex(canonicalString({ version: 1, ...link })) !== link_hash) faults.push(`${place}: wrong hash`);
    previous = row;
  }
  return faults;
}
