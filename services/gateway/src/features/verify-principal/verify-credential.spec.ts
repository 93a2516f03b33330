import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { sha256Hex } from '@countersign/shared/crypto';
import { tokenAudience as audience, ownToken, tokenSecret as secret } from '@countersign/shared/testing';
import { playRepository, somebody } from './played-principals.conformance.ts';
import { openTokenIssuers, type TokenIssuer } from './token-issuers.ts';
import { createVerifyCredential } from './verify-credential.ts';

const settings = {
  JWT_SECRET: secret,
  JWT_AUDIENCE: audience,
  JWKS_ALGORITHMS: [],
  JWKS_STALE_SECONDS: 0,
};
let issuers: TokenIssuer[];
let played: ReturnType<typeof playRepository>;
let verify: ReturnType<typeof createVerifyCredential>;
beforeEach(async () => {
  vi.useFakeTimers({ toFake: ['Date'], now: Date.parse('2026-11-21T12:00:00Z') });
  issuers = await openTokenIssuers(settings);
  played = playRepository();
  verify = createVerifyCredential(played.repository, issuers);
});
afterEach(() => vi.useRealTimers());
const later = (ms: number) => vi.setSystemTime(Date.now() + ms);

describe('a credential', () => {
  it('is a token when it has two dots, and a key otherwise: nothing is tried twice', async () => {
    await verify(ownToken());
    expect(played.findByKeyDigests).not.toHaveBeenCalled();
    for (const key of ['csk_x', 'a.b', 'a.b.c.d', 'a.b.c.d.e']) {
      await expect(verify(key)).rejects.toMatchObject({ code: 'AUTH.INVALID_CREDENTIAL' });
      expect(played.findByKeyDigests).toHaveBeenLastCalledWith([sha256Hex(key)]);
    }
    expect(played.findByToken).toHaveBeenCalledTimes(1);
  });

  it('that is not good is refused in the same words, whatever is wrong with it', async () => {
    const refusals = await Promise.all(
      ['csk_unknown', 'x', 'a.b.c', ownToken({ aud: 'x' }), ownToken({ sub: 'nobody' }), `${ownToken()}x`].map((one) =>
        verify(one).catch((error: unknown) => error),
      ),
    );
    const words = refusals.map((error) => {
      const { code, kind, message, details } = error as Record<string, unknown>;
      return JSON.stringify([code, kind, message, details]);
    });
    expect(new Set(words).size).toBe(1);
  });

  it('that is a token costs no query and no signature for 5 s: nobody tells that its issuer withdrew a key', async () => {
    const findKey = vi.spyOn(issuers[0]!, 'findKey');
    const token = ownToken();
    for (let i = 0; i < 100; i += 1) await verify(token);
    later(4_999);
    expect(await verify(token)).toEqual(somebody);
    expect([findKey.mock.calls.length, played.findByToken.mock.calls.length]).toEqual([1, 1]);
    later(1);
    await verify(token);
    expect([findKey.mock.calls.length, played.findByToken.mock.calls.length]).toEqual([2, 2]);
  });

  it('that is a key costs no query for a minute', async () => {
    played.findByKeyDigests.mockResolvedValue([somebody]);
    await verify('csk_x');
    later(59_999);
    expect(await verify('csk_x')).toEqual(somebody);
    expect(played.findByKeyDigests).toHaveBeenCalledTimes(1);
    later(1);
    await verify('csk_x');
    expect(played.findByKeyDigests).toHaveBeenCalledTimes(2);
  });

  it('that is asked about by many at once is asked for once', async () => {
    const token = ownToken();
    await Promise.all(Array.from({ length: 50 }, () => verify(token)));
    expect(played.findByToken).toHaveBeenCalledTimes(1);
  });

  it('that comes with others is asked for in one statement with them, and stands for its own principal', async () => {
    const principals = new Map(
      ['csk_a', 'csk_b', 'csk_c'].map((key) => [sha256Hex(key), { ...somebody, name: key }] as const),
    );
    played.findByKeyDigests.mockImplementation(async (digests) => digests.map((digest) => principals.get(digest)));
    const asked = ['csk_a', 'csk_unknown', 'csk_b', 'csk_a', 'csk_c'];
    const answers = await Promise.allSettled(asked.map((key) => verify(key)));
    expect(answers.map((one) => (one.status === 'fulfilled' ? one.value.name : one.reason.code))).toEqual([
      'csk_a',
      'AUTH.INVALID_CREDENTIAL',
      'csk_b',
      'csk_a',
      'csk_c',
    ]);
    expect(played.findByKeyDigests).toHaveBeenCalledTimes(1);
    expect(played.findByKeyDigests.mock.lastCall![0]).toHaveLength(4);
  });

  it('is not remembered beyond its own end', async () => {
    const token = ownToken({ exp: Date.now() / 1_000 + 2 });
    await verify(token);
    later(1_999);
    expect(await verify(token)).toEqual(somebody);
    later(1);
    await expect(verify(token)).rejects.toMatchObject({ code: 'AUTH.TOKEN_EXPIRED' });
    played.findByKeyDigests.mockResolvedValueOnce([{ ...somebody, goodMs: 700 }]);
    await verify('csk_ends');
    later(699);
    expect(await verify('csk_ends')).toEqual(somebody);
    later(1);
    await expect(verify('csk_ends')).rejects.toMatchObject({ code: 'AUTH.INVALID_CREDENTIAL' });
  });

  it('is forgotten the moment its principal changes', async () => {
    const token = ownToken();
    await verify(token);
    played.tell('principal:01933a5e-0000-7000-8000-000000000000');
    await verify(token);
    expect(played.findByToken).toHaveBeenCalledTimes(1);
    played.findByToken.mockResolvedValue(undefined);
    played.tell(`principal:${somebody.id}`);
    await expect(verify(token)).rejects.toMatchObject({ code: 'AUTH.INVALID_CREDENTIAL' });
  });

  it('is not remembered when a change overtook the answer', async () => {
    const token = ownToken();
    played.findByToken.mockImplementationOnce(async () => {
      played.tell(`principal:${somebody.id}`);
      return somebody;
    });
    await verify(token);
    await verify(token);
    expect(played.findByToken).toHaveBeenCalledTimes(2);
  });

  it('is not remembered while nobody would tell of a change', async () => {
    const token = ownToken();
    await verify(token);
    played.state.listening = false;
    await verify(token);
    await verify(token);
    expect(played.findByToken).toHaveBeenCalledTimes(3);
    // Nor afterwards: what was learned meanwhile may have changed meanwhile.
    const other = ownToken({ jti: 'other' });
    await verify(other);
    played.state.listening = true;
    await verify(other);
    expect(played.findByToken).toHaveBeenCalledTimes(5);
  });

  it('that is not good is never remembered', async () => {
    for (let i = 0; i < 3; i += 1) await verify('csk_unknown').catch(() => {});
    expect(played.findByKeyDigests).toHaveBeenCalledTimes(3);
  });

  it('cannot be judged while the database is away: that is neither yes nor no', async () => {
    const away = Object.assign(new Error('away'), { code: 'DATABASE.UNAVAILABLE' });
    played.findByToken.mockRejectedValue(away);
    await expect(verify(ownToken())).rejects.toBe(away);
  });
});
