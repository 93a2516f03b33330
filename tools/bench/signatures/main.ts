/**
 * What it costs to judge the signature of a request, on one core, without the database: `node
 * --conditions=@countersign/source tools/bench/signatures/main.ts`. The nonce costs a share of one statement besides.
 */
import { keyIdOf, nodeEd25519, serverEd25519, sha256Hex } from '@countersign/shared/crypto';
import { createRequestSigner, isCreatedWithin, isSignedBy, readSignature } from '@countersign/shared/http-signature';

const signer = serverEd25519.createSigner('11'.repeat(32));
const clock = { now: () => new Date() };
const body = JSON.stringify({ site_id: 'clinic-7', host_id: 'box-1', details: 'x'.repeat(400) });
const headers = { 'content-type': 'application/json', 'idempotency-key': crypto.randomUUID() };
const request = { method: 'POST', target: '/incidents', body, headers };
const sign = createRequestSigner(signer, clock);
const received = {
  method: 'POST',
  target: '/incidents',
  hasBody: true,
  rawHeaders: Object.entries({
    host: 'gateway',
    authorization: `Bearer csk_${'x'.repeat(43)}`,
    'user-agent': 'node',
    accept: '*/*',
    'content-length': String(body.length),
    ...headers,
    ...sign(request),
  }).flat(),
};
const bytes = Buffer.from(body);
const signature = readSignature(received)!;

const keyId = keyIdOf(signer.publicKey);
const work: Record<string, () => unknown> = {
  'parse the headers, build the base': () => readSignature(received),
  'digest of the body': () => sha256Hex(bytes) === signature.contentDigest,
  'id of the key': () => keyIdOf(signer.publicKey) === keyId,
  'id of the key, Ed25519 (libsodium, strict)': () => isSignedBy(signer.publicKey, signature, serverEd25519),
  'the same on node:crypto': () => isSignedBy(signer.publicKey, signature, nodeEd25519),
  'all of it': () => {
    const one = readSignature(received)!;
    return (
      isCreatedWithin(one, clock.now(), 300) &&
      sha256Hex(bytes) === one.contentDigest &&
      isSignedBy(signer.publicKey, one, serverEd25519)
    );
  },
};

/** Processor time, so that neighbours do not count. */
function timeOf(run: () => unknown, rounds: number): number {
  const start = process.cpuUsage();
  for (let n = 0; n < rounds; n += 1) if (run() === false) throw new Error('the signature is not good');
  const { user, system } = process.cpuUsage(start);
  return (user + system) / rounds;
}

for (const [name, run] of Object.entries(work)) {
  timeOf(run, 2_000);
  process.stdout.write(`${timeOf(run, 10_000).toFixed(1).padStart(7)} us  ${name}\n`);
}
