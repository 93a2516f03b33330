import type { RunbookSelected } from '@countersign/shared/contracts';
import { newId } from '@countersign/shared/kernel';

/** An incident for which a runbook was chosen, for tests: full disk on box-1 of clinic-7 unless told otherwise. */
export function anIncident(changes: Partial<RunbookSelected> = {}): RunbookSelected {
  return {
    incident_id: newId(),
    site_id: 'clinic-7',
    host_id: 'box-1',
    incident_type: 'disk_full',
    check_type: 'disk',
    tier: 'L1',
    runbook_id: 'RB-DISK-001',
    runbook_version: '1.0.0',
    runbook_digest: 'ab'.repeat(32),
    parameters: { volume: '/data', threshold: 0.5 },
    reason: 'disk_full is RB-DISK-001',
    decided_at: '2026-01-10T12:00:00.000Z',
    ...changes,
  };
}
