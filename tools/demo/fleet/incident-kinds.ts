import type { DriftReport, IncidentReport } from '@countersign/appliance';

/** What a box of the demo reports. */
export type Report = { kind: 'incident'; report: IncidentReport } | { kind: 'drift'; report: DriftReport };

const incident = (
  incident_type: string,
  severity: IncidentReport['severity'],
  check_type: string,
  details: Record<string, unknown>,
): Report => ({ kind: 'incident', report: { incident_type, severity, check_type, details } });

const drift = (check_type: string, pre_state: Record<string, unknown>): Report => ({
  kind: 'drift',
  report: { check_type, drifted: true, pre_state },
});

/** One for each runbook of the catalogue that answers incidents. */
export const knownIncidents: readonly Report[] = [
  incident('backup_failed', 'high', 'backup', { exit_code: 1, last_success_hours: 31 }),
  incident('restore_test_failed', 'high', 'restore', { snapshot: 'latest' }),
  incident('certificate_expiring', 'high', 'tls', { days_left: 3 }),
  incident('cpu_high', 'medium', 'cpu', { load: 11.5 }),
  incident('disk_full', 'critical', 'disk', { used_percent: 97 }),
  incident('service_crash', 'high', 'service', { unit: 'postgresql.service' }),
  incident('firewall_disabled', 'critical', 'firewall', {}),
  incident('patch_missing', 'medium', 'patching', { missing: 4 }),
];

/** `drift:firewall` must find the firewall's runbook; the others have the one for any drift. */
export const drifts: readonly Report[] = [
  drift('configuration', { generation: 41 }),
  drift('firewall', { rules: 'changed' }),
  drift('time_sync', { offset_ms: 900 }),
  drift('logging', { forwarding: false }),
];

/** What no rule knows, so that a person has to look. */
export const unknownIncidents: readonly Report[] = [
  incident('usb_stick_inserted', 'medium', 'hardware', {}),
  incident('printer_on_fire', 'critical', 'facility', { room: '2.14' }),
  incident('badge_reader_silent', 'low', 'access', {}),
];

/** A check that found nothing. */
export const noDrift: DriftReport = { check_type: 'encryption', drifted: false };
