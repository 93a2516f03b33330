import type { KitLeaf } from '../facts/kit-leaf.ts';
import { type Fields, numberIn, textIn } from '../facts/read-fields.ts';

export type StepKind =
  | 'reported'
  | 'decided'
  | 'ordered'
  | 'delivered'
  | 'acknowledged'
  | 'evidence'
  | 'sealed'
  | 'closed'
  | 'resolved'
  | 'person'
  | 'other';

export interface DescribedStep {
  kind: StepKind;
  title: string;
  detail: string;
}

const join = (...parts: (string | null | undefined)[]) => parts.filter((part) => part).join(' · ');
const say = (data: Fields, name: string, before = '', after = '') => {
  const text = textIn(data, name) ?? numberIn(data, name)?.toString();
  return text === undefined || text === '' ? '' : `${before}${text}${after}`;
};

/** What a leaf says, for people. */
const descriptions: Record<string, (data: Fields) => DescribedStep> = {
  'gateway.incident-reported.v1': (data) => ({
    kind: 'reported',
    title: 'Reported by the appliance',
    detail: join(say(data, 'incident_type'), say(data, 'severity'), say(data, 'check_type', 'check ')),
  }),
  'runbooks.selected.v1': (data) => ({
    kind: 'decided',
    title: `Runbook ${say(data, 'runbook_id')} ${say(data, 'runbook_version')} chosen (${say(data, 'tier')})`,
    detail: say(data, 'reason'),
  }),
  'runbooks.escalated.v1': (data) => ({ kind: 'person', title: 'Given to a person (L3)', detail: say(data, 'reason') }),
  'runbooks.resolved.v1': (data) => ({
    kind: 'resolved',
    title: 'Incident resolved',
    detail: say(data, 'order_id', 'by order '),
  }),
  'orders.issued.v1': (data) => ({
    kind: 'ordered',
    title: `Order ${say(data, 'order_id')} signed`,
    detail: join(
      `for ${say(data, 'target_appliance_id')}`,
      say(data, 'expires_at', 'valid until '),
      say(data, 'key_id', 'key '),
    ),
  }),
  'orders.joined.v1': (data) => ({
    kind: 'ordered',
    title: `Joined the open order ${say(data, 'order_id')}`,
    detail: 'the same condition was being remedied already',
  }),
  'orders.delivered.v1': (data) => ({
    kind: 'delivered',
    title: 'Delivered to the appliance',
    detail: say(data, 'host_id'),
  }),
  'orders.acknowledged.v1': (data) => ({
    kind: 'acknowledged',
    title: 'Acknowledged by the appliance',
    detail: say(data, 'host_id'),
  }),
  'orders.closed.v1': (data) => ({
    kind: 'closed',
    title: `Order ${say(data, 'status') || 'closed'}`,
    detail: say(data, 'reason'),
  }),
  'gateway.evidence-submitted.v1': (data) => ({
    kind: 'evidence',
    title: `Evidence ${say(data, 'bundle_id')} handed in`,
    detail: join(say(data, 'outcome', 'outcome '), say(data, 'check_type', 'check ')),
  }),
  'evidence.recorded.v1': (data) => ({
    kind: 'sealed',
    title: `Sealed in the vault at position ${say(data, 'position')}`,
    detail: join(say(data, 'bundle_id', 'bundle '), say(data, 'retain_until', 'kept until ')),
  }),
  'evidence.refused.v1': (data) => ({
    kind: 'other',
    title: `Evidence ${say(data, 'bundle_id')} refused`,
    detail: join(say(data, 'error_code'), say(data, 'host_id', 'from ')),
  }),
  'evidence.retention-extended.v1': (data) => ({
    kind: 'other',
    title: `Retention of ${say(data, 'bundle_id')} extended`,
    detail: join(say(data, 'retain_until', 'until '), say(data, 'reason')),
  }),
  'evidence.legal-hold-changed.v1': (data) => ({
    kind: 'other',
    title: `Legal hold on ${say(data, 'bundle_id')} ${data['hold'] === true ? 'set' : 'lifted'}`,
    detail: say(data, 'reason'),
  }),
  'evidence.integrity-fault.v1': (data) => ({
    kind: 'other',
    title: `Integrity fault: ${say(data, 'kind')}`,
    detail: join(say(data, 'item'), say(data, 'detail')),
  }),
  'evidence.ledger-key-created.v1': (data) => ({
    kind: 'other',
    title: 'Key of the ledger came into use',
    detail: say(data, 'verifier_key'),
  }),
  'orders.key-created.v1': (data) => ({
    kind: 'other',
    title: 'First key for orders came into use',
    detail: say(data, 'key_id', 'key '),
  }),
  'orders.key-rotated.v1': (data) => ({
    kind: 'other',
    title: 'Key for orders rotated',
    detail: join(say(data, 'key_id', 'key '), say(data, 'previous_key_id', 'before it ')),
  }),
  'orders.key-announced.v1': (data) => ({
    kind: 'other',
    title: 'Key for orders announced, before it signs',
    detail: say(data, 'key_id', 'key '),
  }),
  'orders.appliance-enrolled.v1': (data) => ({
    kind: 'other',
    title: `Appliance ${say(data, 'host_id')} enrolled, epoch ${say(data, 'epoch')}`,
    detail: join(say(data, 'public_key', 'with key '), say(data, 'previous_key_id', 'in the place of ')),
  }),
  'orders.appliance-registered.v1': (data) => ({
    kind: 'other',
    title: `Appliance ${say(data, 'host_id')} registered`,
    detail: say(data, 'public_key', 'with key ') || 'without a key',
  }),
  'orders.appliance-silent.v1': (data) => ({
    kind: 'other',
    title: `Appliance ${say(data, 'host_id')} fell silent`,
    detail: say(data, 'last_checkin', 'last heard at '),
  }),
  'orders.appliance-returned.v1': (data) => ({
    kind: 'other',
    title: `Appliance ${say(data, 'host_id')} came back`,
    detail: say(data, 'silent_since', 'silent since '),
  }),
  'gateway.principal-created.v1': (data) => ({
    kind: 'other',
    title: `Principal ${say(data, 'name')} created`,
    detail: join(say(data, 'kind'), say(data, 'principal_id')),
  }),
  'gateway.principal-revoked.v1': (data) => ({
    kind: 'other',
    title: 'Credential revoked',
    detail: join(say(data, 'kind'), say(data, 'principal_id', 'principal '), say(data, 'key_id', 'key ')),
  }),
  'gateway.principal-disabled.v1': (data) => ({
    kind: 'other',
    title: 'Principal disabled',
    detail: join(say(data, 'kind'), say(data, 'principal_id', 'principal ')),
  }),
  'gateway.subject-linked.v1': (data) => ({
    kind: 'other',
    title: 'Tokens of an issuer stand for a principal',
    detail: join(say(data, 'issuer'), say(data, 'subject', 'subject '), say(data, 'principal_id', 'principal ')),
  }),
  'gateway.site-policy-changed.v1': (data) => ({
    kind: 'other',
    title: 'What the site demands of its appliances changed',
    detail: join(say(data, 'enrolment', 'enrolment '), say(data, 'signed_requests', 'signed requests ')),
  }),
  'gateway.request-refused.v1': (data) => ({
    kind: 'other',
    title: `Refused: ${say(data, 'error_code')}`,
    detail: join(say(data, 'route'), say(data, 'principal_id', 'principal '), say(data, 'count', '', ' times')),
  }),
  'gateway.evidence-read.v1': (data) => ({
    kind: 'other',
    title: 'Evidence was read',
    detail: join(say(data, 'route'), say(data, 'principal_id', 'principal '), say(data, 'count', '', ' times')),
  }),
  'gateway.token-issued.v1': (data) => ({
    kind: 'other',
    title: 'Token made by hand',
    detail: join(
      say(data, 'principal_id', 'principal '),
      say(data, 'token_id', 'token '),
      say(data, 'expires_at', 'until '),
    ),
  }),
};

/** What a leaf says, for people; a type that is not known here by its name. */
export function describeStep({ type, data }: Pick<KitLeaf, 'type' | 'data'>): DescribedStep {
  const describe = Object.hasOwn(descriptions, type) ? descriptions[type] : undefined;
  if (describe !== undefined) return describe(data);
  const cause = join(say(data, 'error_code'), say(data, 'cause'), say(data, 'event_type'));
  return { kind: 'other', title: type, detail: cause };
}
