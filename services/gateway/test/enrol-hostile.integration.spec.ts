import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { enrolmentSignedText, sha256Hex } from '@countersign/shared/crypto';
import { type AppError, newId } from '@countersign/shared/kernel';
import { EnrolmentRepository } from '../src/persistence/enrolment.repository.ts';
import { type EnrolmentSide, newSigner, newSite, nobody, openEnrolmentSide } from './enrolment-side.ts';

let side: EnrolmentSide;
let site: string;

beforeAll(async () => {
  side = await openEnrolmentSide();
});
afterAll(() => side?.close());
beforeEach(() => (site = newSite()));

const refusal = (code: string) => expect.objectContaining({ code });

describe('a hostile enrolment', () => {
  it('with a recorded request gets nothing: a proof is answered once', async () => {
    const gateway = side.startGateway();
    const { token } = await side.makeToken(gateway, site);
    const body = side.request(token, site);
    const { credential } = await gateway.enrol(body);
    await expect(gateway.enrol(body)).rejects.toThrow(refusal('ENROLMENT.REPLAYED'));
    expect(await side.principalOf(credential.key)).toBeDefined();
  });

  it('learns nothing of a token that is not good: the answer is the same for all', async () => {
    const gateway = side.startGateway();
    const [expired, revoked, used, foreign, bound] = await Promise.all([
      side.makeToken(gateway, site, { expires_in_seconds: 60 }),
      side.makeToken(gateway, site),
      side.makeToken(gateway, site),
      side.makeToken(gateway, site, { site_id: 'elsewhere' }),
      side.makeToken(gateway, site, { host_id: 'box-9' }),
    ]);
    await gateway.tokens.revoke({ token_id: revoked.token_id }, nobody);
    await gateway.enrol(side.request(used.token, site, { host_id: 'box-5' }));
    gateway.time.now = new Date(Date.now() + 61_000);
    const answers: unknown[] = [];
    for (const token of [
      expired.token,
      revoked.token,
      used.token,
      foreign.token,
      bound.token,
      `cse_${'A'.repeat(43)}`,
    ]) {
      const error = await gateway.enrol(side.request(token, site)).then(
        () => undefined,
        (thrown: AppError) => thrown,
      );
      answers.push([error?.code, error?.kind, error?.message, error?.details]);
    }
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(answers[0]).toEqual(['ENROLMENT.TOKEN_REFUSED', 'unauthenticated', expect.any(String), undefined]);
    expect(gateway.orders.asked).toHaveLength(1);
  });

  it('with a proof of another token, site, host, key, time or nonce is refused', async () => {
    const gateway = side.startGateway();
    const [one, other] = await Promise.all([side.makeToken(gateway, site), side.makeToken(gateway, site)]);
    const body = side.request(one.token, site);
    const forgeries = [
      { ...body, token: other.token },
      { ...body, host_id: 'box-2' },
      { ...body, public_key: newSigner().publicKey },
      { ...body, requested_at: new Date().toISOString() },
      { ...body, nonce: '00'.repeat(16) },
      { ...body, proof: '00'.repeat(64) },
      { ...body, proof: newSigner().sign(enrolmentSignedText(body)) },
    ];
    for (const forged of forgeries) {
      await expect(gateway.enrol(forged)).rejects.toThrow(refusal('ENROLMENT.PROOF_INVALID'));
    }
    expect(gateway.orders.asked).toEqual([]);
    expect(await gateway.enrol(body)).toMatchObject({ epoch: 1 });
  });

  it.each(['00'.repeat(32), `01${'00'.repeat(31)}`, `ec${'ff'.repeat(30)}7f`, `ed${'ff'.repeat(30)}7f`])(
    'with the key %s, under which others could sign too, is refused',
    async (public_key) => {
      const gateway = side.startGateway();
      const { token } = await side.makeToken(gateway, site);
      const body = { ...side.request(token, site, { public_key }), proof: `01${'00'.repeat(63)}` };
      await expect(gateway.enrol(body)).rejects.toThrow(refusal('CRYPTO.UNACCEPTABLE_PUBLIC_KEY'));
    },
  );

  it('from another time is refused, and told ours', async () => {
    const gateway = side.startGateway();
    const { token } = await side.makeToken(gateway, site);
    for (const minutes of [-6, 6]) {
      const requested_at = new Date(Date.now() + minutes * 60_000).toISOString();
      const error = await gateway
        .enrol(side.request(token, site, { requested_at }))
        .catch((thrown: AppError) => thrown);
      expect(error).toMatchObject({ code: 'ENROLMENT.CLOCK_SKEWED', details: { server_time: expect.any(String) } });
    }
  });

  it('with a key that is taken costs the token nothing', async () => {
    const gateway = side.startGateway();
    const { token } = await side.makeToken(gateway, site);
    const signer = newSigner();
    gateway.orders.taken.add(signer.publicKey);
    await expect(gateway.enrol(side.request(token, site, {}, signer))).rejects.toThrow(refusal('ENROLMENT.KEY_TAKEN'));
    expect(await gateway.enrol(side.request(token, site))).toMatchObject({ epoch: 1 });
  });

  it('that was let in while its token was good finds it revoked when it claims a use', async () => {
    const gateway = side.startGateway();
    const { token_id } = await side.makeToken(gateway, site);
    await gateway.tokens.revoke({ token_id }, nobody);
    const claim = {
      enrolmentId: newId(),
      tokenId: token_id,
      site_id: site,
      host_id: 'box-1',
      public_key: 'ab'.repeat(32),
    };
    const { pool } = side;
    await expect(new EnrolmentRepository(pool).claim(claim, new Date())).rejects.toThrow(
      refusal('ENROLMENT.TOKEN_REFUSED'),
    );
  });

  it('that comes while its token is revoked is before it or refused, never half', async () => {
    const gateway = side.startGateway();
    for (let round = 0; round < 8; round += 1) {
      const { token, token_id } = await side.makeToken(gateway, site);
      const host_id = `box-${round}`;
      const [end] = await Promise.allSettled([
        gateway.enrol(side.request(token, site, { host_id })),
        gateway.tokens.revoke({ token_id }, nobody),
      ]);
      const { rowCount } = await side.pool.query('select from principals where site_id = $1 and host_id = $2', [
        site,
        host_id,
      ]);
      expect(rowCount).toBe(end.status === 'fulfilled' ? 1 : 0);
      await expect(gateway.enrol(side.request(token, site, { host_id }))).rejects.toThrow(
        refusal('ENROLMENT.TOKEN_REFUSED'),
      );
    }
  });
});

describe('tokens', () => {
  it('are revoked once, which is said once, and by nobody of another site', async () => {
    const gateway = side.startGateway();
    const { token_id } = await side.makeToken(gateway, site);
    const stranger = { principal: { id: newId(), siteId: 'elsewhere' } };
    await expect(gateway.tokens.revoke({ token_id }, stranger)).rejects.toThrow(refusal('ENROLMENT.TOKEN_NOT_FOUND'));
    await expect(gateway.tokens.revoke({ token_id: newId() }, nobody)).rejects.toThrow(
      refusal('ENROLMENT.TOKEN_NOT_FOUND'),
    );
    const first = await gateway.tokens.revoke({ token_id }, nobody);
    gateway.time.now = new Date(Date.now() + 1_000);
    expect(await gateway.tokens.revoke({ token_id }, nobody)).toEqual(first);
    expect(await side.said(site, 'gateway.enrolment-token-revoked.v1')).toHaveLength(1);
  });

  it('are listed to a principal of a site as those of its site, whatever is asked, and never with their secret', async () => {
    const gateway = side.startGateway();
    const { token, token_id } = await side.makeToken(gateway, site);
    await side.makeToken(gateway, site, { site_id: 'elsewhere' });
    const own = await gateway.tokens.list({}, { principal: { id: newId(), siteId: site } });
    expect(own.tokens.map((one) => one.token_id)).toEqual([token_id]);
    expect(JSON.stringify(own)).not.toContain(token);
    expect(JSON.stringify(own)).not.toContain(sha256Hex(token));
  });
});
