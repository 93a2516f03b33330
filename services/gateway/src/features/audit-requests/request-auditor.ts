import type { NotedRequest, RefusedRequest, RequestAudit } from '@countersign/shared/http';
import { AppError, asAppError } from '@countersign/shared/kernel';
import type { AuditTrail } from './audit-trail.ts';
import { describeRead, describeRefusal } from './describe-request.ts';

/** What the doors tell of requests, for the audit. */
export function createRequestAudit(trail: Pick<AuditTrail, 'count' | 'record'>, now = Date.now): RequestAudit {
  return {
    noteRefusal(refused: RefusedRequest) {
      const { requestId, traceparent } = refused;
      trail.count({ facts: describeRefusal(refused), at: now(), requestId, traceparent });
    },
    noteAnswer({ request, address, requestId, traceparent }: NotedRequest) {
      const facts = describeRead(request, address);
      if (facts === undefined) return undefined;
      const read = { facts, at: now(), requestId, traceparent };
      // Appliances see their own site only, all day long; and settings are no evidence.
      if (facts.kind === 'appliance' || facts.type !== 'gateway.evidence-read.v1') {
        trail.count(read);
        return undefined;
      }
      return trail.record(read)?.then(() => undefined, asRefusal);
    },
  };
}

/** What was not written down is not shown. */
const asRefusal = (error: unknown): AppError =>
  asAppError(error) ??
  new AppError('DATABASE.UNAVAILABLE', 'unavailable', 'The read cannot be written down.', { cause: error });
