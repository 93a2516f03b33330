import { parseStrictJson } from '@countersign/shared/json';

export interface TokenHeader {
  alg: string;
  /** Only ever compared with the names of keys that we have. */
  kid: string | undefined;
}

/** What would have us take the key, or the meaning of the token, from the token itself (RFC 7515 section 4.1). */
const refused = ['crit', 'b64', 'jwk', 'jku', 'x5u', 'x5c', 'zip', 'enc', 'cty'];
const types: unknown[] = [undefined, 'jwt', 'at+jwt', 'application/jwt', 'application/at+jwt'];
const threeParts = /^[\w-]+\.[\w-]+\.[\w-]+$/;

/** Whether a credential can only be meant as a token: a key has no dot. */
export const isToken = (credential: string): boolean => credential.split('.', 4).length === 3;

/** The header of a token; undefined when there is anything about it, or about the form of the token, that we do not take. */
export function readTokenHeader(token: string): TokenHeader | undefined {
  if (!threeParts.test(token) || !token.split('.').every(isCanonical)) return undefined;
  const header = readObject(Buffer.from(token.slice(0, token.indexOf('.')), 'base64url'));
  if (header === undefined || refused.some((name) => Object.hasOwn(header, name))) return undefined;
  const { alg, kid, typ } = header;
  if (typeof alg !== 'string' || !types.includes(typeof typ === 'string' ? typ.toLowerCase() : typ)) return undefined;
  if (kid !== undefined && (typeof kid !== 'string' || kid.length > 255)) return undefined;
  return { alg, kid };
}

/** JSON as strict as that of a body, so that two readers cannot read two things: an object, or undefined. */
export function readObject(bytes: Uint8Array): Record<string, unknown> | undefined {
  try {
    const value = parseStrictJson(bytes);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

/** One text for the same bytes: the last character may carry bits that nobody reads. */
const isCanonical = (part: string): boolean => Buffer.from(part, 'base64url').toString('base64url') === part;
