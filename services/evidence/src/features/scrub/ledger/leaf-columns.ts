import { datarefOf } from '../../../domain/leaf.ts';
import type { LeafRow } from '../../../persistence/scrub-ledger.repository.ts';

/** The event that a leaf's text is; undefined when it is none. */
export function eventOf(text: string): Record<string, unknown> | undefined {
  try {
    const event: unknown = JSON.parse(text);
    return typeof event === 'object' && event !== null ? (event as Record<string, unknown>) : undefined;
  } catch {
    return undefined;
  }
}

/** The columns of a leaf that say otherwise than its text. */
export function differingColumns(row: LeafRow): string[] {
  const event = eventOf(row.text);
  if (event === undefined) return ['leaf'];
  const same = {
    event_id: event['id'] === row.eventId,
    source: event['source'] === row.source,
    type: event['type'] === row.type,
    site_id: event['subject'] === row.siteId,
    time: Date.parse(String(event['time'])) === row.time.getTime(),
    trace_id: (event['traceid'] ?? null) === row.traceId,
    data: row.data === null ? event['dataref'] === undefined : event['dataref'] === datarefOf(row.data),
  };
  return Object.entries(same).flatMap(([column, isSame]) => (isSame ? [] : [column]));
}
