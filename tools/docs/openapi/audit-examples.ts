import type { AuditPage } from '@countersign/shared/contracts';
import { canonicalString, sha256Hex } from '@countersign/shared/crypto';
import { exampleNames } from './example-names.ts';

const { site_id, timestamp } = exampleNames;
const principal_id = '0199a000-0000-7000-8000-0000000000a1';

/** An appliance that asked for another site, three times. */
const event = {
  specversion: '1.0',
  id: '0199a000-0000-7000-8000-0000000000e7',
  source: '/gateway',
  type: 'gateway.request-refused.v1',
  subject: site_id,
  time: timestamp,
  datacontenttype: 'application/json',
  traceid: '4bf92f3577b34da6a3ce929d0e0e4736',
  data: {
    principal_id,
    principal_kind: 'appliance',
    method: 'GET',
    route: 'listEvidence',
    site_asked: 'clinic-8',
    address: '203.0.113.0/24',
    count: 3,
    request_ids: ['0199a000-0000-7000-8000-0000000000f1'],
    first_at: timestamp,
    last_at: timestamp,
    status: 403,
    error_code: 'AUTH.SITE_FORBIDDEN',
  },
};
const leaf = canonicalString(event);

export const exampleAuditPage: AuditPage = {
  entries: [
    {
      leaf_index: 4_711,
      leaf_hash: Buffer.from(sha256Hex(`\0${leaf}`), 'hex').toString('base64'),
      type: event.type,
      site_id,
      principal_id,
      trace_id: event.traceid,
      time: timestamp,
      recorded_at: timestamp,
      leaf,
    },
  ],
  before: 4_711,
  after: 4_711,
};
