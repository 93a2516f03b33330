import type {
  EventData,
  EventEnvelope,
  EventName,
  EvidenceSubmitted,
  ServiceName,
} from '@countersign/shared/contracts';
import { canonicalString, deriveId, keyIdOf, sha256Hex, signOrder, type Signer } from '@countersign/shared/crypto';
import { orderIdFor } from '@countersign/shared/crypto';

export const sampleRunbook = 'id: RB-BACKUP-001\nname: Failed or stale backup\nversion: 1.0.0\n';

export interface SampleParties {
  siteId: string;
  hostId: string;
  /** Signs orders. */
  orders: Signer;
  /** Signs evidence. */
  appliance: Signer;
  /** When it begins; a step of it takes a second. */
  from: Date;
}

/** A remediation, for specs: what each service says of it, in its order. */
export interface SampleStory {
  incidentId: string;
  orderId: string;
  /** Up to the submission of the evidence. */
  before: EventEnvelope[];
  submission: EventEnvelope<'gateway.evidence-submitted.v1'>;
  after: EventEnvelope[];
}

const principal_id = '01a00000-0000-7000-8000-000000000001';

/** An event as the service that owns it says it. */
export function sampleEvent<Name extends EventName>(
  type: Name,
  { id, subject, at, trace, data }: { id: string; subject: string; at: Date; trace?: string; data: EventData<Name> },
): EventEnvelope<Name> {
  const owner = type.split('.')[0] as ServiceName;
  const event = { specversion: '1.0', id, source: `/${owner}`, type, subject, time: at.toISOString() } as const;
  const traceparent = trace === undefined ? {} : { traceparent: `00-${trace}-00f067aa0ba902b7-01` };
  return { ...event, datacontenttype: 'application/json', ...traceparent, data };
}

/** What stands before all stories of a site: the key of orders, and the appliance with its own. */
export function samplePrologue({ siteId, hostId, orders, appliance, from }: SampleParties): EventEnvelope[] {
  const at = new Date(from.getTime() - 60_000);
  const time = at.toISOString();
  const key = { key_id: keyIdOf(orders.publicKey), public_key: orders.publicKey };
  const keyed = { id: `key-created:${key.key_id}`, subject: '-', at, data: { ...key, created_at: time } };
  const box = { site_id: siteId, host_id: hostId, public_key: appliance.publicKey, registered_at: time };
  const registered = { id: `registered:${siteId}/${hostId}@${time}`, subject: siteId, at, data: box };
  return [sampleEvent('orders.key-created.v1', keyed), sampleEvent('orders.appliance-registered.v1', registered)];
}

/** The story number `n` of a site. `changes` are made to the document before it is signed. */
export function sampleStory(n: number, parties: SampleParties, changes: Record<string, unknown> = {}): SampleStory {
  const { siteId: site_id, hostId: host_id, orders, appliance, from } = parties;
  const incident_id = deriveId(`sample incident ${site_id} ${n}`);
  const order_id = orderIdFor(incident_id);
  const trace = sha256Hex(incident_id).slice(0, 32);
  const at = (step: number) => new Date(from.getTime() + n * 10_000 + step * 1_000);
  const say = <Name extends EventName>(type: Name, id: string, step: number, data: EventData<Name>): EventEnvelope =>
    sampleEvent(type, { id, subject: site_id, at: at(step), trace, data });
  const box = { site_id, host_id };
  const runbook = { runbook_id: 'RB-BACKUP-001', runbook_version: '1.0.0', runbook_digest: sha256Hex(sampleRunbook) };
  const condition = { incident_id, ...box, incident_type: 'backup_failed', check_type: 'backup' };
  const parameters = { job: 'clinic', keep: 7, note: 'Überprüft' };
  const signer = { keyId: keyIdOf(orders.publicKey), sign: (text: string) => orders.sign(text) };
  const { signed_payload: _, ...order } = signOrder(
    {
      order_id,
      order_type: 'healing',
      ...runbook,
      parameters,
      site_id,
      target_appliance_id: host_id,
      incident_id,
      nonce: sha256Hex(`nonce ${order_id}`).slice(0, 32),
      issued_at: at(2).toISOString(),
      expires_at: at(902).toISOString(),
      ttl_seconds: 900,
      trace_id: trace,
    },
    signer,
  );
  const controls = n % 2 === 0 ? ['164.308(a)(7)(ii)(A)'] : ['164.308(a)(7)(ii)(a)', '164.310(d)(2)(iv)'];
  const submission = sampleSubmission(
    { bundle_id: `bundle-${n}`, ...box, order_id, hipaa_controls: controls, ...changes },
    { appliance, at: at(5), trace, statement: { incident_id, ...runbook, order_nonce: order.nonce } },
  );
  return {
    incidentId: incident_id,
    orderId: order_id,
    before: [
      say('gateway.incident-reported.v1', incident_id, 0, {
        ...condition,
        severity: 'high',
        details: { volume: 'D:' },
        pre_state: {},
        hipaa_controls: controls,
        reported_at: at(0).toISOString(),
        principal_id,
      }),
      say('runbooks.selected.v1', `selected:${incident_id}`, 1, {
        ...condition,
        tier: 'L1',
        ...runbook,
        parameters,
        reason: 'rule "backup-in-type" of RB-BACKUP-001 1.0.0',
        decided_at: at(1).toISOString(),
      }),
      say('orders.issued.v1', `issued:${order_id}`, 2, { ...order, host_id }),
      say('orders.delivered.v1', `delivered:${order_id}`, 3, { order_id, ...box, delivered_at: at(3).toISOString() }),
      say('orders.acknowledged.v1', `acknowledged:${order_id}`, 4, {
        order_id,
        ...box,
        principal_id,
        acknowledged_at: at(4).toISOString(),
      }),
    ],
    submission,
    after: [
      say('orders.closed.v1', `closed:${order_id}`, 7, {
        order_id,
        ...box,
        status: 'completed',
        reason: 'its evidence says success',
        evidence_id: submission.data.evidence_id,
        incident_ids: [incident_id],
        closed_at: at(7).toISOString(),
      }),
      say('runbooks.resolved.v1', `resolved:${incident_id}`, 8, {
        incident_id,
        ...box,
        order_id,
        resolved_at: at(8).toISOString(),
      }),
    ],
  };
}

/** A bundle as the gateway hands it in, signed by the appliance unless there is none. */
export function sampleSubmission(
  changes: Partial<EvidenceSubmitted> & { bundle_id: string; site_id: string; host_id: string },
  more: { appliance: Signer | null; at: Date; trace: string; statement?: Record<string, unknown> },
): EventEnvelope<'gateway.evidence-submitted.v1'> {
  const { appliance, at, trace, statement = {} } = more;
  const time = at.toISOString();
  const fields = {
    order_id: null,
    check_type: 'backup',
    outcome: 'success' as const,
    hipaa_controls: [],
    timestamp_start: new Date(at.getTime() - 3_000).toISOString(),
    timestamp_end: new Date(at.getTime() - 1_000).toISOString(),
    ...changes,
  };
  const document = canonicalString({ ...fields, ...statement, actions_taken: [{ step: 1, action: 'Überprüft' }] });
  const digest = sha256Hex(document);
  const data: EvidenceSubmitted = {
    ...fields,
    document,
    digest,
    signature: appliance?.sign(document) ?? null,
    channel: 'json',
    evidence_id: deriveId(`evidence:${fields.site_id}:${fields.bundle_id}:${digest}`),
    submitted_at: time,
    principal_id,
  };
  const id = deriveId(`submission ${data.evidence_id}`);
  return sampleEvent('gateway.evidence-submitted.v1', { id, subject: fields.site_id, at, trace, data });
}
