import type { RequestAudit } from '@countersign/shared/http';
import type { Messaging } from '@countersign/shared/messaging';
import type { Pool } from '@countersign/shared/persistence';
import type { Logger } from '@countersign/shared/telemetry';
import { AuditRepository } from '../../persistence/audit.repository.ts';
import { AuditTrail } from './audit-trail.ts';
import { AuditWindows } from './audit-windows.ts';
import { createRequestAudit } from './request-auditor.ts';

export interface AuditSettings {
  AUDIT_WINDOW_SECONDS: number;
  AUDIT_EVENTS_PER_MINUTE: number;
  INTAKE_BACKLOG_LIMIT: number;
}

export interface AuditParts {
  pool: Pool;
  messaging: Pick<Messaging, 'publish' | 'relay'>;
  logger: Logger;
}

/** Appliances look at their own evidence all day; a minute's looks are one event. */
const readWindowFactor = 6;

/** Begins to write the audit, until `close`. */
export function openAudit(
  settings: AuditSettings,
  { pool, messaging, logger }: AuditParts,
): { requests: RequestAudit; close(): Promise<void> } {
  const windowMs = settings.AUDIT_WINDOW_SECONDS * 1_000;
  const trail = new AuditTrail({
    windows: new AuditWindows({
      windowMs,
      readWindowMs: windowMs * readWindowFactor,
      eventsPerMinute: settings.AUDIT_EVENTS_PER_MINUTE,
    }),
    repository: new AuditRepository(pool),
    publish: (rows) => messaging.publish(rows),
    // Who is refused must not be able to fill the backlog that intake is measured by.
    isCongested: () => messaging.relay.unpublished().unpublished > settings.INTAKE_BACKLOG_LIMIT / 2,
    logger,
  });
  trail.start();
  return { requests: createRequestAudit(trail), close: () => trail.stop() };
}
