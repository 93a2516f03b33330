import { AppError } from '../kernel/index.ts';
import { isOnCurve } from './curve-point.ts';
import { isHex } from './hex.ts';

/** L, the order of the base point, big-endian. */
const order = '1000000000000000000000000000000014def9dea2f79cd65812631a5cf5d3ed';
/** p - 1 = 2^255 - 20 in little-endian hex begins with ec; the 19 encodings from p on differ from it in that byte only. */
const topOfField = `${'ff'.repeat(30)}7f`;

/** S < L. Both are little-endian on the wire, so the highest byte decides almost always. */
function isReducedScalar(scalarHex: string): boolean {
  return scalarHex.slice(62) < '10' || scalarHex.match(/../g)!.toReversed().join('') < order;
}

const isBelowPrime = (yHex: string): boolean => !yHex.endsWith(topOfField) || yHex.slice(0, 2) < 'ed';

/**
 * The y coordinates of the eight points of small order: 1 (identity), p-1 (order 2), 0 (order 4), and two of order 8.
 * With them a signature holds for messages that its key's owner never saw ("Taming the many EdDSAs", section 5).
 */
const smallOrderY = new Set([
  `01${'00'.repeat(31)}`,
  `ec${'ff'.repeat(30)}7f`,
  '00'.repeat(32),
  '26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05',
  'c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a',
]);

/** The encoding without the sign of x, which is the highest bit of the last byte. */
function clearSign(pointHex: string): string {
  const last = Number.parseInt(pointHex.slice(62), 16) & 0x7f;
  return pointHex.slice(0, 62) + last.toString(16).padStart(2, '0');
}

/**
 * y < p, and not of small order. That leaves out the one other kind of non-canonical encoding as well, x = 0 with
 * the sign set, since both points with x = 0 are of small order.
 */
function isAcceptablePoint(pointHex: string): boolean {
  const y = clearSign(pointHex);
  return !smallOrderY.has(y) && isBelowPrime(y);
}

/**
 * What both implementations check before the equation itself. OpenSSL alone would take small-order keys and
 * non-canonical A, tweetnacl takes S + L besides: the same bytes must not verify here and fail there.
 */
export function isWithinProfile(signatureHex: unknown, publicKeyHex: unknown): boolean {
  return (
    isHex(signatureHex, 128) &&
    isHex(publicKeyHex, 64) &&
    isReducedScalar(signatureHex.slice(64)) &&
    isAcceptablePoint(signatureHex.slice(0, 64)) &&
    isAcceptablePoint(publicKeyHex)
  );
}

/** Whether a key may be enrolled: 64 lower-case hex, canonical, not of small order, and a point of the curve. */
export function isAcceptablePublicKey(publicKeyHex: unknown): publicKeyHex is string {
  return isHex(publicKeyHex, 64) && isAcceptablePoint(publicKeyHex) && isOnCurve(clearSign(publicKeyHex));
}

/** Throws AppError `CRYPTO.UNACCEPTABLE_PUBLIC_KEY` (unprocessable) unless the key may be enrolled. */
export function assertAcceptablePublicKey(publicKeyHex: unknown): asserts publicKeyHex is string {
  if (isAcceptablePublicKey(publicKeyHex)) return;
  throw new AppError(
    'CRYPTO.UNACCEPTABLE_PUBLIC_KEY',
    'unprocessable',
    'The public key is not 64 lower-case hex characters of a canonical Ed25519 point, or it is of small order.',
  );
}
