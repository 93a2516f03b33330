import { AppError } from '@countersign/shared/kernel';

const loopback = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/**
 * Refuses a base URL that would send the key in the clear: the server's signing keys are believed because of TLS, so
 * `http:` is for this machine only, unless it is allowed for a test network.
 * Throws AppError `APPLIANCE.BAD_SETTING` (invalid).
 */
export function checkGatewayUrl(text: string, allowPlainHttp: boolean): void {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  const isPlain = url?.protocol === 'http:';
  if (!url || (!isPlain && url.protocol !== 'https:')) throw badUrl('is no http or https URL');
  if (url.username || url.password || url.search || url.hash) throw badUrl('must be a bare base URL');
  if (isPlain && !allowPlainHttp && !loopback.test(url.hostname)) throw badUrl('must use https');
}

function badUrl(why: string): AppError {
  return new AppError('APPLIANCE.BAD_SETTING', 'invalid', `The URL of the gateway ${why}.`);
}
