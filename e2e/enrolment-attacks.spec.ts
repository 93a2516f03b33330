import { randomBytes } from 'node:crypto';
import { beforeEach, describe, expect, inject, it } from 'vitest';
import { createKey } from './harness/api-keys.ts';
import { newSiteId } from './harness/box.ts';
import { enrol, enrolNewBox, enrolRequestOf, makeEnrolmentToken, newSigner } from './harness/enrol.ts';
import { problemOf } from './harness/expect-answer.ts';
import { callsOf, type SiteCalls } from './harness/site-calls.ts';

const system = inject('system');
const base = system.gatewayUrls[0]!;
const refusedToken = [401, 'ENROLMENT.TOKEN_REFUSED'];

let siteId: string;
let site: SiteCalls;
beforeEach(() => {
  siteId = newSiteId();
  site = callsOf(base, siteId);
});

describe('a hostile enrolment', () => {
  it('50 times at once with a token for one, through every gateway, succeeds once', async () => {
    const { token } = (await makeEnrolmentToken(system, siteId)).body;
    const answers = await Promise.all(
      Array.from({ length: 50 }, (_, n) => enrol(system, enrolRequestOf(token, siteId, newSigner()), n)),
    );
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1);
    for (const answer of answers.filter(({ status }) => status !== 200)) {
      expect(problemOf(answer)).toEqual(refusedToken);
    }
  });

  it('by a token that is not good is refused in the same words, whatever is wrong with it', async () => {
    const [revoked, used, elsewhere, bound] = await Promise.all([
      makeEnrolmentToken(system, siteId),
      makeEnrolmentToken(system, siteId),
      makeEnrolmentToken(system, newSiteId()),
      makeEnrolmentToken(system, siteId, { host_id: 'box-7' }),
    ]);
    await site.send(`/enrolment-tokens/${revoked.body.token_id}`, { key: system.adminKey, method: 'DELETE' });
    await enrol(system, enrolRequestOf(used.body.token, siteId, newSigner()));
    const guess = `cse_${randomBytes(32).toString('base64url')}`;
    const tokens = [revoked.body.token, used.body.token, elsewhere.body.token, bound.body.token, guess];
    const words = await Promise.all(
      tokens.map(async (token) => {
        const answer = await enrol(system, enrolRequestOf(token, siteId, newSigner()));
        expect(problemOf(answer)).toEqual(refusedToken);
        const { request_id: _request, trace_id: _trace, ...rest } = answer.body;
        return JSON.stringify(rest);
      }),
    );
    expect(new Set(words).size).toBe(1);
  });

  it('with a proof of something else, a weak key or a recorded request is refused, and costs the token nothing', async () => {
    const [{ token }, other] = [
      (await makeEnrolmentToken(system, siteId)).body,
      (await makeEnrolmentToken(system, siteId)).body,
    ];
    const body = enrolRequestOf(token, siteId, newSigner());
    const forgeries = [
      { ...body, token: other.token },
      { ...body, host_id: 'box-2' },
      { ...body, public_key: newSigner().publicKey },
      { ...body, nonce: '00'.repeat(16) },
      { ...body, proof: '00'.repeat(64) },
    ];
    for (const forged of forgeries) {
      expect(problemOf(await enrol(system, forged))).toEqual([422, 'ENROLMENT.PROOF_INVALID']);
    }
    for (const public_key of ['00'.repeat(32), `01${'00'.repeat(31)}`, `ed${'ff'.repeat(30)}7f`]) {
      const answer = await enrol(system, { ...body, public_key, proof: `01${'00'.repeat(63)}` });
      expect(problemOf(answer)).toEqual([422, 'CRYPTO.UNACCEPTABLE_PUBLIC_KEY']);
    }
    const late = enrolRequestOf(token, siteId, newSigner(), {
      requested_at: new Date(Date.now() - 600_000).toISOString(),
    });
    expect(problemOf(await enrol(system, late))).toEqual([422, 'ENROLMENT.CLOCK_SKEWED']);
    const { credential } = (await enrol(system, body)).body;
    expect(problemOf(await enrol(system, body))).toEqual([409, 'ENROLMENT.REPLAYED']);
    expect((await site.checkIn(credential.key)).status).toBe(200);
  });

  it('with the key of another appliance, or one that was given up, is refused', async () => {
    const former = await enrolNewBox(system, siteId);
    const box = await enrolNewBox(system, siteId);
    const { token } = (await makeEnrolmentToken(system, siteId)).body;
    for (const signer of [former.signer, box.signer]) {
      const answer = await enrol(system, enrolRequestOf(token, siteId, signer, { host_id: 'box-2' }));
      expect(problemOf(answer)).toEqual([409, 'ENROLMENT.KEY_TAKEN']);
    }
    const back = await enrol(system, enrolRequestOf(token, siteId, former.signer));
    expect(problemOf(back)).toEqual([409, 'ENROLMENT.KEY_TAKEN']);
    expect((await enrol(system, enrolRequestOf(token, siteId, box.signer))).body.epoch).toBe(3);
  });

  it.each(['{', '[]', 'null', '{}', '{"token":"x","token":"y"}', '{"token":{"$ne":null}}'])(
    'of garbage (%s) is a 400',
    async (body) => {
      expect(problemOf(await site.send('/enrol', { body }))[0]).toBe(400);
    },
  );

  it('by an operator of another site gets no token, sees none, and revokes none', async () => {
    const operator = await createKey(system, 'operator', newSiteId());
    const made = (await makeEnrolmentToken(system, siteId)).body;
    expect(problemOf(await makeEnrolmentToken(system, siteId, {}, operator.key))).toEqual([403, 'AUTH.SITE_FORBIDDEN']);
    const foreign = await site.send(`/enrolment-tokens?site_id=${siteId}`, { key: operator.key });
    expect(problemOf(foreign)).toEqual([403, 'AUTH.SITE_FORBIDDEN']);
    expect((await site.send('/enrolment-tokens', { key: operator.key })).body).toEqual({ tokens: [], count: 0 });
    const path = `/enrolment-tokens/${made.token_id}`;
    const revoking = await site.send(path, { key: operator.key, method: 'DELETE' });
    const missing = await site.send(path.replace(/.{12}$/, '000000000000'), { key: operator.key, method: 'DELETE' });
    expect(problemOf(revoking)).toEqual([404, 'ENROLMENT.TOKEN_NOT_FOUND']);
    expect(problemOf(missing)).toEqual([404, 'ENROLMENT.TOKEN_NOT_FOUND']);
    const listed = await site.send(`/enrolment-tokens?site_id=${siteId}`, { key: system.adminKey });
    expect(listed.body.tokens).toMatchObject([{ token_id: made.token_id, state: 'good', uses_left: 1 }]);
    expect(listed.text).not.toContain(made.token);
  });
});
