import type { ReceivedRequest } from './received-request.ts';
import { HeaderValues } from './header-values.ts';
import { readComponents } from './read-components.ts';
import { hexOf, readBytes, readInput } from './read-field.ts';
import { signatureBase } from './text-to-sign.ts';
import { signatureInvalid } from './signature-error.ts';
import type { SignatureInput } from './signature-fields.ts';
import { nonceShape, signatureAlgorithm, signatureTag } from './signature-profile.ts';

/** What a signature says, and the text that it must hold for. Nothing of it is believed yet. */
export interface RequestSignature {
  keyId: string;
  /** Seconds since 1970, by the clock of the signer. */
  created: number;
  nonce: string;
  /** The SHA-256 (64 hex) that the body must have; undefined: there is none, and none is covered. */
  contentDigest: string | undefined;
  /** 128 hex. */
  signature: string;
  base: string;
}

const longest = { 'signature-input': 1_024, signature: 256, 'content-digest': 128 } as const;

/**
 * The signature of a request; undefined when it carries none. Throws AppError `AUTH.SIGNATURE_INVALID` when there is
 * something of one that is not exactly what the profile says, or that does not cover what it must.
 */
export function readSignature(request: ReceivedRequest): RequestSignature | undefined {
  const headers = new HeaderValues(request.rawHeaders);
  if (!headers.has('signature') && !headers.has('signature-input')) return undefined;
  const input = readInput(textOf(headers, 'signature-input'));
  const signed = readBytes('signature', textOf(headers, 'signature'));
  if (input.key !== signed.key) throw signatureInvalid('Signature and Signature-Input name different signatures.');
  checkInput(input);
  const components = readComponents(input.components, request, headers);
  return {
    keyId: input.keyId,
    created: input.created,
    nonce: input.nonce,
    contentDigest: input.components.includes('content-digest') ? readContentDigest(headers) : undefined,
    signature: hexOf('Signature', signed, 64),
    base: signatureBase(components, input.text),
  };
}

function textOf(headers: HeaderValues, name: keyof typeof longest): string {
  const text = headers.only(name);
  if (text.length > longest[name]) throw signatureInvalid(`${name} is longer than any signer makes it.`);
  return text;
}

function checkInput({ alg, tag, nonce }: SignatureInput): void {
  if (alg !== signatureAlgorithm) throw signatureInvalid(`alg must be "${signatureAlgorithm}".`);
  if (tag !== signatureTag) throw signatureInvalid(`tag must be "${signatureTag}".`);
  if (!nonceShape.test(nonce)) throw signatureInvalid('nonce must be 16 random bytes or more, in base64url or hex.');
}

function readContentDigest(headers: HeaderValues): string {
  const digest = readBytes('content-digest', textOf(headers, 'content-digest'));
  if (digest.key !== 'sha-256') throw signatureInvalid('content-digest must be one of sha-256.');
  return hexOf('content-digest', digest, 32);
}
