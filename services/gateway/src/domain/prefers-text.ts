/**
 * Whether an `Accept` header asks for text rather than JSON (RFC 9110, section 12.5.1). Who leaves it open gets JSON.
 */
export function prefersText(accept: string | undefined): boolean {
  if (accept === undefined) return false;
  const ranges = accept.split(',').map(readRange);
  const qualityOf = (type: string, subtype: string): number =>
    [`${type}/${subtype}`, `${type}/*`, '*/*'].flatMap((name) => ranges.filter((range) => range.name === name))[0]
      ?.quality ?? 0;
  return qualityOf('text', 'plain') > qualityOf('application', 'json');
}

function readRange(text: string): { name: string; quality: number } {
  const [name = '', ...parameters] = text.split(';').map((part) => part.trim().toLowerCase());
  const quality = parameters.find((parameter) => parameter.startsWith('q='))?.slice(2);
  return { name, quality: quality === undefined ? 1 : Number(quality) || 0 };
}
