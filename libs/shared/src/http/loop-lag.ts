import { monitorEventLoopDelay } from 'node:perf_hooks';

const resolutionMs = 50;
const nanoseconds = 1e6;

/**
 * How late the event loop runs, on average over the last one or two windows. One long pause hardly moves it, a loop
 * that never gets round does.
 *
 * @returns a function that tells the lag in milliseconds; its timer does not keep the process alive.
 */
export function watchLoopLag(windowMs = 10_000): () => number {
  const histogram = monitorEventLoopDelay({ resolution: resolutionMs });
  histogram.enable();
  let previous = 0;
  const current = (): number => (histogram.count === 0 ? 0 : Math.max(0, histogram.mean / nanoseconds - resolutionMs));
  setInterval(() => {
    previous = current();
    histogram.reset();
  }, windowMs).unref();
  return () => Math.max(previous, current());
}
