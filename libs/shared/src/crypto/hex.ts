const digits = '0123456789abcdef';
const pairs = Array.from({ length: 256 }, (_, byte) => digits[byte >> 4]! + digits[byte & 15]!);
const lowerHex = /^[0-9a-f]*$/;

/** Lower-case hex of bytes. */
export function toHex(bytes: Uint8Array): string {
  let text = '';
  for (const byte of bytes) text += pairs[byte]!;
  return text;
}

/** Bytes of a text that `isHex` accepted. */
export function fromHex(text: string): Uint8Array {
  const bytes = new Uint8Array(text.length / 2);
  for (let at = 0; at < bytes.length; at += 1) bytes[at] = Number.parseInt(text.slice(at * 2, at * 2 + 2), 16);
  return bytes;
}

/** True for exactly `length` characters of lower-case hex. Upper case is refused: one value has one spelling. */
export function isHex(text: unknown, length: number): text is string {
  return typeof text === 'string' && text.length === length && lowerHex.test(text);
}
