import {
  type DriftRequest,
  driftRequest,
  type IncidentRequest,
  incidentRequest,
  type IncidentReported,
  type IncidentResponse,
  type LimitedAction,
} from '@countersign/shared/contracts';
import { AppError, newId } from '@countersign/shared/kernel';
import { envelopeOf } from '@countersign/shared/messaging';
import { describeLimit, limitDetails, type LimitPolicy } from '../../domain/limit-policy.ts';
import { describeDrift, describeIncident } from '../../domain/describe-incident.ts';
import { identifyRequest } from '../../domain/idempotency.ts';
import { replayed } from '../../domain/nonce-claim.ts';
import type { RequestFacts } from '../../domain/request-facts.ts';
import type { AcceptReport, Intake } from '../accept-intake/accept-reports.ts';
import type { ClaimNonce } from '../verify-signature/claim-nonce.ts';
import type { FindOutcome, IncidentOutcome } from './find-outcome.ts';

export interface ReportIncidentOptions {
  acceptReport: AcceptReport;
  findOutcome: FindOutcome;
  limit: LimitPolicy;
  claimNonce: ClaimNonce;
  /** Where whoever decides sends its reply. */
  replyto: string;
}

export interface NoDrift {
  status: 'ok';
  drifted: false;
  action: 'none';
}

export interface ReportIncident {
  incident(body: unknown, facts: RequestFacts): Promise<IncidentResponse>;
  drift(body: unknown, facts: RequestFacts): Promise<IncidentResponse | NoDrift>;
}

export function createReportIncident({
  acceptReport,
  findOutcome,
  limit,
  claimNonce,
  replyto,
}: ReportIncidentOptions): ReportIncident {
  async function report(described: ReturnType<typeof describeIncident>, action: LimitedAction, facts: RequestFacts) {
    const identity = identifyRequest({
      principalId: facts.principal.id,
      route: action,
      header: facts.header('idempotency-key'),
      body: facts.rawBody,
    });
    if (!identity.ok) throw identity.refusal;
    const incidentId = newId();
    const data: IncidentReported = {
      incident_id: incidentId,
      ...described,
      reported_at: new Date().toISOString(),
      principal_id: facts.principal.id,
    };
    const event = envelopeOf('gateway.incident-reported.v1', {
      owner: 'gateway',
      id: incidentId,
      subject: data.site_id,
      time: data.reported_at,
      traceparent: facts.traceparent,
      replyto,
      data,
    });
    const { key, requestHash, ttl } = identity.value;
    const intake = await acceptReport({
      idempotencyKey: key,
      requestHash,
      siteId: data.site_id,
      action,
      eventId: incidentId,
      event: JSON.stringify(event),
      keyTtl: ttl,
      nonce: facts.nonce,
    });
    return answer(intake, data, facts);
  }

  async function answer(intake: Intake, reported: IncidentReported, facts: RequestFacts): Promise<IncidentResponse> {
    refuseUnaccepted(intake, limit, facts);
    if (intake.outcome === 'repeat') {
      const first = intake.known_event_id!;
      return response(first, intake.accepted_at!, await findOutcome(reported.site_id, first));
    }
    const reply = (await intake.reply) as Partial<IncidentOutcome> | undefined;
    return response(reported.incident_id, intake.accepted_at!, reply ?? {});
  }

  return {
    async incident(body, facts) {
      const request: IncidentRequest = incidentRequest.parse(body);
      return report(describeIncident(request), 'incidents', facts);
    },
    async drift(body, facts) {
      const request: DriftRequest = driftRequest.parse(body);
      if (request.drifted) return report(describeDrift(request), 'drift', facts);
      if (facts.nonce !== undefined && !(await claimNonce(facts.nonce))) throw replayed();
      return { status: 'ok', drifted: false, action: 'none' };
    },
  };
}

function refuseUnaccepted(intake: Intake, policy: LimitPolicy, facts: RequestFacts): void {
  if (intake.outcome === 'unregistered') {
    throw new AppError('GATEWAY.SITE_NOT_REGISTERED', 'not-found', 'No appliance of this site has checked in yet.');
  }
  if (intake.outcome === 'replayed') throw replayed();
  const isLimited = intake.outcome === 'limited';
  const used = isLimited ? policy.limit : intake.used;
  const headers = describeLimit(policy, { used, resetSeconds: intake.reset_seconds });
  for (const [name, value] of Object.entries(headers)) facts.setHeader(name, value);
  if (isLimited) {
    const retryAfterSeconds = Number(headers['RateLimit-Reset']);
    throw new AppError(
      'GATEWAY.RATE_LIMITED',
      'rate-limited',
      `The site may report ${policy.limit} times in ${policy.windowSeconds} s.`,
      { retryAfterSeconds, details: limitDetails(policy, retryAfterSeconds) },
    );
  }
  if (intake.outcome === 'mismatch') {
    throw new AppError('GATEWAY.IDEMPOTENCY_MISMATCH', 'conflict', 'The idempotency key was used with another body.');
  }
}

function response(incidentId: string, acceptedAt: Date, outcome: Partial<IncidentOutcome>): IncidentResponse {
  return {
    status: 'received',
    incident_id: incidentId,
    resolution_tier: outcome.tier ?? null,
    order_id: outcome.order_id ?? null,
    runbook_id: outcome.runbook_id ?? null,
    timestamp: acceptedAt.toISOString(),
  };
}
