import type { StoredSpan } from '../../stack/index.ts';
import { waitFor } from '../fleet/wait-for.ts';

const services = ['gateway', 'runbooks', 'orders', 'evidence'];

/**
 * The spans of a trace from the trace sink. Services export in batches, so this waits until all four have spoken and
 * nothing new came for a while. Undefined: the sink does not know the trace.
 */
export async function fetchTrace(otlpUrl: string, traceId: string): Promise<StoredSpan[] | undefined> {
  let spans: StoredSpan[] | undefined;
  let unchanged = 0;
  await waitFor(
    async () => {
      const found = await readTrace(otlpUrl, traceId);
      unchanged = found?.length === spans?.length ? unchanged + 1 : 0;
      spans = found ?? spans;
      const isWhole = services.every((service) => spans?.some((span) => span.service === service));
      return isWhole && unchanged >= 5 ? spans : undefined;
    },
    { forMs: 12_000, everyMs: 300 },
  );
  return spans;
}

async function readTrace(otlpUrl: string, traceId: string): Promise<StoredSpan[] | undefined> {
  const response = await fetch(`${otlpUrl}/traces/${traceId}`).catch(() => undefined);
  if (!response?.ok) return undefined;
  return ((await response.json()) as { spans: StoredSpan[] }).spans;
}
