import { type Client } from 'minio';

export interface ObjectVersion {
  key: string;
  versionId: string;
}

/** What minio 8.0.7 returns for a page of versions; its own type knows the page of plain objects only. */
interface VersionPage {
  objects: { name: string; versionId: string; isDeleteMarker: boolean }[];
  isTruncated: boolean;
  keyMarker?: string;
  versionIdMarker?: string;
}

/**
 * All versions of all keys that begin with the prefix, by key, the newest of each first; delete markers are left out.
 * Our own loop over pages: minio's stream puts the markers into the query as they came, which breaks its signature
 * for keys with `:` or `@`.
 */
export async function* listVersions(minio: Client, bucket: string, prefix: string): AsyncGenerator<ObjectVersion> {
  let markers = { keyMarker: '', versionIdMarker: '' };
  for (;;) {
    const options = { Delimiter: '', MaxKeys: 1000, IncludeVersion: true, ...markers };
    const page = (await minio.listObjectsQuery(bucket, prefix, '', options)) as unknown as VersionPage;
    for (const { name, versionId, isDeleteMarker } of page.objects) {
      if (!isDeleteMarker) yield { key: name, versionId };
    }
    if (!page.isTruncated) return;
    markers = { keyMarker: encodeMarker(page.keyMarker), versionIdMarker: encodeMarker(page.versionIdMarker) };
  }
}

/** Some stores send markers encoded and some do not; no key of ours and no version id has a `%` of its own. */
const encodeMarker = (marker: string | undefined): string => encodeURIComponent(decodeURIComponent(marker ?? ''));
