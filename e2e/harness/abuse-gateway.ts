import { connect } from 'node:net';
import type { Box } from './box.ts';
import { call } from './call.ts';
import { enrolRequestOf, makeEnrolmentToken, newSigner } from './enrol.ts';

/** Words that stand nowhere by themselves, by what they are. */
export type Planted = Record<string, string>;
export type Patients = Record<'refusedEvidence' | 'refusedIncident', string>;

const sendRaw = (base: string, text: string): Promise<void> =>
  new Promise((resolve) => {
    const socket = connect(Number(new URL(base).port), '127.0.0.1', () => socket.write(text));
    socket.on('close', () => resolve()).on('error', () => resolve());
    socket.resume();
  });

const state = (patient: string) => ({ record: { patient, bed: 7 } });

/** What somebody sends who means ill, or a client that is broken. */
export async function abuseGateway(
  base: string,
  key: string,
  box: Box,
  planted: Planted,
  patients: Patients,
): Promise<void> {
  const { 'value of a refused field': value, 'name of a refused field': name, garbage } = planted;
  const basic = Buffer.from(`admin:${planted['password of Basic']}`).toString('base64');
  planted['credential of Basic'] = basic;
  const bad = box.sign(box.bundle({ pre_state: state(patients.refusedEvidence) }));
  const token = (await makeEnrolmentToken({ gatewayUrls: [base], adminKey: key }, box.siteId)).body.token as string;
  planted['enrolment token of a bad proof'] = token;
  const enrolment = enrolRequestOf(token, box.siteId, newSigner());
  const report = { site_id: box.siteId, host_id: box.hostId, incident_type: 'x', severity: 'high' };
  const bodies: [path: string, body: object | string][] = [
    ['/incidents', { ...report, severity: value, details: state(patients.refusedIncident) }],
    ['/incidents', { ...report, details: patients.refusedIncident }],
    ['/incidents', { ...report, [name!]: value }],
    ['/incidents', { ...report, site_id: value, host_id: `${value} ${patients.refusedIncident}` }],
    ['/incidents', `{"site_id":"${box.siteId}","patient":"${patients.refusedIncident}",`],
    ['/incidents', `{"${name}":1,"${name}":2}`],
    ['/incidents', `{"a":"${patients.refusedIncident}\\ud800"}`],
    ['/evidence', { ...bad, signature: '00'.repeat(64) }],
    ['/evidence', { ...bad, outcome: value }],
    ['/evidence', { ...bad, check_type: 'other', signed_data: `${bad.signed_data} ${patients.refusedEvidence}` }],
    ['/evidence', { ...bad, bundle_id: box.bundle().bundle_id, timestamp_start: value }],
    ['/enrol', { ...enrolment, proof: '00'.repeat(64) }],
    ['/enrol', { ...enrolment, public_key: value }],
    ['/enrol', { ...enrolment, token: `${token}${value}` }],
    ['/enrolment-tokens', { site_id: box.siteId, uses: value }],
    [
      '/checkin',
      {
        site_id: box.siteId,
        host_id: box.hostId,
        deployment_mode: `https://admin:${planted['password in a URL']}@host/`,
      },
    ],
    ['/checkin', `${garbage}`],
  ];
  const statuses: number[] = [];
  for (const [path, body] of bodies) statuses.push((await call(base + path, { key, body })).status);
  // Fields that nobody knows are no fault.
  const refused = statuses.filter((status) => status >= 400).length;
  if (refused <= 12) throw new Error(`only ${refused} of ${bodies.length} were refused`);
  const inQuery = planted['key in a query']!;
  const paths = [
    `/evidence/${planted['key in a path']}/${planted['key in a path']}`,
    `/${planted['key in a path']}`,
    `/evidence/${box.siteId}?api_key=${inQuery}&limit=${inQuery}`,
    `/audit?site_id=${inQuery}&type=${inQuery}`,
    `/orders/${box.siteId}?access_token=${inQuery}`,
    `/%zz${planted['key in a path']}?token=${inQuery}`,
    `/ledger/tile/${planted['key in a path']}`,
    `/evidence/${box.siteId}/kit?from=${inQuery}&to=${inQuery}`,
  ];
  for (const path of paths) await call(base + path, { key });
  const headers: Record<string, string>[] = [
    { authorization: `Basic ${basic}` },
    { authorization: `Bearer ${garbage}` },
    { authorization: `Digest ${garbage}` },
    { 'x-api-key': planted['key in a header of our own']!, cookie: `session=${planted['cookie']}` },
    { authorization: `Bearer ${key}x` },
    { traceparent: `00-${garbage}`, 'x-request-id': `${garbage} with spaces` },
    { 'idempotency-key': `${garbage} ${garbage}`, 'content-type': `text/${garbage}` },
    { 'signature-input': `sig=("@method");keyid="${garbage}"`, signature: `sig=:${garbage}:` },
  ];
  for (const one of headers) await call(`${base}/incidents`, { body: report, headers: one });
  for (const text of [`${garbage}\r\n\r\n`, `GET / HTTP/1.1\r\nhost: x\r\n${garbage}\x01: ${garbage}\r\n\r\n`])
    await sendRaw(base, text);
}
