import { z } from 'zod';
import { accept, refuse, type Result } from '@countersign/shared/kernel';

/** What a token must say to be one for us. */
export interface TokenRules {
  audience: string;
  /** Absent: any, or none. */
  issuer?: string | undefined;
}

export interface AdmittedClaims {
  subject: string;
  /** Milliseconds since 1970. */
  expiresAt: number;
}

/** How far the clock of an issuer may be ahead of ours. There is no grace for a token that ended. */
const clockAheadMs = 5_000;
/** A token is for a shift or a job; what shall last longer is a key, which can be revoked one by one. */
const longestLifeMs = 31 * 86_400_000;

const seconds = z.number().min(0).max(253_402_300_799);

/** RFC 7519 section 4.1. All other claims, whatever they call themselves, say nothing to us. */
const claims = z.object({
  sub: z.string().min(1).max(255),
  exp: seconds,
  aud: z.union([z.string(), z.array(z.string()).min(1).max(16)]),
  iss: z.string().max(1_024).optional(),
  nbf: seconds.optional(),
  iat: seconds.optional(),
});

/**
 * The subject of a token whose signature is good. `expired` is said only of a token that is good in everything else.
 */
export function admitClaims(
  payload: unknown,
  rules: TokenRules,
  now: number,
): Result<AdmittedClaims, 'expired' | 'not acceptable'> {
  const parsed = claims.safeParse(payload);
  if (!parsed.success) return refuse('not acceptable');
  const { sub, exp, aud, iss, nbf = 0, iat = 0 } = parsed.data;
  const expiresAt = exp * 1_000;
  const isForUs = Array.isArray(aud) ? aud.includes(rules.audience) : aud === rules.audience;
  const isFrom = rules.issuer === undefined || iss === rules.issuer;
  const hasBegun = Math.max(nbf, iat) * 1_000 <= now + clockAheadMs;
  const isSound = Math.max(nbf, iat) <= exp && expiresAt - now <= longestLifeMs;
  if (!isForUs || !isFrom || !hasBegun || !isSound) return refuse('not acceptable');
  return expiresAt > now ? accept({ subject: sub, expiresAt }) : refuse('expired');
}

/** The longest life, for whoever makes tokens. */
export const longestLifeHours = longestLifeMs / 3_600_000;
