import { type EventEnvelope, type EvidenceSubmitted, evidenceSubmitted } from '@countersign/shared/contracts';
import { traceIdOf } from '@countersign/shared/telemetry';
import type { Submission } from '../../domain/decide-submissions.ts';
import { judgeBundle } from '../../domain/judge-bundle.ts';
import type { ApplianceKeys, EnrolledKey } from '../find-appliance-key/appliance-keys.ts';

const nameOf = ({ site_id, host_id }: EvidenceSubmitted) => `${site_id}\n${host_id}`;

/**
 * What the signature of each bundle is worth under the key of its appliance, each asked for once. A bundle is refused
 * only under a key that was asked for after it came: a remembered one may have been replaced.
 */
export async function judgeSubmissions(events: readonly EventEnvelope[], keys: ApplianceKeys): Promise<Submission[]> {
  const bundles = events.map((event) => evidenceSubmitted.parse(event.data));
  const enrolled = await findKeys(bundles, (bundle) => keys.find(bundle));
  const verdicts = bundles.map((bundle) => judgeBundle(bundle, enrolled.get(nameOf(bundle))!.key));
  const doubtful = bundles.filter((bundle, index) => !verdicts[index]!.ok && enrolled.get(nameOf(bundle))!.remembered);
  const fresh = await findKeys(doubtful, async (bundle) => ({ key: await keys.ask(bundle), remembered: false }));
  return events.map((event, index) => {
    const bundle = bundles[index]!;
    const verdict = verdicts[index]!;
    const now = verdict.ok ? undefined : fresh.get(nameOf(bundle));
    return {
      eventId: event.id,
      bundle,
      verdict: now ? judgeBundle(bundle, now.key) : verdict,
      traceId: event.traceparent ? traceIdOf(event.traceparent) : null,
      traceparent: event.traceparent,
      replyto: event.replyto,
    };
  });
}

async function findKeys(
  bundles: readonly EvidenceSubmitted[],
  find: (bundle: EvidenceSubmitted) => Promise<EnrolledKey>,
): Promise<Map<string, EnrolledKey>> {
  const byName = new Map(bundles.map((bundle) => [nameOf(bundle), bundle]));
  const found = await Promise.all([...byName].map(async ([name, bundle]) => [name, await find(bundle)] as const));
  return new Map(found);
}
