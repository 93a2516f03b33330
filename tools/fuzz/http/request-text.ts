/** What stands in inputs for what only a running system knows, and in their answers. */
export type Places = Readonly<Record<string, string>>;

/** How a body is framed is Node's parser's business; a wrong length would only make both sides wait. */
const framing = /^(?:content-length|transfer-encoding|connection|upgrade|expect|keep-alive|trailer|te)\s*:/i;

/**
 * An input is a request as a person would write it: `METHOD target`, headers, an empty line, the body; every byte of it may
 * be anything. `{admin}` and the like stand for what the running system has.
 */
export function wireOf(input: Uint8Array, places: Places): { bytes: Buffer; method: string; target: string } {
  let text = Buffer.from(input).toString('latin1');
  for (const [name, value] of Object.entries(places)) text = text.replaceAll(`{${name}}`, value);
  const end = text.indexOf('\n\n');
  const [first = '', ...lines] = (end === -1 ? text : text.slice(0, end)).split('\n');
  const body = Buffer.from(end === -1 ? '' : text.slice(end + 2), 'latin1');
  const [method = '', target = ''] = first.split(' ', 2);
  const headers = lines.filter((line) => line !== '' && !framing.test(line));
  if (!headers.some((line) => /^host:/i.test(line))) headers.push('host: gateway');
  if (body.length > 0 || /^(?:POST|PUT)$/.test(method)) headers.push(`content-length: ${body.length}`);
  const head = [`${first} HTTP/1.1`, ...headers].join('\r\n');
  return { bytes: Buffer.concat([Buffer.from(`${head}\r\n\r\n`, 'latin1'), body]), method, target };
}
