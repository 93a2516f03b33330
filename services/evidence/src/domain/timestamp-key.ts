/** Everything that timestamp authorities said. */
export const timestampPrefix = '_ledger/timestamps/';

/** Where the vault keeps an authority's answer about the checkpoint of this size. Two replicas may have asked at once. */
export function timestampKeyOf(size: number, stampedAt: Date): string {
  const digits = String(size)
    .padStart(12, '0')
    .replaceAll(/\d{3}(?=\d)/g, '$&/');
  return `${timestampPrefix}${digits}/${stampedAt.getTime()}.tsr`;
}

/** What a key of `timestampKeyOf` is about; undefined for every other key. */
export function timestampOfKey(key: string): { size: number; stampedAt: Date } | undefined {
  const [, groups, time] = /^_ledger\/timestamps\/((?:\d{3}\/){3}\d{3})\/(\d{1,15})\.tsr$/.exec(key) ?? [];
  if (groups === undefined || time === undefined) return undefined;
  return { size: Number(groups.replaceAll('/', '')), stampedAt: new Date(Number(time)) };
}
