import { BACKSLASH, LETTER_U, QUOTE } from './character-codes.ts';
import { refuseJson } from './malformed-json.ts';

/** What `\` may be followed by, besides `u` and four hex digits. */
const escapes = new Set(Array.from('"\\/bfnrt', (character) => character.charCodeAt(0)));

/** The number in the `\uXXXX` at `at`. */
function codeUnit(text: string, at: number): number {
  const digits = text.slice(at + 2, at + 6);
  return /^[0-9a-fA-F]{4}$/.test(digits)
    ? Number.parseInt(digits, 16)
    : refuseJson('An unknown escape in a string', at);
}

/** The position behind the escape at `at`. A surrogate must come with its other half, escaped as well. */
function endOfEscape(text: string, at: number): number {
  const kind = text.charCodeAt(at + 1);
  if (kind !== LETTER_U) {
    return escapes.has(kind) ? at + 2 : refuseJson('An unknown escape in a string', at);
  }
  const unit = codeUnit(text, at);
  if (unit === 0) {
    refuseJson('A NUL character (\\u0000) in a string', at);
  }
  if (unit < 0xd800 || unit > 0xdfff) {
    return at + 6;
  }
  const isHigh = unit < 0xdc00 && text.startsWith('\\u', at + 6);
  const low = isHigh ? codeUnit(text, at + 6) : 0;
  return low >= 0xdc00 && low <= 0xdfff ? at + 12 : refuseJson('Half of a surrogate pair', at);
}

/** The position behind the string whose opening quote is at `start`. */
export function endOfString(text: string, start: number): number {
  let at = start + 1;
  for (;;) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      return at + 1;
    }
    if (code === BACKSLASH) {
      at = endOfEscape(text, at);
    } else if (code >= 32) {
      at += 1;
    } else if (at >= text.length) {
      refuseJson('A string without an end', start);
    } else {
      refuseJson(code === 0 ? 'A NUL character in a string' : 'A control character in a string', at);
    }
  }
}
