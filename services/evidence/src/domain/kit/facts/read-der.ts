/** An element of DER (X.690): its tag in one byte, and what is in it. */
export interface DerElement {
  tag: number;
  content: Uint8Array;
}

/** The one element that these bytes are. Throws a RangeError for anything else. */
export function readDer(bytes: Uint8Array): DerElement {
  const [element, ...rest] = readAll(bytes);
  if (element === undefined || rest.length > 0) throw new RangeError('these bytes are not one element of DER');
  return element;
}

/** The elements in an element. Throws a RangeError. */
export const childrenOf = ({ content }: DerElement): DerElement[] => readAll(content);

function readAll(bytes: Uint8Array): DerElement[] {
  const elements: DerElement[] = [];
  for (let at = 0; at < bytes.length;) {
    const first = bytes[at + 1];
    if (first === undefined) throw new RangeError('an element of DER is cut off');
    let [length, start] = [first, at + 2];
    if (first >= 0x80) {
      const count = first & 0x7f;
      if (count < 1 || count > 4) throw new RangeError('an element of DER has no length that can be');
      length = 0;
      for (let n = 0; n < count; n += 1) length = length * 256 + (bytes[start + n] ?? 0);
      start += count;
    }
    if (start + length > bytes.length) throw new RangeError('an element of DER is cut off');
    elements.push({ tag: bytes[at]!, content: bytes.subarray(start, start + length) });
    at = start + length;
  }
  return elements;
}
