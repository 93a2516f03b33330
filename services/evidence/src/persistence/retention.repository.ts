import type { EventEnvelope } from '@countersign/shared/contracts';
import { newId } from '@countersign/shared/kernel';
import { joinBatch } from '@countersign/shared/messaging';
import {
  defineStatement,
  loadStatement,
  type OutboxRow,
  type SiteScope,
  textArray,
} from '@countersign/shared/persistence';
import { evidenceNotFound, evidenceNotSealed } from '../domain/retention-errors.ts';
import { findProgress } from './progress.repository.ts';

/** A bundle that the vault holds, and how it is kept as of now. */
export interface KeptBundle {
  evidenceId: string;
  siteId: string;
  bundleId: string;
  key: string;
  versionId: string;
  retainUntil: Date;
  legalHold: boolean;
  /** Server time. */
  now: Date;
}

/** A change that the vault has made. */
export interface RetentionChange {
  id: string;
  kind: 'extended' | 'hold-on' | 'hold-off';
  /** With `extended`: the new end. */
  retainUntil: Date | null;
  reason: string;
  principalId: string;
  event: EventEnvelope<'evidence.retention-extended.v1' | 'evidence.legal-hold-changed.v1'>;
}

// Nothing else is locked: no row that the service's role could not change anyway, and nobody else waits for it.
const lockBundle = defineStatement(
  'lock-retention',
  `select pg_advisory_xact_lock(hashtextextended('retention:' || $1 || '/' || $2, 0))`,
);
const findBundle = defineStatement<{ evidence_id: string; now: Date }>(
  'find-kept-bundle',
  'select evidence_id, clock_timestamp() as now from bundles where site_id = $1 and bundle_id = $2',
);
const record = loadStatement<never>(import.meta.url, './record-retention-change.sql');

/** How long sealed bundles are kept, and every change of that. */
export class RetentionRepository {
  private readonly sites: SiteScope;
  private changing: Promise<unknown> = Promise.resolve();

  constructor(sites: SiteScope) {
    this.sites = sites;
  }

  /**
   * Makes changes of a bundle one after another, over all replicas: the vault must end with the change that the last
   * row tells of. `change` has the vault do it, or finds that there is nothing to do. Throws AppError
   * `EVIDENCE.NOT_FOUND` and `EVIDENCE.NOT_SEALED`. Returns the bundle as it was found and what there is to publish.
   */
  changeInTurn(
    {
      site_id,
      bundle_id,
      bound_site = site_id,
    }: { site_id: string; bundle_id: string; bound_site?: string | undefined },
    change: (bundle: KeptBundle) => Promise<RetentionChange | undefined>,
  ): Promise<{ bundle: KeptBundle; rows: OutboxRow[] }> {
    // One of a process at a time: while the vault is slow, this keeps one connection from other work and no more.
    const turn = this.changing.then(() =>
      this.sites.within(bound_site, async ({ client }) => {
        await lockBundle.run(client, [site_id, bundle_id]);
        const [found] = await findBundle.run(client, [site_id, bundle_id]);
        if (found === undefined) throw evidenceNotFound();
        const { evidence_id: evidenceId, now } = found;
        const [row] = await findProgress.run(client, [textArray([evidenceId])]);
        const { key, version_id: versionId, retain_until: retainUntil, legal_hold: legalHold } = row!;
        if (key === null || versionId === null || retainUntil === null) throw evidenceNotSealed();
        const place = { evidenceId, siteId: site_id, bundleId: bundle_id, key, versionId };
        const bundle = { ...place, retainUntil, legalHold, now };
        const made = await change(bundle);
        if (made === undefined) return { bundle, rows: [] };
        const said = { id: newId(), subject: made.event.type, payload: joinBatch([JSON.stringify(made.event)]) };
        await record.run(client, [
          made.id,
          evidenceId,
          made.kind,
          made.retainUntil,
          made.reason,
          made.principalId,
          now,
          said.id,
          said.subject,
          said.payload,
        ]);
        return { bundle, rows: [said] };
      }),
    );
    this.changing = turn.catch(() => {});
    return turn;
  }
}
