/** Where the vault keeps an authority's answer about the checkpoint of this size. Two replicas may have asked at once. */
export function timestampKeyOf(size: number, stampedAt: Date): string {
  const digits = String(size)
    .padStart(12, '0')
    .replaceAll(/\d{3}(?=\d)/g, '$&/');
  return `_ledger/timestamps/${digits}/${stampedAt.getTime()}.tsr`;
}
