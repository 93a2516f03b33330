import { nodeEd25519 } from '@countersign/shared/crypto';
import { createRequestSigner, isSignedBy, readSignature } from '@countersign/shared/http-signature';
import { labelOfRefusal } from '../engine/refusal.ts';
import { readerTarget } from '../engine/reader.ts';

const signer = nodeEd25519.createSigner('5eed'.repeat(16));

/** The lines of a request as a fuzzer writes them: `METHOD target`, then `name: value`. */
function headOf(text: string): { method: string; target: string; rawHeaders: string[] } {
  const [first = '', ...lines] = text.split('\n', 40);
  const [method = '', target = ''] = first.split(' ');
  const rawHeaders = lines.flatMap((line) => {
    const colon = line.indexOf(':');
    return colon === -1 ? [] : [line.slice(0, colon), line.slice(colon + 1).trim()];
  });
  return { method, target, rawHeaders };
}

function signedHead(): string {
  const sign = createRequestSigner(signer, { now: () => new Date('2026-11-21T09:30:00Z') });
  const headers = Object.entries(sign({ method: 'POST', target: '/checkin?x=1', body: '{}' }));
  return ['POST /checkin?x=1', 'host: a', ...headers.map(([name, value]) => `${name}: ${value}`)].join('\n');
}

/** Headers of RFC 9421 and RFC 9530, which are structured fields of strangers. */
export const requestSignatures = readerTarget({
  name: 'request-signatures',
  summary: 'signatures of requests: Signature, Signature-Input, Content-Digest',
  share: 1,
  maxBytes: 16 * 1024,
  dictionary: [
    'signature: ',
    'signature-input: ',
    'content-digest: ',
    'sig=',
    '("@method" "@path")',
    '"@query"',
    ';created=1',
    ';nonce="',
    ';keyid=',
    ';alg=',
    ';tag=',
    ':',
    '?1',
    '@1',
    '%"a"',
    ', ',
    '("',
    '")',
    '\n',
    'sha-256=:',
    '*',
    '1.5',
    '\\"',
  ],
  seeds: () => [signedHead()],
  read(input) {
    const head = headOf(Buffer.from(input).toString('latin1'));
    try {
      const signature = readSignature({ ...head, hasBody: input.length % 2 === 0 });
      if (signature === undefined) return 'unsigned';
      return `read ${isSignedBy(signer.publicKey, signature, nodeEd25519) ? 'good' : 'bad'}`;
    } catch (error) {
      return labelOfRefusal(error, 'AUTH.SIGNATURE_INVALID');
    }
  },
});
