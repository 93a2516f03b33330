import { createSecretKey, type KeyObject } from 'node:crypto';
import { SignJWT } from 'jose';

/** What makes tokens that the gateway takes: its own secret, and what it wants a token to say. */
export interface TokenMaker {
  secret: KeyObject;
  audience: string;
  issuer?: string | undefined;
}

/** Times are seconds since 1970. */
export interface TokenFacts {
  subject: string;
  id: string;
  issuedAt: number;
  expiresAt: number;
}

/** The maker that the gateway's settings give; undefined when it takes no tokens of this kind. */
export function tokenMakerOf(settings: {
  JWT_SECRET?: string | undefined;
  JWT_AUDIENCE: string;
  JWT_ISSUER?: string | undefined;
}): TokenMaker | undefined {
  const { JWT_SECRET, JWT_AUDIENCE: audience, JWT_ISSUER: issuer } = settings;
  return JWT_SECRET === undefined ? undefined : { secret: createSecretKey(JWT_SECRET, 'utf8'), audience, issuer };
}

/** A JSON Web Token (RFC 7519) of HS256. It says who, for whom and how long, and nothing of what that one may do. */
export function signToken(maker: TokenMaker, { subject, id, issuedAt, expiresAt }: TokenFacts): Promise<string> {
  const token = new SignJWT()
    .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
    .setSubject(subject)
    .setAudience(maker.audience)
    .setJti(id)
    .setIssuedAt(issuedAt)
    .setExpirationTime(expiresAt);
  if (maker.issuer !== undefined) token.setIssuer(maker.issuer);
  return token.sign(maker.secret);
}
