import type { InnerList } from 'structured-headers';
import type { ReceivedRequest } from './received-request.ts';
import { type HeaderValues, headerValuesOf, onlyValueOf } from './header-values.ts';
import { readComponents } from './read-components.ts';
import type { OnlyMember, Parameters } from './only-member.ts';
import { bytesOf, readOnlyMember } from './read-field.ts';
import { signatureBase } from './text-to-sign.ts';
import { signatureInvalid } from './signature-error.ts';
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
const allParameters = ['created', 'nonce', 'keyid', 'alg', 'tag'];

/**
 * The signature of a request; undefined when it carries none. Throws AppError `AUTH.SIGNATURE_INVALID` when there is
 * something of one that is not exactly what the profile says, or that does not cover what it must.
 */
export function readSignature(request: ReceivedRequest): RequestSignature | undefined {
  const headers = headerValuesOf(request.rawHeaders);
  if (!headers.has('signature') && !headers.has('signature-input')) return undefined;
  const input = readHeader(headers, 'signature-input');
  const signed = readHeader(headers, 'signature');
  if (input.key !== signed.key) throw signatureInvalid('Signature and Signature-Input name different signatures.');
  if (!isInnerList(input.member)) throw signatureInvalid('Signature-Input does not say what is covered.');
  const [, parameters] = input.member;
  const components = readComponents(input.member, request, headers);
  const covers = components.some(({ name }) => name === 'content-digest');
  return {
    ...readParameters(parameters),
    contentDigest: covers ? readContentDigest(headers) : undefined,
    signature: bytesOf('Signature', signed.member, 64),
    base: signatureBase(components, input.text),
  };
}

function readHeader(headers: HeaderValues, name: keyof typeof longest): OnlyMember {
  const text = onlyValueOf(headers, name);
  if (text.length > longest[name]) throw signatureInvalid(`${name} is longer than any signer makes it.`);
  return readOnlyMember(name, text);
}

const isInnerList = (member: OnlyMember['member']): member is InnerList => Array.isArray(member[0]);

function readParameters(parameters: Parameters): Pick<RequestSignature, 'keyId' | 'created' | 'nonce'> {
  const unknown = [...parameters.keys()].find((name) => !allParameters.includes(name));
  if (unknown !== undefined) throw signatureInvalid('The signature has a parameter that is not known here.');
  const [created, nonce, keyId, alg, tag] = allParameters.map((name) => parameters.get(name));
  if (alg !== signatureAlgorithm) throw signatureInvalid(`alg must be "${signatureAlgorithm}".`);
  if (tag !== signatureTag) throw signatureInvalid(`tag must be "${signatureTag}".`);
  if (typeof created !== 'number' || !Number.isSafeInteger(created) || created < 0) {
    throw signatureInvalid('created must be an integer, in seconds.');
  }
  if (typeof nonce !== 'string' || !nonceShape.test(nonce)) {
    throw signatureInvalid('nonce must be 16 random bytes or more, in base64url or hex.');
  }
  if (typeof keyId !== 'string') throw signatureInvalid('keyid must be a string.');
  return { created, nonce, keyId };
}

function readContentDigest(headers: HeaderValues): string {
  const { key, member } = readHeader(headers, 'content-digest');
  if (key !== 'sha-256') throw signatureInvalid('content-digest must be one of sha-256.');
  return bytesOf('content-digest', member, 32);
}
