import { type S3Client } from './s3-client.ts';
import { type ObjectVersionInfo } from './vault.ts';

export interface ObjectVersion extends ObjectVersionInfo {
  key: string;
}

export interface ListVersionsOptions {
  /** Keys after this one; some stores begin with it (Ceph 16). */
  after?: string;
  /** Entries in one page (1000, the most that S3 gives). */
  pageSize?: number;
}

const maxPageSize = 1000;

/**
 * All versions and delete markers of all keys that begin with the prefix, by key, the newest of each first: a page at a
 * time, one request each. Our own reader (ListObjectVersions of the S3 API): minio's puts the delete markers of a page
 * after all its versions, so that nobody can tell what came first.
 */
export async function* listVersionPages(
  client: Pick<S3Client, 'send'>,
  prefix: string,
  { after = '', pageSize = maxPageSize }: ListVersionsOptions = {},
): AsyncGenerator<ObjectVersion[]> {
  const options = { versions: '', prefix, 'encoding-type': 'url', 'max-keys': String(Math.min(pageSize, maxPageSize)) };
  let markers: Record<string, string> = after === '' ? {} : { 'key-marker': after };
  for (;;) {
    const { body } = await client.send({ method: 'GET', query: { ...options, ...markers }, expect: [200] });
    const xml = body.toString('utf8');
    yield [...xml.matchAll(/<(Version|DeleteMarker)>(.*?)<\/\1>/gs)].map(([, tag, entry]) => readEntry(tag!, entry!));
    if (textOf(xml, 'IsTruncated') !== 'true') return;
    markers = {
      'key-marker': decode(textOf(xml, 'NextKeyMarker')),
      'version-id-marker': decode(textOf(xml, 'NextVersionIdMarker')),
    };
  }
}

/** The versions alone, without pages and delete markers. */
export async function* listVersions(client: Pick<S3Client, 'send'>, prefix: string): AsyncGenerator<ObjectVersion> {
  for await (const page of listVersionPages(client, prefix)) {
    for (const version of page) if (!version.isDeleteMarker) yield version;
  }
}

const readEntry = (tag: string, entry: string): ObjectVersion => ({
  key: decode(textOf(entry, 'Key')),
  versionId: textOf(entry, 'VersionId'),
  isDeleteMarker: tag === 'DeleteMarker',
  isLatest: textOf(entry, 'IsLatest') === 'true',
  size: Number(textOf(entry, 'Size')),
  lastModified: new Date(textOf(entry, 'LastModified')),
});

const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

const textOf = (xml: string, tag: string): string =>
  (new RegExp(`<${tag}>([^<]*)</${tag}>`).exec(xml)?.[1] ?? '').replace(
    /&(\w+);/g,
    (whole, name: string) => entities[name] ?? whole,
  );

/** Some stores send markers encoded and some do not. */
function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}
