import { sha256Hex } from '@countersign/shared/crypto';
import { newId } from '@countersign/shared/kernel';
import { envelopeOf } from '@countersign/shared/messaging';
import { isNamed, subjectOf } from '../../domain/audit-facts.ts';
import { maskAddress } from '../../domain/mask-address.ts';
import type { AuditCount } from './audit-windows.ts';

const isoTime = (milliseconds: number): string => new Date(milliseconds).toISOString();

/** The event (JSON) that says it; `sites` are those that there are. Nothing of the request stands in it but names and codes that are ours. */
export function describeCount(
  { facts, count, requestIds, traceparent, firstAt, lastAt }: AuditCount,
  sites: ReadonlySet<string>,
): string {
  const { type, principalId, kind, method, route, siteAsked, item, status, errorCode, address, folded } = facts;
  const isKnown = isNamed(facts, sites);
  const subject = subjectOf(facts, sites);
  const asked = {
    principal_id: principalId,
    principal_kind: kind,
    method,
    route,
    site_asked: isKnown ? siteAsked : null,
    ...(siteAsked !== null && !isKnown && { unknown_site: sha256Hex(siteAsked).slice(0, 16) }),
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
