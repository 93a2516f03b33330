import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { keyIdOf } from '@countersign/shared/crypto';
import { contentDigestOf } from '@countersign/shared/http-signature';
import { newSigner } from './enrolment-side.ts';
import { windowSeconds } from './signed-gateways.ts';
import { type Box, malleate, type Message, messageOf, withHeader, withoutHeader } from './signed-messages.ts';
import { incident, openSignedSide, poll, type SignedSide } from './signed-side.ts';

let side: SignedSide;
let box: Box;
beforeAll(async () => {
  side = await openSignedSide();
});
afterAll(() => side?.close());
beforeEach(async () => {
  box = await side.newBox();
  for (const gateway of side.gateways) gateway.counted.length = 0;
});
const invalid = [401, 'AUTH.SIGNATURE_INVALID'];

/** What an attacker makes of a request that he saw, or with a credential that he stole. */
type Attack = [what: string, change: (message: Message) => Message | Promise<Message>, refusal?: unknown[]];
const flip = (text: string): string => text.replace('high', 'low');
const signedAt = (seconds: number) => () => incident(box, { at: new Date(Date.now() + seconds * 1_000) });
const parameter = (name: string, value: string) => (message: Message) =>
  withHeader(message, 'signature-input', (text) => text.replace(new RegExp(`;${name}=("[^"]*"|\\d+)`), value));

const attacks: Attack[] = [
  ['another path that takes the same body', (one) => ({ ...one, target: '/drift' })],
  ['another spelling of the path', (one) => ({ ...one, target: '/%69ncidents' })],
  ['a query added', (one) => ({ ...one, target: '/incidents?x=1' })],
  ['an empty query added', (one) => ({ ...one, target: '/incidents?' })],
  ['a fragment added', (one) => ({ ...one, target: '/incidents#x' })],
  ['the target in absolute form', (one) => ({ ...one, target: 'http://gateway/incidents' })],
  ['another body', (one) => ({ ...one, body: flip(one.body!) })],
  [
    'another body and its digest',
    (one) => {
      const body = flip(one.body!);
      return withHeader({ ...one, body }, 'content-digest', () => contentDigestOf(body));
    },
  ],
  ['a space after the body', (one) => ({ ...one, body: `${one.body!} ` })],
  ['another digest', (one) => withHeader(one, 'content-digest', () => contentDigestOf('x'))],
  ['no digest', (one) => withoutHeader(one, 'content-digest')],
  ['a digest of another kind', (one) => withHeader(one, 'content-digest', (text) => text.replace('sha-256', 'md5'))],
  ['another idempotency key', (one) => withHeader(one, 'idempotency-key', () => 'another')],
  ['no idempotency key', (one) => withoutHeader(one, 'idempotency-key')],
  [
    'a second idempotency key',
    (one) => ({ ...one, headers: [...one.headers, ['Idempotency-Key', 'b']] }),
    [400, 'REQUEST.INVALID'],
  ],
  ['another content type', (one) => withHeader(one, 'content-type', () => 'application/json; charset=utf-8')],
  ['no Signature', (one) => withoutHeader(one, 'signature')],
  ['no Signature-Input', (one) => withoutHeader(one, 'signature-input')],
  ['a second Signature', (one) => ({ ...one, headers: [...one.headers, ['Signature', 'b=:AA==:']] })],
  ['a second Signature-Input', (one) => ({ ...one, headers: [...one.headers, ['Signature-Input', 'b=()']] })],
  ['a second Content-Digest', (one) => ({ ...one, headers: [...one.headers, ['Content-Digest', 'md5=:AA==:']] })],
  ['a second label', (one) => withHeader(one, 'signature', (text) => `${text}, b=:AA==:`)],
  ['fewer components', (one) => withHeader(one, 'signature-input', (text) => text.replace(' "content-digest"', ''))],
  [
    'an unknown component',
    (one) => withHeader(one, 'signature-input', (text) => text.replace('"@path"', '"@path" "@x"')),
  ],
  ['no created', parameter('created', '')],
  ['a later created', parameter('created', `;created=${Math.floor(Date.now() / 1_000) + 100}`)],
  ['no nonce', parameter('nonce', '')],
  ['a new nonce', parameter('nonce', ';nonce="AAAAAAAAAAAAAAAAAAAAAA"')],
  ['a short nonce', parameter('nonce', ';nonce="AAAA"')],
  ['alg=hmac-sha256', parameter('alg', ';alg="hmac-sha256"')],
  ['no tag', parameter('tag', '')],
  ['an unknown parameter', (one) => withHeader(one, 'signature-input', (text) => `${text};expires=9999999999`)],
  ['the keyid of another', parameter('keyid', `;keyid="${keyIdOf('11'.repeat(32))}"`)],
  [
    'a malleated S',
    (one) => withHeader(one, 'signature', (text) => text.replace(/:(.*):/, (_, s: string) => `:${malleate(s)}:`)),
  ],
  [
    'a signature of zeros',
    (one) => withHeader(one, 'signature', (text) => text.replace(/:.*:/, `:${Buffer.alloc(64).toString('base64')}:`)),
  ],
  ['made by another key', () => incident(box, { signer: newSigner() })],
  [
    'made by another key under our keyid',
    () => {
      const forger = { ...newSigner(), publicKey: box.signer.publicKey };
      return incident(box, { signer: forger });
    },
  ],
  [
    'made for another box of the site',
    async () => {
      const neighbour = await side.enrol(box.site, 'box-2');
      return incident(box, { signer: neighbour.signer });
    },
  ],
  ['created too long ago', signedAt(-windowSeconds - 10), [401, 'AUTH.SIGNATURE_STALE']],
  ['created too far ahead', signedAt(windowSeconds + 10), [401, 'AUTH.SIGNATURE_STALE']],
  ['a huge Signature-Input', (one) => withHeader(one, 'signature-input', () => `a=(${'"x" '.repeat(2_000)})`)],
  [
    'headers larger than any',
    (one) => withHeader(one, 'signature-input', () => `a=(${'"x" '.repeat(8_000)})`),
    [431, 'REQUEST.INVALID'],
  ],
  [
    'a packed body',
    (one) => ({ ...one, headers: [...one.headers, ['Content-Encoding', 'gzip']] }),
    [415, 'REQUEST.UNSUPPORTED_MEDIA_TYPE'],
  ],
  [
    'a body of a length that is not its own',
    (one) => ({ ...one, headers: [...one.headers, ['Transfer-Encoding', 'chunked'], ['Content-Length', '5']] }),
    [400, 'REQUEST.INVALID'],
  ],
];

describe('a request that was signed is refused with', () => {
  it.each(attacks)(
    '%s; nothing is changed or counted, and the true one is still good',
    async (_, change, refusal = invalid) => {
      const good = incident(box);
      const before = await side.nonces();
      expect(await side.outcome(await change(good))).toEqual(refusal);
      expect([await side.accepted(box.site), await side.nonces(), side.gateways[0].counted.length]).toEqual([
        0,
        before,
        0,
      ]);
      expect(await side.outcome(good)).toBe(200);
    },
  );

  it('another method', async () => {
    const good = messageOf(box, 'POST', `/orders/${box.site}`);
    expect(await side.outcome({ ...good, method: 'GET' })).toEqual(invalid);
  });

  it('another query', async () => {
    const good = poll(box);
    expect(await side.outcome({ ...good, target: `/orders/${box.site}?host_id=${box.host}&x=1` })).toEqual(invalid);
    expect(await side.outcome({ ...good, target: `/orders/${box.site}` })).toEqual(invalid);
    expect(await side.outcome(good)).toBe(200);
  });

  it('a body that nobody would read', async () => {
    expect(await side.outcome({ ...poll(box), body: '{}' })).toEqual(invalid);
    expect(await side.outcome(messageOf(box, 'GET', `/orders/${box.site}`, { body: {} }))).toEqual(invalid);
  });
});
