import type { ReadLeaf } from '../../domain/rebuild/read-leaf.ts';
import type { StagedEvent } from '../../persistence/rebuild/staged-events.ts';

type Data = Record<string, unknown>;

/** By what the row of another table is found, per type of event that one is made from. */
const aboutOf: Record<string, (data: Data, eventId: string) => unknown> = {
  'gateway.evidence-submitted.v1': (data) => data['evidence_id'],
  'evidence.recorded.v1': (data) => data['evidence_id'],
  'evidence.retention-extended.v1': (data) => data['evidence_id'],
  'evidence.legal-hold-changed.v1': (data) => data['evidence_id'],
  'evidence.refused.v1': (_, eventId) => eventId.replace(/^refused:/, ''),
};

/** What other tables are made from, of a leaf; undefined when nothing is. */
export function stageLeaf(index: number, { leaf, data }: ReadLeaf): StagedEvent | undefined {
  const { type, eventId, time, traceId } = leaf;
  const about = Object.hasOwn(aboutOf, type) && data !== null ? aboutOf[type]!(data, eventId) : undefined;
  if (typeof about !== 'string') return undefined;
  return { index, eventId, type, about, time, traceId, data: JSON.stringify(data) };
}
