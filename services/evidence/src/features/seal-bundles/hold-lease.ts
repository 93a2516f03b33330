/**
 * Renews a lease at every interval, so that it can be short: what dies with it is free again soon. A renewal that fails
 * is not the end, for the next one may succeed; and should the lease end, the work is done twice, with one effect.
 *
 * @returns stops renewing; nothing is renewed after it has resolved.
 */
export function holdLease(renew: () => Promise<void>, everyMs: number): () => Promise<void> {
  let renewing = Promise.resolve();
  const timer = setInterval(() => {
    renewing = renewing.then(renew).catch(() => {});
  }, everyMs);
  return () => {
    clearInterval(timer);
    return renewing;
  };
}
