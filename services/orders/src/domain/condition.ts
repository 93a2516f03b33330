import type { RunbookSelected } from '@countersign/shared/contracts';

/** What an order is for: while one is open, a repeat of the same trouble joins it. */
export interface Condition {
  site_id: string;
  host_id: string;
  runbook_id: string;
  condition: string;
}

/** `incident_type` and `check_type` as one text that no other pair gives. JSON also keeps out what a text column refuses. */
export function conditionOf(selected: RunbookSelected): Condition {
  const { site_id, host_id, runbook_id, incident_type, check_type } = selected;
  return { site_id, host_id, runbook_id, condition: JSON.stringify([incident_type, check_type]) };
}

export function keyOfCondition({ site_id, host_id, runbook_id, condition }: Condition): string {
  return JSON.stringify([site_id, host_id, runbook_id, condition]);
}
