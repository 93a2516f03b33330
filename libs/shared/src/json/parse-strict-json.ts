import { isUtf8 } from 'node:buffer';
import { scanJson, type ScanLimits } from './json-scanner.ts';
import { refuseJson } from './malformed-json.ts';

export interface StrictJsonOptions extends Partial<ScanLimits> {}

const byteOrderMark = 0xfeff;
const usual: ScanLimits = { levels: 32, keys: 10_000, keepsText: false };

/** Where bytes stop being UTF-8: there they differ from what they become when they are decoded and encoded again. */
function firstBadByte(bytes: Buffer): number {
  const again = Buffer.from(bytes.toString('utf8'));
  return bytes.findIndex((byte, index) => byte !== again[index]);
}

function decode(bytes: Buffer): string {
  if (!isUtf8(bytes)) {
    refuseJson('A byte that is no UTF-8', firstBadByte(bytes));
  }
  return bytes.toString('utf8');
}

function wellFormed(text: string): string {
  const half = text.search(/\p{Surrogate}/u);
  return half === -1 ? text : refuseJson('Half of a surrogate pair', half);
}

/**
 * `JSON.parse` for what strangers send. It refuses besides: invalid UTF-8, a byte order mark, a key that stands twice
 * in one object, the keys `__proto__`, `constructor` and `prototype`, halves of surrogate pairs, NUL in a text
 * (PostgreSQL cannot hold it), numbers that would become others (1e400, 1e-400, 2^53 + 1, -0) or have more digits than
 * any number needs, more than 32 levels, more than 10,000 keys.
 *
 * @throws AppError `REQUEST.MALFORMED_JSON` that says what is wrong and where (an offset in characters; for invalid
 * UTF-8 in bytes), and never quotes the text.
 */
export function parseStrictJson(source: string | Uint8Array, options?: StrictJsonOptions): unknown {
  const text = typeof source === 'string' ? wellFormed(source) : decode(bufferOf(source));
  if (text.length === 0) {
    refuseJson('The text is empty', 0);
  }
  if (text.charCodeAt(0) === byteOrderMark) {
    refuseJson('A byte order mark', 0);
  }
  scanJson(text, options === undefined ? usual : { ...usual, ...options });
  return JSON.parse(text);
}

const bufferOf = (bytes: Uint8Array): Buffer =>
  Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
