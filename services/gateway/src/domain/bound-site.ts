import type { Principal } from '@countersign/shared/contracts';

/**
 * What a question carries of whoever asks: the site that the credential is bound to. Whoever answers lets the database show
 * nothing of another, also when the guard has failed and the question names one.
 */
export function boundSiteOf({ siteId }: Pick<Principal, 'siteId'>): { bound_site?: string } {
  return siteId === null ? {} : { bound_site: siteId };
}
