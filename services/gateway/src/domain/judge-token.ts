/** A token as far as its fitness goes. */
export interface TokenFacts {
  siteId: string;
  /** Null: any appliance of the site. */
  hostId: string | null;
  expiresAt: Date;
  revokedAt: Date | null;
}

/** Why a token does not let this appliance enrol now, for the log; undefined: it does, if it has a use left. */
export function judgeToken(
  token: TokenFacts,
  appliance: { site_id: string; host_id: string },
  now: Date,
): string | undefined {
  if (token.siteId !== appliance.site_id) return 'it is for another site';
  if (token.hostId !== null && token.hostId !== appliance.host_id) return 'it is for another appliance';
  if (token.revokedAt !== null) return 'it was revoked';
  if (!(now < token.expiresAt)) return 'it has expired';
  return undefined;
}

/** How far the clock of an appliance may be from ours: it has not spoken to us yet, and may never have been set. */
const mostSkewMs = 5 * 60_000;

export function isSkewed(requestedAt: number | undefined, now: Date): boolean {
  return requestedAt === undefined || !(Math.abs(requestedAt - now.getTime()) <= mostSkewMs);
}
