import { type EvidenceRefused, evidenceRefused, type EvidenceSubmitted } from '@countersign/shared/contracts';
import { deriveId } from '@countersign/shared/crypto';
import { recordDurable } from '../../domain/durables.ts';
import { unknownPrincipal } from '../../domain/rebuild/bundle-facts.ts';
import {
  insertInbox,
  insertRefusals,
  insertRetentionChanges,
  refusedAmong,
  type RefusalRow,
  signaturesOf,
} from '../../persistence/rebuild/derived-rows.ts';
import type { RebuildTarget } from '../../persistence/rebuild/rebuild-target.ts';
import type { StagedEvent, StagedEvents } from '../../persistence/rebuild/staged-events.ts';
import type { Notes } from './losses.ts';

export interface FillDerivedOptions {
  target: RebuildTarget;
  staged: StagedEvents;
  notes: Notes;
}

const rowsAtOnce = 1_000;

/** The rows that follow from leaves alone: refusals, and what was changed about retention. */
export async function fillFromLeaves({ target, staged, notes }: FillDerivedOptions): Promise<void> {
  for await (const events of staged.pages('evidence.refused.v1', rowsAtOnce)) {
    const submissions = await staged.submissionsBy(events.map(({ about }) => about));
    const rows = events.map((event) => refusalOf(event, submissions.get(event.about)?.data));
    await insertRefusals(target, rows);
    for (const { about } of events)
      if (!submissions.has(about))
        notes.incomplete.push({ id: about, detail: 'refusal: no leaf tells who handed it in, under which signature' });
  }
  await insertRetentionChanges(target.pool);
}

function refusalOf(event: StagedEvent, submission: string | undefined): RefusalRow {
  const said: EvidenceRefused = evidenceRefused.parse(JSON.parse(event.data));
  const handedIn = submission === undefined ? undefined : (JSON.parse(submission) as EvidenceSubmitted);
  const { site_id: siteId, bundle_id: bundleId, digest } = said;
  return {
    eventId: event.about,
    evidenceId: handedIn?.evidence_id ?? deriveId(`evidence:${siteId}:${bundleId}:${digest}`),
    siteId,
    bundleId,
    hostId: said.host_id,
    digest,
    signature: handedIn?.signature ?? null,
    errorCode: said.error_code,
    principalId: handedIn?.principal_id ?? unknownPrincipal,
    traceId: event.traceId,
    refusedAt: said.refused_at,
  };
}

/**
 * Notes every submission that was decided as handled: it has a bundle under its signature, or a refusal. One that is not
 * decided comes again, and is.
 */
export async function fillInbox({ target, staged }: FillDerivedOptions): Promise<void> {
  for await (const events of staged.pages('gateway.evidence-submitted.v1', rowsAtOnce)) {
    const recorded = await signaturesOf(
      target.pool,
      events.map(({ about }) => about),
    );
    const refused = await refusedAmong(
      target.pool,
      events.map(({ eventId }) => eventId),
    );
    const decided = events.filter(({ about, eventId, data }) => {
      if (refused.has(eventId)) return true;
      return recorded.has(about) && recorded.get(about) === (JSON.parse(data) as EvidenceSubmitted).signature;
    });
    await insertInbox(
      target.pool,
      recordDurable,
      decided.map(({ eventId }) => eventId),
    );
  }
}
