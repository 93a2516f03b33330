import { readFileSync } from 'node:fs';
import { request } from 'node:https';
import { connect } from 'node:tls';
import { createCertificates, type TestCertificates } from '@countersign/shared/testing';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { forkService, serviceProgram } from '../../tools/stack/index.ts';
import { runKeys } from '../harness/api-keys.ts';
import { newSiteId } from '../harness/box.ts';
import type { Json } from '../harness/call.ts';
import { enrolRequestOf, makeEnrolmentToken, newSigner } from '../harness/enrol.ts';

const system = inject('system');
const { gatewaySettings, logFile } = inject('inside');

type Certificate = ReturnType<TestCertificates['create']>;

let own: TestCertificates;
let foreign: TestCertificates;
/** One more gateway of the system, a process like the others, that speaks TLS and asks for certificates. */
let gateway: Awaited<ReturnType<typeof forkService>>;

interface Box {
  hostId: string;
  key: string;
  principalId: string;
  certificate: Certificate;
}
let box: Box;
let sibling: Box;
const siteId = newSiteId();

interface Sent {
  key?: string;
  shown?: Certificate;
  body?: Json;
}

function send(path: string, { key, shown, body }: Sent): Promise<[status: number, body: Json]> {
  const files = shown && { cert: readFileSync(shown.certFile), key: readFileSync(shown.keyFile) };
  const headers = {
    ...(key !== undefined && { authorization: `Bearer ${key}` }),
    ...(body !== undefined && { 'content-type': 'application/json' }),
  };
  const to = { port: gateway.port, host: '127.0.0.1', path, method: body === undefined ? 'GET' : 'POST', headers };
  return new Promise((resolve, reject) => {
    const sent = request({ ...to, ...files, ca: readFileSync(own.caFile), agent: false }, (answer) => {
      let text = '';
      answer.setEncoding('utf8').on('data', (part: string) => (text += part));
      answer.on('end', () => resolve([answer.statusCode!, JSON.parse(text)]));
    });
    sent.on('error', reject).end(body === undefined ? undefined : JSON.stringify(body));
  });
}

/** Enrol over TLS: a box that has no credential yet has no certificate either. Certificates are made out to principals. */
async function enrolOverTls(...hosts: string[]): Promise<Box[]> {
  const enrolled = [];
  for (const hostId of hosts) {
    const { token } = (await makeEnrolmentToken(system, siteId)).body;
    const body = enrolRequestOf(token, siteId, newSigner(), { host_id: hostId });
    const [status, { credential }] = await send('/enrol', { body });
    expect(status).toBe(200);
    enrolled.push({ hostId, ...(credential as { id: string; key: string }) });
  }
  const keys = await runKeys<{ id: string; principal_id: string }[]>(system, 'list');
  return enrolled.map(({ id, key, hostId }) => {
    const principalId = keys.find((one) => one.id === id)!.principal_id;
    return { key, hostId, principalId, certificate: own.create(principalId) };
  });
}

beforeAll(async () => {
  [own, foreign] = [createCertificates(), createCertificates()];
  const { certFile, keyFile } = own.create('localhost');
  const tls = { TLS_CERT_FILE: certFile, TLS_KEY_FILE: keyFile, TLS_CLIENT_CA_FILE: own.caFile };
  const env = { ...gatewaySettings, ...tls, HOST: '127.0.0.1', PORT: '0' };
  gateway = await forkService({ name: 'gateway', program: serviceProgram('gateway'), logFile, env });
  [box, sibling] = (await enrolOverTls('box-1', 'box-2')) as [Box, Box];
});
afterAll(async () => {
  await gateway?.stop();
  own?.remove();
  foreign?.remove();
});

/** A check-in and a poll, as the box whose key it is. */
async function outcomes(sent: Sent): Promise<unknown[]> {
  const { hostId } = sent.key === sibling.key ? sibling : box;
  const calls = [
    await send('/checkin', { ...sent, body: { site_id: siteId, host_id: hostId } }),
    await send(`/orders/${siteId}?host_id=${hostId}`, sent),
  ];
  return calls.map(([status, { error_code }]) => (status === 200 ? 200 : [status, error_code]));
}
const refused = [401, 'AUTH.CERTIFICATE_INVALID'];
const twice = <T>(one: T): T[] => [one, one];

describe('an appliance at a gateway that asks for certificates', () => {
  it('does its work with its own certificate', async () => {
    expect(await outcomes({ key: box.key, shown: box.certificate })).toEqual(twice(200));
    expect(await outcomes({ key: sibling.key, shown: sibling.certificate })).toEqual(twice(200));
  });

  const attacks: [string, () => Sent][] = [
    ['without a certificate: a stolen key', () => ({ key: box.key })],
    ['with the certificate of its sibling', () => ({ key: box.key, shown: sibling.certificate })],
    ['with a stolen certificate and the key of another box', () => ({ key: sibling.key, shown: box.certificate })],
    ['with its name signed by a foreign authority', () => ({ key: box.key, shown: foreign.create(box.principalId) })],
    ['with the certificate of the server', () => ({ key: box.key, shown: own.create('localhost') })],
  ];
  it.each(attacks)('is refused %s', async (_what, sent) => {
    expect(await outcomes(sent())).toEqual(twice(refused));
  });

  it('gets nowhere with its certificate alone', async () => {
    expect(await outcomes({ shown: box.certificate })).toEqual(twice([401, 'AUTH.MISSING_CREDENTIAL']));
  });

  it('is told apart from people, who need no certificate and may not show one of a box', async () => {
    expect(await outcomes({ key: system.adminKey })).toEqual(twice(200));
    expect(await outcomes({ key: system.adminKey, shown: box.certificate })).toEqual(twice(refused));
  });

  it.each(['TLSv1', 'TLSv1.1'] as const)('does not get as far as that in %s', async (version) => {
    const { certFile, keyFile } = box.certificate;
    const old = { minVersion: version, maxVersion: version, ciphers: 'DEFAULT@SECLEVEL=0' } as const;
    const files = { cert: readFileSync(certFile), key: readFileSync(keyFile), ca: readFileSync(own.caFile) };
    const outcome = await new Promise((resolve) => {
      const socket = connect({ port: gateway.port, host: '127.0.0.1', ...files, ...old }, () => {
        resolve(socket.getProtocol());
        socket.end();
      });
      socket.on('error', (error: NodeJS.ErrnoException) => resolve(error.code));
    });
    expect(outcome).toMatch(/ALERT_PROTOCOL_VERSION|UNSUPPORTED_PROTOCOL/);
  });
});
