import { newId } from '@countersign/shared/kernel';
import { envelopeOf } from '@countersign/shared/messaging';
import { maskAddress } from '../../domain/mask-address.ts';
import type { AuditCount } from './audit-windows.ts';

const isoTime = (milliseconds: number): string => new Date(milliseconds).toISOString();

/** The event (JSON) that says it. Nothing of the request stands in it but names that passed our patterns, and codes. */
export function describeCount({ facts, count, requestIds, traceparent, firstAt, lastAt }: AuditCount): string {
  const { type, subject, principalId, kind, method, route, siteAsked, item, status, errorCode, address, folded } =
    facts;
  const asked = {
    principal_id: principalId,
    principal_kind: kind,
    method,
    route,
    site_asked: siteAsked,
    address: address === null ? null : maskAddress(address),
    count,
    request_ids: requestIds,
    first_at: isoTime(firstAt),
    last_at: isoTime(lastAt),
    ...(folded !== undefined && { folded }),
  };
  const fields = { owner: 'gateway', id: newId(), subject, time: isoTime(lastAt), traceparent };
  const event =
    type === 'gateway.request-refused.v1'
      ? envelopeOf(type, { ...fields, data: { ...asked, status, error_code: errorCode ?? 'INTERNAL.UNEXPECTED' } })
      : envelopeOf(type, { ...fields, data: { ...asked, item } });
  return JSON.stringify(event);
}
