import type { AppError } from '../kernel/index.ts';

const realm = 'Bearer realm="countersign"';

/** Codes that say that a credential was there and is not good; for the others there is none, or it is no bearer token. */
const notGood: Readonly<Record<string, string>> = {
  'AUTH.INVALID_CREDENTIAL': 'The key or token is not good',
  'AUTH.TOKEN_EXPIRED': 'The token expired',
};

/** A scope of RFC 6749 section 3.3. */
const scopeToken = /^[\x21\x23-\x5b\x5d-\x7e]{1,255}$/;

/**
 * What `WWW-Authenticate` says of a refusal, by RFC 6750 section 3; undefined when it says nothing. Callers with
 * `x-api-key` are told the same: the key may come as a bearer token too.
 */
export function bearerChallengeOf({ kind, code, details }: AppError): string | undefined {
  if (kind === 'unauthenticated') {
    const description = Object.hasOwn(notGood, code) ? notGood[code] : undefined;
    return description === undefined ? realm : `${realm}, error="invalid_token", error_description="${description}"`;
  }
  const scope = details?.['required_scope'];
  if (kind !== 'forbidden' || typeof scope !== 'string' || !scopeToken.test(scope)) return undefined;
  return `${realm}, error="insufficient_scope", scope="${scope}"`;
}
