import { fromHex, keyIdOf, newNonce, type Signer } from '../crypto/portable.ts';
import type { Clock } from '../kernel/index.ts';
import { encodeBase64 } from '../ledger/index.ts';
import { contentDigestOf } from './content-digest.ts';
import { type Component, signatureBase } from './text-to-sign.ts';
import { signatureAlgorithm, signatureLabel, signatureTag } from './signature-profile.ts';

/** A request as it goes out. */
export interface RequestToSign {
  method: string;
  /** The request target in origin form, exactly as it is sent: path, and `?` with the query. */
  target: string;
  /** Sent byte for byte. */
  body?: string | Uint8Array | undefined;
  /** Headers that the signature covers besides; lower-case names, each once. */
  headers?: Readonly<Record<string, string>>;
}

/** Headers to send along: `content-digest` when there is a body, `signature-input`, `signature`. */
export type SignatureHeaders = Record<string, string>;

/**
 * Signs requests by RFC 9421 with an enrolled key. Every call is a signature of its own, with the time of now and a fresh
 * nonce: whoever repeats a request signs it again, under the same idempotency key.
 */
export function createRequestSigner(signer: Signer, clock: Clock): (request: RequestToSign) => SignatureHeaders {
  const keyId = keyIdOf(signer.publicKey);
  return ({ method, target, body, headers = {} }) => {
    const digest = body === undefined ? undefined : contentDigestOf(body);
    const mark = target.indexOf('?');
    const components: Component[] = [
      { name: '@method', value: method },
      { name: '@path', value: mark < 0 ? target : target.slice(0, mark) },
      ...(mark < 0 ? [] : [{ name: '@query', value: target.slice(mark) }]),
      ...(digest === undefined ? [] : [{ name: 'content-digest', value: digest }]),
      ...Object.entries(headers).map(([name, value]) => ({ name, value })),
    ];
    const created = Math.floor(clock.now().getTime() / 1_000);
    const parameters =
      `(${components.map(({ name }) => `"${name}"`).join(' ')});created=${created};nonce="${newNonce()}"` +
      `;keyid="${keyId}";alg="${signatureAlgorithm}";tag="${signatureTag}"`;
    const signature = fromHex(signer.sign(signatureBase(components, parameters)));
    return {
      ...(digest === undefined ? {} : { 'content-digest': digest }),
      'signature-input': `${signatureLabel}=${parameters}`,
      signature: `${signatureLabel}=:${encodeBase64(signature)}:`,
    };
  };
}
