import { randomBytes, X509Certificate } from 'node:crypto';
import { Integer, OctetString } from 'asn1js';
import { AlgorithmIdentifier, Certificate, MessageImprint, TimeStampReq } from 'pkijs';
import { sha256 } from '@countersign/shared/crypto';
import { AppError } from '@countersign/shared/kernel';
import { readTimestamp, timestampRefused } from './read-timestamp.ts';
import type { TimestampAuthority } from './timestamp-authority.ts';

export interface Rfc3161Settings {
  url: string;
  /** Certificates in PEM that the authority's must lead to. */
  trustedPem: string;
  timeoutMs?: number;
}

const sha256Oid = '2.16.840.1.101.3.4.2.1';
const largestAnswer = 256 * 1024;
const pemBlock = /-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----/g;

/**
 * An authority that speaks RFC 3161 over HTTP (section 3.4). Its answer is believed when it grants, covers our digest and
 * our nonce, and is signed by a certificate for time stamping that leads to a trusted one.
 */
export function openRfc3161Authority({ url, trustedPem, timeoutMs = 10_000 }: Rfc3161Settings): TimestampAuthority {
  const trusted = (trustedPem.match(pemBlock) ?? []).map((pem) => Certificate.fromBER(new X509Certificate(pem).raw));
  if (trusted.length === 0) {
    throw new AppError('LEDGER.NO_TRUSTED_AUTHORITY', 'invalid', 'LEDGER_TSA_CA holds no certificate in PEM.');
  }
  return {
    name: new URL(url).host,
    async stamp(bytes) {
      // Positive, and of full length.
      const nonce = Buffer.concat([Buffer.from([0x01]), randomBytes(15)]);
      const response = await ask(url, requestFor(bytes, nonce), timeoutMs);
      const { stampedAt, nonce: answered } = await readTimestamp(response, bytes, trusted);
      if (answered === undefined || !nonce.equals(answered)) throw timestampRefused('it answers another question');
      return { response, stampedAt };
    },
  };
}

function requestFor(bytes: Uint8Array, nonce: Uint8Array): ArrayBuffer {
  const request = new TimeStampReq({
    version: 1,
    messageImprint: new MessageImprint({
      hashAlgorithm: new AlgorithmIdentifier({ algorithmId: sha256Oid }),
      hashedMessage: new OctetString({ valueHex: sha256(bytes) }),
    }),
    nonce: new Integer({ valueHex: nonce }),
    certReq: true,
  });
  return request.toSchema().toBER();
}

async function ask(url: string, body: ArrayBuffer, timeoutMs: number): Promise<Uint8Array> {
  let answer: Uint8Array;
  try {
    const reply = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/timestamp-query', accept: 'application/timestamp-reply' },
      body,
      signal: AbortSignal.timeout(timeoutMs),
      redirect: 'error',
    });
    if (reply.status !== 200) throw new Error(`status ${reply.status}`);
    answer = await readBounded(reply);
  } catch (error) {
    throw new AppError('LEDGER.AUTHORITY_UNAVAILABLE', 'unavailable', 'The timestamp authority does not answer.', {
      cause: error,
    });
  }
  return answer;
}

async function readBounded(reply: Response): Promise<Uint8Array> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of reply.body ?? []) {
    size += piece.length;
    if (size > largestAnswer) throw new Error('the answer is too large');
    pieces.push(piece);
  }
  return Buffer.concat(pieces);
}
