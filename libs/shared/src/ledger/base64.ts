const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';
const values = new Map(Array.from(alphabet, (character, value) => [character, value]));
const shape = /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/;

/** Base64 with padding (RFC 4648 section 4). Written out, because no engine but Node has Buffer. */
export function encodeBase64(bytes: Uint8Array): string {
  let text = '';
  for (let at = 0; at < bytes.length; at += 3) {
    const group = (bytes[at]! << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
    const known = Math.min(bytes.length - at, 3) + 1;
    for (let n = 0; n < 4; n += 1) text += n < known ? alphabet[(group >> (18 - 6 * n)) & 63]! : '=';
  }
  return text;
}

/** The bytes of a text that is exactly what `encodeBase64` makes of them; undefined for every other spelling. */
export function decodeBase64(text: string): Uint8Array | undefined {
  if (!shape.test(text)) return undefined;
  if (text === '') return new Uint8Array(0);
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0;
  const bytes = new Uint8Array((text.length / 4) * 3 - padding);
  for (let at = 0, to = 0; at < text.length; at += 4, to += 3) {
    let group = 0;
    for (let n = 0; n < 4; n += 1) group = (group << 6) | (values.get(text[at + n]!) ?? 0);
    for (let n = 0; n < 3 && to + n < bytes.length; n += 1) bytes[to + n] = (group >> (16 - 8 * n)) & 255;
  }
  // Bits under the padding are lost in decoding: a second spelling of the same bytes.
  return encodeBase64(bytes.subarray((text.length / 4 - 1) * 3)) === text.slice(-4) ? bytes : undefined;
}
