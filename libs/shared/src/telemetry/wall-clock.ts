let origin = performance.timeOrigin;

/**
 * Milliseconds since 1970 with a fraction. Spans of one trace from several processes are drawn on one axis, so it
 * follows the wall clock when the monotonic clock has drifted away from it.
 */
export function wallClock(): number {
  const now = origin + performance.now();
  const wall = Date.now();
  if (now - wall < -1 || now - wall > 2) {
    origin = wall - performance.now();
    return wall;
  }
  return now;
}
