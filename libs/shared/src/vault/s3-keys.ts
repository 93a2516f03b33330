import { type S3Client } from './s3-client.ts';
import { listVersionPages } from './s3-versions.ts';
import { type ListKeysOptions, type ObjectVersionInfo } from './vault.ts';

/** `Vault.listKeys`. It lists versions, for a plain listing leaves out what a delete marker hides. */
export async function* listKeys(
  client: Pick<S3Client, 'send'>,
  prefix: string,
  { after = '', limit = Infinity }: ListKeysOptions,
): AsyncGenerator<string> {
  const isWithin = after.startsWith(prefix);
  // The prefix sorts before all of its keys, so a marker after it and outside is after all of them.
  if (after > prefix && !isWithin) return;
  let last = isWithin ? after : '';
  let left = limit;
  // One more than asked, for a store may begin with the marker.
  const pages = listVersionPages(client, prefix, { after: last, pageSize: limit + 1 });
  while (left > 0) {
    const page = await pages.next();
    if (page.done === true) return;
    for (const key of page.value.map((version) => version.key).toSorted()) {
      if (key <= last) continue;
      last = key;
      yield key;
      if ((left -= 1) <= 0) return;
    }
  }
}

/** `Vault.versions`. */
export async function readVersionInfos(client: Pick<S3Client, 'send'>, key: string): Promise<ObjectVersionInfo[]> {
  const infos: ObjectVersionInfo[] = [];
  for await (const page of listVersionPages(client, key)) {
    for (const { key: listed, ...info } of page) {
      // A key that only begins like this one sorts after it.
      if (listed !== key) return infos;
      infos.push(info);
    }
  }
  return infos;
}
