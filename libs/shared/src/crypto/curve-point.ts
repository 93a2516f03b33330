const p = 2n ** 255n - 19n;
const d = 37095705934669439343138083508754565189542113879843219016388785533085940283555n;

function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  for (let square = base % p, rest = exponent; rest > 0n; rest >>= 1n, square = (square * square) % p) {
    if (rest & 1n) result = (result * square) % p;
  }
  return result;
}

/**
 * Whether some x fits this y (64 hex, little-endian, sign cleared) on edwards25519: x² = (y² - 1) / (d y² + 1), so
 * the quotient must be a square (Euler's criterion). About half of all y have none. Takes a millisecond; for enrolment.
 */
export function isOnCurve(yHex: string): boolean {
  const y = BigInt(`0x${yHex.match(/../g)!.toReversed().join('')}`);
  const u = (y * y - 1n + p) % p;
  const v = (d * y * y + 1n) % p;
  // u/v and u·v differ by the square v², so one is a square when the other is.
  const quotient = (u * v) % p;
  return quotient === 0n || power(quotient, (p - 1n) / 2n) === 1n;
}
