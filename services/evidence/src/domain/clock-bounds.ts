import type { EvidenceSubmitted } from '@countersign/shared/contracts';

/** NTP keeps a box within milliseconds; two minutes is a clock that nobody minds. */
const aheadAtMostMs = 120_000;
/** A box that was offline hands in late and is taken; from here on it is said how late. */
const behindUnsaidSeconds = 3_600;

/**
 * Whether a time of the bundle lies too far ahead of the moment at which the server took it. A time that cannot be read
 * counts as ahead: nothing is known of it.
 */
export function isClockAhead(
  bundle: Pick<EvidenceSubmitted, 'timestamp_start' | 'timestamp_end' | 'submitted_at'>,
): boolean {
  const latest = Date.parse(bundle.submitted_at) + aheadAtMostMs;
  return ![bundle.timestamp_start, bundle.timestamp_end].every((time) => Date.parse(time) <= latest);
}

/** By how many seconds the end of the bundle lies behind the moment at which the server took it; undefined up to an hour. */
export function clockBehindSeconds(
  bundle: Pick<EvidenceSubmitted, 'timestamp_end' | 'submitted_at'>,
): number | undefined {
  const seconds = Math.floor((Date.parse(bundle.submitted_at) - Date.parse(bundle.timestamp_end)) / 1_000);
  return seconds > behindUnsaidSeconds ? seconds : undefined;
}
