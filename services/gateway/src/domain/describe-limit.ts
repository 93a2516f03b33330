/** The headers of a limited route, after draft-ietf-httpapi-ratelimit-headers-05 (three separate fields). */
export interface LimitHeaders {
  'RateLimit-Limit': string;
  'RateLimit-Remaining': string;
  'RateLimit-Reset': string;
}

/**
 * @param used requests that count now.
 * @param resetSeconds until the oldest of them stops counting; null when none counts yet.
 */
export function describeLimit(
  requests: number,
  windowSeconds: number,
  used: number,
  resetSeconds: number | null,
): LimitHeaders {
  return {
    'RateLimit-Limit': String(requests),
    'RateLimit-Remaining': String(Math.max(0, requests - used)),
    'RateLimit-Reset': String(Math.max(1, Math.ceil(resetSeconds ?? windowSeconds))),
  };
}
