// Python's encoder keeps ' ' to '~' without '"' and '\'; everything else is escaped, 0x7f included.
const plainText = /^[ !#-[\]-~]*$/;
const printableText = /^[ -~]*$/;
const beyondAscii = /[\u007f-\uffff]/g;
const loneSurrogate = /\p{Surrogate}/u;
const surrogate = /[\ud800-\udfff]/;

const escapeUnit = (unit: string): string => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;

/** A quadratic sort must not be anybody's weapon. */
const fewKeys = 32;
const shortText = 24;

/** Whether a text stands as it is between its quotes. Most texts are short, and a loop over those is done before a pattern begins. */
function isPlain(text: string): boolean {
  if (text.length > shortText) return plainText.test(text);
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit < 0x20 || unit > 0x7e || unit === 0x22 || unit === 0x5c) return false;
  }
  return true;
}

/** A text as Python's `json.dumps` prints it; undefined for a lone surrogate, which no UTF-8 can carry. */
export function quote(text: string): string | undefined {
  if (isPlain(text)) return `"${text}"`;
  if (printableText.test(text)) return JSON.stringify(text);
  if (loneSurrogate.test(text)) return undefined;
  return JSON.stringify(text).replace(beyondAscii, escapeUnit);
}

/** A finite double as Python's `repr` prints it: 1.0, 0.1, 1e-07, 1e+16. */
export function printFloat(value: number): string {
  if (value === 0) return Object.is(value, -0) ? '-0.0' : '0.0';
  const magnitude = Math.abs(value);
  if (magnitude >= 1e-4 && magnitude < 1e16) {
    const text = String(value);
    return text.includes('.') ? text : `${text}.0`;
  }
  const [mantissa, exponent] = value.toExponential().split('e') as [string, string];
  return `${mantissa}e${exponent[0]}${exponent.slice(1).padStart(2, '0')}`;
}

/**
 * Order of Python's `sort_keys`: by code point. JavaScript compares UTF-16 units, which differs only where one side
 * has a surrogate (above U+FFFF) and the other a unit above them (U+E000 to U+FFFF).
 */
export function compareCodePoints(left: string, right: string): number {
  const length = Math.min(left.length, right.length);
  for (let at = 0; at < length; at += 1) {
    const a = left.charCodeAt(at);
    const b = right.charCodeAt(at);
    if (a !== b) {
      const aIsSurrogate = (a & 0xf800) === 0xd800;
      const bIsSurrogate = (b & 0xf800) === 0xd800;
      return aIsSurrogate === bIsSurrogate ? a - b : aIsSurrogate ? 1 : -1;
    }
  }
  return left.length - right.length;
}

/** The keys (a list of the caller's own) in the order of their code points; the engine's own order where that is the same. */
export function sortKeys(keys: string[]): string[] {
  if (keys.length > fewKeys || !keys.every(isPlain))
    return keys.some((key) => surrogate.test(key)) ? keys.toSorted(compareCodePoints) : keys.toSorted();
  // Objects have few keys, often in order already: comparing neighbours takes a third of what the engine's sort takes.
  for (let at = 1; at < keys.length; at += 1) {
    const key = keys[at]!;
    let place = at;
    for (; place > 0 && keys[place - 1]! > key; place -= 1) keys[place] = keys[place - 1]!;
    keys[place] = key;
  }
  return keys;
}
