import { spawn } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  tokenAudience as audience,
  claimsOf as claims,
  forge,
  hmac,
  issuedToken,
  tokenIssuer as issuer,
  jwkOf,
  ownToken,
  publicTexts,
  tokenSecret as secret,
} from '@countersign/shared/testing';
import { startStack, type Stack, wideLimits } from '../../tools/stack/index.ts';
import { createKey, createSiteKey, disablePrincipal, runKeys } from '../harness/api-keys.ts';
import { newSiteId } from '../harness/box.ts';
import { call } from '../harness/call.ts';
import type { ProvidedSystem } from '../harness/provided-system.ts';
import { problemOf } from '../harness/expect-answer.ts';
import { systemOf } from '../harness/system-of-stack.ts';
import { until } from '../harness/until.ts';

describe('tokens at a gateway that knows a secret and the keys of an issuer', () => {
  let stack: Stack;
  let system: ProvidedSystem;
  let base: string;
  let publisher: Server;
  let published: object[] | undefined = [jwkOf('RS256'), jwkOf('ES256')];
  const site = newSiteId();
  let box: { principal_id: string };

  beforeAll(async () => {
    publisher = createServer((_, response) => {
      if (published === undefined) response.writeHead(503).end();
      else response.end(JSON.stringify({ keys: published }));
    }).listen(0, '127.0.0.1');
    await new Promise((resolve) => publisher.once('listening', resolve));
    const JWKS_URL = `http://127.0.0.1:${(publisher.address() as AddressInfo).port}/`;
    const env = { ...wideLimits, JWT_SECRET: secret, JWKS_URL, JWKS_ISSUER: issuer, JWKS_STALE_SECONDS: '5' };
    stack = await startStack({ env });
    system = systemOf(stack);
    base = system.gatewayUrls[0]!;
    box = await createSiteKey(system, site);
  }, 120_000);
  afterAll(async () => {
    publisher?.close();
    await stack?.stop();
  });

  const now = () => Math.floor(Date.now() / 1_000);
  const ask = async (key: string, path = '/runbooks') => {
    const answer = await call(base + path, { key });
    return answer.status === 200 ? [200] : problemOf(answer);
  };
  const ofBox = (more: object = {}, header: object = {}) => ownToken({ sub: box.principal_id, ...more }, header);

  it('let in whom the database knows, as what it is there', async () => {
    expect(await ask(ofBox())).toEqual([200]);
    expect(await ask(ofBox(), `/orders/${site}`)).toEqual([200]);
  });

  it('cannot make their bearer more than the row says: other site, other kind, other scopes', async () => {
    const foreign = newSiteId();
    const loud = { kind: 'administrator', site_id: foreign, siteId: foreign, namespace: 'other' };
    const token = ofBox({ ...loud, scopes: ['ledger:read-entries'], scope: 'ledger:read-entries', role: 'admin' });
    expect(await ask(token, `/orders/${foreign}`)).toEqual([403, 'AUTH.SITE_FORBIDDEN']);
    expect(await ask(token, '/ledger/entries/000.p/1')).toEqual([403, 'AUTH.SCOPE_MISSING']);
    expect(await ask(token, `/orders/${site}`)).toEqual([200]);
  });

  const bad: [string, () => string][] = [
    ['without an end', () => ofBox({ exp: undefined })],
    ['for somebody else', () => ofBox({ aud: 'elsewhere' })],
    ['for nobody', () => ofBox({ aud: undefined })],
    ['for a list without us', () => ofBox({ aud: ['a', 'b'] })],
    ['of a time to come', () => ofBox({ nbf: now() + 60 })],
    ['of nobody', () => ofBox({ sub: undefined })],
    ['of somebody unknown', () => ofBox({ sub: '01933a5e-7c1f-7d1a-8a56-000000000000' })],
    ['of a subject with NUL', () => ofBox({ sub: 'a\u0000' })],
    ['of a subject that is SQL', () => ofBox({ sub: "' or true --" })],
    ['that names no algorithm', () => forge({ alg: 'none' }, claims({ sub: box.principal_id }), () => Buffer.alloc(0))],
    ['with an empty secret', () => forge({ alg: 'HS256' }, claims({ sub: box.principal_id }), hmac(''))],
    ['with the public key as the secret', () => forge({ alg: 'HS256' }, claims(), hmac(publicTexts('RS256')[0]!))],
    ['with its own key', () => ofBox({}, { jwk: jwkOf('RS256') })],
    ['with a key by URL', () => ofBox({}, { jku: `${base}/keys` })],
    ['with what nobody understands', () => ofBox({}, { crit: ['x'], x: 1 })],
    [
      'that says a thing twice',
      () => forge({ alg: 'HS256' }, `{"sub":"x",${JSON.stringify(claims()).slice(1)}`, hmac(secret)),
    ],
    ['of an issuer for a principal by its id', () => issuedToken('RS256', { sub: box.principal_id })],
    ['of 5,000 characters', () => ofBox({ more: 'x'.repeat(5_000) })],
  ];
  it.each(bad)('%s are 401, in the words for every bad credential', async (_what, make) => {
    expect(await ask(make())).toEqual([401, 'AUTH.INVALID_CREDENTIAL']);
  });

  it('that ended a second ago are 401', async () => {
    expect(await ask(ofBox({ exp: now() - 1, iat: now() - 60 }))).toEqual([401, 'AUTH.TOKEN_EXPIRED']);
    const token = ofBox({ exp: now() + 2 });
    expect(await ask(token)).toEqual([200]);
    await until('it is over though it is remembered', async () => (await ask(token))[0] === 401, 5_000);
    expect(Math.abs(Date.now() / 1_000 - now())).toBeLessThan(1);
  });

  it('of an issuer follow its keys: rotated, taken back, away', async () => {
    const auditor = await createKey(system, 'auditor');
    const link = ['--principal', auditor.principal_id, '--issuer', issuer, '--subject', 'somebody'];
    expect(await ask(issuedToken('RS256'))).toEqual([401, 'AUTH.INVALID_CREDENTIAL']);
    await runKeys(system, 'link', ...link);
    expect(await ask(issuedToken('RS256'))).toEqual([200]);
    expect(await ask(issuedToken('RS256', { aud: [audience, 'other'] }))).toEqual([200]);
    published = undefined;
    expect(await ask(issuedToken('ES256'))).toEqual([200]);
    // Known keys are good for 5 s without their issuer; then nobody is let in, and it is said that it will pass.
    await until('503', async () => (await ask(issuedToken('ES256')))[0] === 503);
    expect(await ask(issuedToken('ES256', { n: 1 }))).toEqual([503, 'AUTH.KEYS_UNAVAILABLE']);
    expect(await ask(ofBox())).toEqual([200]);
    published = [jwkOf('EdDSA')];
    await until('the new key', async () => (await ask(issuedToken('EdDSA')))[0] === 200);
    expect(await ask(issuedToken('RS256', { n: 2 }))).toEqual([401, 'AUTH.INVALID_CREDENTIAL']);
    await disablePrincipal(system, auditor.principal_id);
    expect(await ask(issuedToken('EdDSA'))).toEqual([401, 'AUTH.INVALID_CREDENTIAL']);
  });
});

describe('a gateway without a good secret', () => {
  const program = fileURLToPath(new URL('../../services/gateway/dist/main.js', import.meta.url));
  const settings = { NATS_URL: 'nats://127.0.0.1:1', DATABASE_URL: 'postgres://a:b@127.0.0.1:1/c' };

  it.each<Record<string, string>>([{}, { JWT_SECRET: 'short-but-recognisable' }, { JWT_SECRET: 'x'.repeat(31) }])(
    'does not start with %o, says why, and does not say it',
    async (more) => {
      const child = spawn(process.execPath, [program], { env: { PATH: process.env['PATH'], ...settings, ...more } });
      let output = '';
      for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (output += String(text)));
      expect(await new Promise((resolve) => child.once('exit', resolve))).toBe(1);
      expect(output).toMatch(/JWT_SECRET: is (missing|not acceptable).*at least 32 characters/);
      if (more['JWT_SECRET']) expect(output).not.toContain(more['JWT_SECRET']);
    },
  );
});
