/** That the stack is to stop. */
export interface StopRequests {
  asked: () => boolean;
  /** The first request. */
  first: Promise<undefined>;
  /** A second one, by a person who lost patience. */
  second: Promise<undefined>;
}

/**
 * One Ctrl-C arrives more than once: from the terminal, and forwarded by the bootstrap. So only what comes a second
 * later is a second request; a hasty double press must not skip the database's orderly stop.
 */
export function listenForStop(): StopRequests {
  let resolveFirst = (): void => {};
  let resolveSecond = (): void => {};
  const first = new Promise<undefined>((resolve) => (resolveFirst = () => resolve(undefined)));
  const second = new Promise<undefined>((resolve) => (resolveSecond = () => resolve(undefined)));
  let askedAt: number | undefined;
  const ask = (): void => {
    askedAt ??= performance.now();
    resolveFirst();
    if (performance.now() - askedAt > 1_000) resolveSecond();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, ask);
  // The bootstrap is gone, however it ended. Without one there is no channel and this never happens.
  process.once('disconnect', ask);
  process.channel?.unref(); // a listener would keep us alive after everything has stopped
  return { asked: () => askedAt !== undefined, first, second };
}
