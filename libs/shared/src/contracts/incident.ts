import { z } from 'zod';
import { identifier, instant, jsonObject, orderId, uuid } from './identifiers.ts';

/** Clients in the field send any case; stored and matched in lower case. */
export const severity = z
  .string()
  .transform((text) => text.toLowerCase())
  .pipe(z.enum(['low', 'medium', 'high', 'critical']))
  .describe('low, medium, high or critical, in any case');

const name = z.string().min(1).max(100);
const hipaaControls = z.array(z.string().min(1).max(100)).max(64);

export const incidentRequest = z.object({
  site_id: identifier,
  host_id: identifier,
  incident_type: name,
  severity,
  check_type: name.nullish(),
  details: jsonObject.nullish(),
  pre_state: jsonObject.nullish(),
  hipaa_controls: hipaaControls.nullish(),
});

export const driftRequest = z.object({
  site_id: identifier,
  host_id: identifier,
  check_type: name,
  drifted: z.boolean(),
  pre_state: jsonObject.nullish(),
  recommended_action: z.string().max(1000).nullish(),
  severity: severity.default('medium'),
  hipaa_controls: hipaaControls.nullish(),
});

/** `order_id` is null when no runbook fits (L3) or when the order was not ready within the wait: it comes by poll. */
export const incidentResponse = z.object({
  status: z.literal('received'),
  incident_id: uuid,
  resolution_tier: z.enum(['L1', 'L2', 'L3']).nullable(),
  order_id: orderId.nullable(),
  runbook_id: z.string().nullable(),
  timestamp: instant,
});

export const noDriftResponse = z.object({
  status: z.literal('ok'),
  drifted: z.literal(false),
  action: z.literal('none'),
});

export const incidentReported = z.object({
  incident_id: uuid,
  site_id: identifier,
  host_id: identifier,
  incident_type: z.string(),
  check_type: z.string().nullable(),
  severity: z.enum(['low', 'medium', 'high', 'critical']),
  details: jsonObject,
  pre_state: jsonObject,
  hipaa_controls: z.array(z.string()),
  reported_at: instant,
  principal_id: uuid,
});

const condition = {
  incident_id: uuid,
  site_id: identifier,
  host_id: identifier,
  incident_type: z.string(),
  check_type: z.string().nullable(),
};

export const runbookSelected = z.object({
  ...condition,
  tier: z.enum(['L1', 'L2']),
  runbook_id: z.string(),
  runbook_version: z.string(),
  runbook_digest: z.string(),
  parameters: jsonObject,
  reason: z.string(),
  decided_at: instant,
});

export const incidentEscalated = z.object({
  ...condition,
  severity: z.string(),
  order_id: orderId.nullable(),
  reason: z.string(),
  escalated_at: instant,
});

export const incidentResolved = z.object({
  incident_id: uuid,
  site_id: identifier,
  host_id: identifier,
  order_id: orderId,
  resolved_at: instant,
});

export type IncidentRequest = z.output<typeof incidentRequest>;
export type DriftRequest = z.output<typeof driftRequest>;
export type IncidentResponse = z.output<typeof incidentResponse>;
export type IncidentReported = z.output<typeof incidentReported>;
export type RunbookSelected = z.output<typeof runbookSelected>;
export type IncidentEscalated = z.output<typeof incidentEscalated>;
export type IncidentResolved = z.output<typeof incidentResolved>;
