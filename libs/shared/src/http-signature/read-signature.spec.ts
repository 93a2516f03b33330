import { describe, expect, it } from 'vitest';
import { nodeEd25519, naclEd25519 } from '../crypto/index.ts';
import {
  contentDigestOf,
  createRequestSigner,
  isCreatedWithin,
  isSignedBy,
  readSignature,
  type ReceivedRequest,
  type RequestToSign,
} from './index.ts';

const signer = naclEd25519.createSigner('11'.repeat(32));
const now = new Date('2026-11-21T12:00:00Z');
const sign = createRequestSigner(signer, { now: () => now });
const request: RequestToSign = {
  method: 'POST',
  target: '/orders/acknowledge',
  body: '{"site_id":"clinic-7"}',
  headers: { 'idempotency-key': 'k1' },
};

type Headers = Record<string, string>;
const receive = (headers: Headers, changes: Partial<ReceivedRequest> = {}): ReceivedRequest => ({
  method: request.method,
  target: request.target,
  rawHeaders: Object.entries({ Host: 'gateway', 'Idempotency-Key': 'k1', ...headers }).flat(),
  hasBody: true,
  ...changes,
});
const refusal = (message: RegExp) =>
  expect.objectContaining({ code: 'AUTH.SIGNATURE_INVALID', message: expect.stringMatching(message) });
const reading = (received: ReceivedRequest) => {
  try {
    return readSignature(received);
  } catch (error) {
    return error;
  }
};

const order = 2n ** 252n + 27742317777372353535851937790883648493n;
const reverse = (hex: string): string => hex.match(/../g)!.toReversed().join('');

describe('a signed request', () => {
  it('is read back as it was signed, and holds for its key alone', () => {
    const signature = readSignature(receive(sign(request)))!;
    expect(signature).toMatchObject({ created: now.getTime() / 1_000, nonce: expect.stringMatching(/^[0-9a-f]{32}$/) });
    expect(isSignedBy(signer.publicKey, signature, nodeEd25519)).toBe(true);
    expect(isSignedBy(nodeEd25519.publicKeyOf('22'.repeat(32)), signature, nodeEd25519)).toBe(false);
  });

  it('names its key: the right signature under the id of another key does not hold', () => {
    const other = nodeEd25519.publicKeyOf('22'.repeat(32));
    const headers = createRequestSigner({ ...signer, publicKey: other }, { now: () => now })(request);
    const signature = readSignature(receive(headers))!;
    expect(nodeEd25519.verify(signature.base, signature.signature, signer.publicKey)).toBe(true);
    expect(isSignedBy(signer.publicKey, signature, nodeEd25519)).toBe(false);
  });

  it.each([
    ['node:crypto', nodeEd25519],
    ['tweetnacl', naclEd25519],
  ])('does not hold with another S for the same equation, or under a key of small order: %s', (_, ed25519) => {
    const signature = readSignature(receive(sign(request)))!;
    const scalar = BigInt(`0x${reverse(signature.signature.slice(64))}`) + order;
    const malleated = signature.signature.slice(0, 64) + reverse(scalar.toString(16).padStart(64, '0'));
    expect(isSignedBy(signer.publicKey, signature, ed25519)).toBe(true);
    expect(isSignedBy(signer.publicKey, { ...signature, signature: malleated }, ed25519)).toBe(false);
    // Under the identity, R = the identity with S = 0 holds for every message.
    const identity = `01${'00'.repeat(31)}`;
    const forger = { publicKey: identity, sign: () => identity + '00'.repeat(32) };
    const forged = readSignature(receive(createRequestSigner(forger, { now: () => now })(request)))!;
    expect(isSignedBy(identity, forged, ed25519)).toBe(false);
  });

  it('covers its query when it has one', () => {
    const headers = sign({ method: 'GET', target: '/orders/clinic-7?host_id=box-1' });
    const get = { method: 'GET', hasBody: false, rawHeaders: Object.entries(headers).flat() };
    const read = (target: string) => readSignature(receive({}, { ...get, target }))!;
    const isGood = (target: string) => isSignedBy(signer.publicKey, read(target), nodeEd25519);
    expect(isGood('/orders/clinic-7?host_id=box-1')).toBe(true);
    expect(isGood('/orders/clinic-7?host_id=box-2')).toBe(false);
    expect(isGood('/orders/clinic-8?host_id=box-1')).toBe(false);
  });

  it('never has a nonce twice', () => {
    expect(sign(request)['signature-input']).not.toBe(sign(request)['signature-input']);
  });

  it('is none when nothing of one is there', () => {
    expect(readSignature(receive({}))).toBeUndefined();
  });

  it.each([
    [0, true],
    [300, true],
    [-300, true],
    [301, false],
    [-301, false],
  ])('made %i seconds from now is within five minutes: %s', (seconds, isWithin) => {
    const signature = readSignature(receive(sign(request)))!;
    expect(isCreatedWithin(signature, new Date(now.getTime() + seconds * 1_000), 300)).toBe(isWithin);
  });
});

/** What follows was signed by the enrolled key, and is refused for its form. */
function signedAs(parameters: string, more: Headers = {}): Headers {
  const base = parameters
    .slice(1, parameters.indexOf(')'))
    .split(' ')
    .filter(Boolean)
    .map((name) => `${name}: x`)
    .concat(`"@signature-params": ${parameters}`)
    .join('\n');
  const signature = Buffer.from(signer.sign(base), 'hex').toString('base64');
  const digest = contentDigestOf(request.body!);
  return { 'content-digest': digest, 'signature-input': `sig=${parameters}`, signature: `sig=:${signature}:`, ...more };
}
const covered = '"@method" "@path" "content-digest" "idempotency-key"';
const values = `created=1795262400;nonce="AAAAAAAAAAAAAAAAAAAAAA";keyid="0011223344556677";alg="ed25519";tag="countersign"`;
const good = signedAs(`(${covered});${values}`);

describe('a signature is refused', () => {
  it('unless it is exactly of the profile, as this one is', () => {
    expect(reading(receive(good))).toMatchObject({ keyId: '0011223344556677' });
  });

  it.each<[string, Headers, RegExp]>([
    ['without Signature', { 'signature-input': good['signature-input']! }, /header signature must/],
    ['without Signature-Input', { signature: good['signature']! }, /signature-input must stand exactly once/],
    ['that covers no method', signedAs(`("@path" "content-digest" "idempotency-key");${values}`), /cover @method/],
    ['that covers no path', signedAs(`("@method" "content-digest" "idempotency-key");${values}`), /cover @path/],
    ['that covers no body', signedAs(`("@method" "@path" "idempotency-key");${values}`), /cover content-digest/],
    ['that covers no idempotency key', signedAs(`("@method" "@path" "content-digest");${values}`), /idempotency-key/],
    ['that covers nothing', signedAs(`();${values}`), /does not cover/],
    ['that covers a component twice', signedAs(`(${covered} "@path");${values}`), /stands twice/],
    ['over an unknown component', signedAs(`(${covered} "@status");${values}`), /@status, which is not known/],
    ['over the target in another form', signedAs(`(${covered} "@target-uri");${values}`), /not known/],
    ['over a header that is not there', signedAs(`(${covered} "x-none");${values}`), /x-none must stand exactly once/],
    [
      'over a component with a parameter',
      signedAs(`("@method";req "@path" "content-digest");${values}`),
      /without parameters/,
    ],
    ['over a token in place of a string', signedAs(`(method "@path" "content-digest");${values}`), /are strings/],
    ['over 17 components', signedAs(`(${Array.from({ length: 17 }, (_, n) => `"h${n}"`).join(' ')});${values}`), /16/],
    ['with alg="hmac-sha256"', signedAs(`(${covered});${values.replace('ed25519', 'hmac-sha256')}`), /alg must be/],
    ['without alg', signedAs(`(${covered});${values.replace(';alg="ed25519"', '')}`), /alg must be/],
    ['with alg as a token', signedAs(`(${covered});${values.replace('"ed25519"', 'ed25519')}`), /alg must be/],
    ['of another domain', signedAs(`(${covered});${values.replace('"countersign"', '"web-bot-auth"')}`), /tag must be/],
    ['without created', signedAs(`(${covered});${values.replace('created=1795262400;', '')}`), /created must be/],
    ['with created as text', signedAs(`(${covered});${values.replace('1795262400', '"1795262400"')}`), /created must/],
    [
      'with created as a date',
      signedAs(`(${covered});${values.replace('1795262400', '@1795262400')}`),
      /no structured field/,
    ],
    ['with created before 1970', signedAs(`(${covered});${values.replace('1795262400', '-1')}`), /created must/],
    ['with half a second', signedAs(`(${covered});${values.replace('1795262400', '1795262400.5')}`), /created must/],
    [
      'with a nonce of 15 bytes',
      signedAs(`(${covered});${values.replace('AAAAAAAAAAAAAAAAAAAAAA', 'A'.repeat(20))}`),
      /nonce/,
    ],
    ['without a nonce', signedAs(`(${covered});${values.replace('nonce="AAAAAAAAAAAAAAAAAAAAAA";', '')}`), /nonce/],
    ['with an unknown parameter', signedAs(`(${covered});${values};expires=1795262500`), /parameter that is not known/],
    ['with a parameter that stands twice', signedAs(`(${covered});created=1;${values}`), /canonical/],
    ['with spaces that its signer left out', signedAs(`(${covered}) ;${values}`), /canonical|no structured field/],
    [
      'beside a second one',
      { ...good, 'signature-input': `${good['signature-input']!}, b=();created=1` },
      /one member/,
    ],
    [
      'beside a second one of the same name',
      { ...good, 'signature-input': `sig=(), ${good['signature-input']!}` },
      /canonical/,
    ],
    ['beside a second signature', { ...good, signature: `${good['signature']!}, b=:AA==:` }, /one member/],
    ['under another name', { ...good, signature: good['signature']!.replace('sig=', 'gis=') }, /different signatures/],
    ['that is text', { ...good, signature: 'sig="AAAA"' }, /bytes alone/],
    ['of 63 bytes', { ...good, signature: `sig=:${Buffer.alloc(63).toString('base64')}:` }, /64 bytes/],
    ['with a parameter of its own', { ...good, signature: `${good['signature']!};x` }, /bytes alone/],
    [
      'in base64 that is not canonical',
      { ...good, signature: good['signature']!.replace(/==:$/, ':') },
      /canonical|no structured/,
    ],
    [
      'with a digest of 31 bytes',
      { ...good, 'content-digest': `sha-256=:${Buffer.alloc(31).toString('base64')}:` },
      /32 bytes/,
    ],
    [
      'with a digest of sha-512',
      { ...good, 'content-digest': `sha-512=:${Buffer.alloc(64).toString('base64')}:` },
      /sha-256/,
    ],
    ['with two digests', { ...good, 'content-digest': `${good['content-digest']!}, md5=:AA==:` }, /one member/],
    ['that is no dictionary', { ...good, 'signature-input': '"' }, /no structured field/],
    ['that is a key only', { ...good, 'signature-input': 'sig' }, /does not say what is covered/],
    ['that is an item', { ...good, 'signature-input': 'sig=1' }, /does not say what is covered/],
    ['that is huge', { ...good, 'signature-input': `sig=(${'"x" '.repeat(2_000)})` }, /longer than/],
    ['over a value that is not ASCII', { ...good, 'Idempotency-Key': 'k\u00e9' }, /not plain ASCII/],
  ])('%s', (_, headers, message) => {
    expect(reading(receive(headers))).toEqual(refusal(message));
  });

  it.each(['signature', 'signature-input', 'content-digest', 'idempotency-key'])('when %s stands twice', (name) => {
    const received = receive(good);
    const twice = { ...received, rawHeaders: [...received.rawHeaders, name.toUpperCase(), 'x'] };
    expect(reading(twice)).toEqual(refusal(/must stand exactly once/));
  });

  it.each(['http://gateway/orders/acknowledge', '*', ''])('when the target is %j', (target) => {
    expect(reading(receive(good, { target }))).toEqual(refusal(/begins with a slash/));
  });

  it('when there is a body, and nothing was said of one', () => {
    const { body: _, ...bodyless } = request;
    expect(reading(receive(sign(bodyless)))).toEqual(refusal(/cover content-digest/));
    expect(reading(receive(sign(bodyless), { hasBody: false }))).toMatchObject({ contentDigest: undefined });
  });

  it('when the request has a query that it does not cover', () => {
    expect(reading(receive(good, { target: '/orders/acknowledge?' }))).toEqual(refusal(/cover @query/));
  });
});
