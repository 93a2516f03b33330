import type { IncidentResponse } from '@countersign/shared/contracts';
import type { AppError } from '@countersign/shared/kernel';
import type { CheckInAnswer } from '../client/check-in.ts';
import type { Enrolment } from '../client/enrol-appliance.ts';
import type { NoDrift } from '../client/report-incident.ts';
import type { WitnessState } from '../witness/witness-state.ts';
import type { HandledOrder } from '../orders/handled-order.ts';

export const describeEnrolment = ({ epoch, publicKey, credentialId }: Enrolment): string =>
  `enrolled with the key ${publicKey}, epoch ${epoch}; credential ${credentialId} is in the state folder`;

export const describeCheckIn = ({ action, server_public_keys, witness }: CheckInAnswer): string =>
  `${action}; the server signs with ${server_public_keys.join(' and ')}; ${describeWitness(witness)}`;

export function describeWitness({ status, size, isSilent, heardAt, refusals }: WitnessState): string {
  const last = refusals.at(-1);
  const waiting = refusals.filter(({ isDelivered }) => !isDelivered).length;
  const parts = [`the ledger is verified up to ${size} entries`];
  if (status === 'waiting') parts[0] = 'the ledger has shown nothing yet';
  if (status === 'refusing' && last !== undefined)
    parts.push(`WHAT IT SHOWS NOW IS REFUSED (${last.reason} at size ${last.seenSize}, ${last.at}): ask a person`);
  else if (refusals.length > 0) parts.push(`refusals before: ${refusals.length}`);
  if (waiting > 0) parts.push(`refusals not handed in yet: ${waiting}`);
  if (isSilent) parts.push(`WARNING: nothing of it that holds since ${heardAt}`);
  return parts.join('; ');
}

export function describeReport(answer: IncidentResponse | NoDrift): string {
  if (answer.status === 'ok') return 'no drift, nothing to do';
  const { incident_id, resolution_tier, order_id, runbook_id } = answer;
  if (order_id !== null) return `incident ${incident_id}: order ${order_id} will run ${runbook_id ?? 'a runbook'}`;
  if (resolution_tier === 'L3') return `incident ${incident_id}: no runbook fits, a person is asked (L3)`;
  return `incident ${incident_id}: accepted; its order comes by poll`;
}

export function describeOrder(order: HandledOrder): string {
  const name = `order ${order.orderId ?? 'without id'}`;
  switch (order.status) {
    case 'executed':
      return `${name}: ${order.verdict.outcome}; evidence ${order.evidence.evidence_id}`;
    case 'refused':
      return `${name}: refused (${order.verdict.error ?? ''}); evidence ${order.evidence.evidence_id}`;
    case 'repeated':
      return `${name}: answered before, not carried out again`;
    case 'over':
      return `${name}: not carried out: ${order.error.message}`;
    case 'postponed':
      return `${name}: goes on later: ${order.error.message}`;
    case 'undeliverable':
      return `${name}: the server refuses the evidence: ${describeError(order.error)}`;
  }
}

/** One line; the bad fields that the gateway names, and the ids to ask it with. */
export function describeError({ code, message, details = {}, retryAfterSeconds }: AppError): string {
  const fields = (Array.isArray(details['errors']) ? details['errors'] : [])
    .map((field: { field?: unknown; message?: unknown }) => `${String(field.field)}: ${String(field.message)}`)
    .join('; ');
  const wait = retryAfterSeconds === undefined ? '' : ` Try again in ${retryAfterSeconds} s.`;
  const request = typeof details['request_id'] === 'string' ? ` (request ${details['request_id']})` : '';
  return `${code}: ${message}${fields === '' ? '' : ` ${fields}.`}${wait}${request}`;
}
