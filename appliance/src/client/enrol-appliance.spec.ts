import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type EnrolRequest, enrolRequest } from '@countersign/shared/contracts';
import { holdsEnrolmentProof, naclEd25519 } from '@countersign/shared/crypto/portable';
import { readEnrolment } from '../state/enrolment-file.ts';
import { createApplianceClient } from './create-appliance-client.ts';
import { enrolAppliance } from './enrol-appliance.ts';

let stateDir: string;
beforeEach(async () => (stateDir = await mkdtemp(join(tmpdir(), 'appliance-enrol-'))));
afterEach(() => rm(stateDir, { recursive: true, force: true }));

interface Seen {
  path: string;
  body: Record<string, unknown>;
  authorization: string | null;
}

/** A gateway that answers with these in turn; undefined: it cannot be reached. */
function aGateway(...answers: ({ status: number; body: object } | undefined)[]) {
  const seen: Seen[] = [];
  const fetch = (async (url: string, init: RequestInit) => {
    const body = JSON.parse(init.body as string) as Record<string, unknown>;
    seen.push({ path: new URL(url).pathname, body, authorization: new Headers(init.headers).get('authorization') });
    const answer = answers[seen.length - 1];
    if (answer === undefined) throw new TypeError('fetch failed');
    return new Response(JSON.stringify(answer.body), { status: answer.status });
  }) as unknown as typeof globalThis.fetch;
  return { seen, fetch };
}

const enrolled = (epoch: number, key = 'csk_new') => ({
  status: 200,
  body: {
    appliance: { site_id: 'clinic-7', host_id: 'box-1' },
    epoch,
    enrolled_at: '2026-01-10T12:00:00.000Z',
    credential: { id: '01933a5e-7c25-7e3b-8b60-4d5e6f708192', key },
    server_public_keys: ['ab'.repeat(32)],
    ledger_key: null,
  },
});
const refused = { status: 401, body: { error_code: 'ENROLMENT.TOKEN_REFUSED', title: 'x', status: 401 } };

const token = `cse_${'A'.repeat(43)}`;
const box = () => ({ gatewayUrl: 'http://127.0.0.1:1', siteId: 'clinic-7', hostId: 'box-1', stateDir });
const enrol = ({ fetch }: { fetch: typeof globalThis.fetch }) =>
  enrolAppliance({ ...box(), token, fetch, wait: async () => undefined });
const kept = () => readEnrolment(stateDir, 'clinic-7', 'box-1');

describe('a box that enrols', () => {
  it('proves that it has its key, sends no credential, and keeps the new one for itself', async () => {
    const gateway = aGateway(enrolled(2));
    const { epoch, publicKey } = await enrol(gateway);
    const [{ path, body, authorization }] = gateway.seen as [Seen];
    const request: EnrolRequest = enrolRequest.parse(body);
    expect([path, authorization, epoch]).toEqual(['/enrol', null, 2]);
    expect(request).toMatchObject({ token, site_id: 'clinic-7', host_id: 'box-1', public_key: publicKey });
    expect(holdsEnrolmentProof(request, request.proof, naclEd25519)).toBe(true);
    expect(await kept()).toMatchObject({ epoch: 2, api_key: 'csk_new' });
    expect((await stat(join(stateDir, 'enrolment'))).mode & 0o777).toBe(0o600);
    expect(await readFile(join(stateDir, 'enrolment'), 'utf8')).not.toContain(token);
  });

  it('makes a new proof of the same key when the answer was lost', async () => {
    const gateway = aGateway(undefined, { status: 503, body: {} }, enrolled(1));
    await enrol(gateway);
    const [first, , last] = gateway.seen.map(({ body }) => body) as [EnrolRequest, EnrolRequest, EnrolRequest];
    expect(gateway.seen).toHaveLength(3);
    expect(last.public_key).toBe(first.public_key);
    expect([last.nonce, last.proof]).not.toEqual([first.nonce, first.proof]);
  });

  it('does not try a token again that is refused, and keeps what it had', async () => {
    await enrol(aGateway(enrolled(1, 'csk_old')));
    const gateway = aGateway(refused);
    await expect(enrol(gateway)).rejects.toMatchObject({ code: 'ENROLMENT.TOKEN_REFUSED' });
    expect(gateway.seen).toHaveLength(1);
    expect(await kept()).toMatchObject({ epoch: 1, api_key: 'csk_old' });
  });
});

describe('a box that has enrolled', () => {
  it('acts with the credential of its enrolment, not with the one of the site', async () => {
    await enrol(aGateway(enrolled(1)));
    const gateway = aGateway({ status: 401, body: {} });
    const client = await createApplianceClient({ ...box(), apiKey: 'csk_site', fetch: gateway.fetch, attempts: 1 });
    await expect(client.acknowledge({ order_id: '0123456789abcdef' })).rejects.toThrow();
    expect(gateway.seen[0]!.authorization).toBe('Bearer csk_new');
  });

  it('does not start when others may read its credential, or when it is that of another box', async () => {
    await enrol(aGateway(enrolled(1)));
    await chmod(join(stateDir, 'enrolment'), 0o640);
    await expect(createApplianceClient(box())).rejects.toMatchObject({ code: 'APPLIANCE.ENROLMENT_EXPOSED' });
    await chmod(join(stateDir, 'enrolment'), 0o600);
    await expect(createApplianceClient({ ...box(), hostId: 'box-2' })).rejects.toMatchObject({
      code: 'APPLIANCE.ENROLMENT_DAMAGED',
    });
    await writeFile(join(stateDir, 'enrolment'), '{"epoch":0}');
    await expect(createApplianceClient(box())).rejects.toMatchObject({ code: 'APPLIANCE.ENROLMENT_DAMAGED' });
  });
});

describe('a box that has not enrolled', () => {
  it('needs a credential', async () => {
    await expect(createApplianceClient(box())).rejects.toMatchObject({ code: 'APPLIANCE.BAD_SETTING' });
  });
});
