import type { ErrorContract } from './error-contract.ts';
import { enrolmentErrors } from './enrolment-errors.ts';

export { type ErrorContract };

/** Every `error_code` that a caller can meet. Codes never change their meaning; the error page is made from here. */
export const errorCatalog = {
  'REQUEST.INVALID': {
    kind: 'invalid',
    meaning: 'A field is missing, has the wrong type or lies outside its bounds.',
    remedy: 'Correct the fields that `errors` names.',
  },
  'REQUEST.MALFORMED_JSON': {
    kind: 'invalid',
    meaning:
      'The body is no JSON, or JSON that two parsers would read differently (duplicate keys, lone surrogates, invalid UTF-8).',
    remedy: 'Send one JSON object in UTF-8, each key once.',
  },
  'REQUEST.MALFORMED_MULTIPART': {
    kind: 'invalid',
    meaning: 'The multipart body cannot be read, or lacks its `bundle` file.',
    remedy: 'Send `bundle` (JSON file) and optionally `signature` (file of 64 raw bytes or 128 hex characters).',
  },
  'REQUEST.UNSUPPORTED_MEDIA_TYPE': {
    kind: 'unsupported',
    meaning: 'The content type is not the one that the route takes.',
    remedy: 'Send `application/json`; `multipart/form-data` for uploads.',
  },
  'REQUEST.TOO_LARGE': {
    kind: 'too-large',
    meaning: 'The body is larger than the route takes, or the URL or the headers are than any request needs.',
    remedy: 'Send less; the limit of each route is in the OpenAPI document.',
  },
  'REQUEST.NOT_FOUND': {
    kind: 'not-found',
    meaning: 'There is no such route.',
    remedy: 'See the OpenAPI document.',
  },
  'REQUEST.HASH_MISMATCH': {
    kind: 'invalid',
    meaning: 'The uploaded file does not have the hash that `X-Bundle-Hash` or `X-Signature-Hash` says.',
    remedy: 'Send the file again; compute the hash over its exact bytes.',
  },
  'AUTH.MISSING_CREDENTIAL': {
    kind: 'unauthenticated',
    meaning: 'The request carries no credential.',
    remedy: 'Send `Authorization: Bearer <key or token>` or `x-api-key: <key>`.',
  },
  'AUTH.INVALID_CREDENTIAL': {
    kind: 'unauthenticated',
    meaning: 'The key or token is not good: malformed, unknown, revoked, out of date, or of somebody who is disabled.',
    remedy: 'Ask the administrator for a new key, or your issuer for a new token.',
  },
  'AUTH.TOKEN_EXPIRED': {
    kind: 'unauthenticated',
    meaning: 'The token is genuine, and its time is over.',
    remedy: 'Get a new token from its issuer.',
  },
  'AUTH.KEYS_UNAVAILABLE': {
    kind: 'unavailable',
    meaning: 'The keys of the issuer of tokens cannot be fetched, so the token can neither be accepted nor refused.',
    remedy: 'Retry as `Retry-After` says; API keys work meanwhile.',
  },
  'AUTH.CERTIFICATE_INVALID': {
    kind: 'unauthenticated',
    meaning: 'The connection carries no client certificate where one is wanted, or not that of the credential.',
    remedy: 'Connect with the certificate that was issued for this principal.',
  },
  'AUTH.SIGNATURE_MISSING': {
    kind: 'unauthenticated',
    meaning:
      'The request carries no signature, and needs one: the site demands it of its appliances, or an enrolled appliance takes an order on.',
    remedy: 'Sign the request with the enrolled key (RFC 9421); enrol the appliance first if it has not.',
  },
  'AUTH.SIGNATURE_INVALID': {
    kind: 'unauthenticated',
    meaning:
      'The signature of the request is not good: it is no signature of the enrolled key over this request, not of the form that is taken here, or it leaves out what it must cover.',
    remedy: 'Sign the request as it is sent, as the README says; `detail` names what is wrong.',
  },
  'AUTH.SIGNATURE_STALE': {
    kind: 'unauthenticated',
    meaning: "The signature was made too long before or after the server's clock, which `server_time` says.",
    remedy: 'Set the clock of the appliance and sign the request again.',
  },
  'AUTH.REPLAYED': {
    kind: 'unauthenticated',
    meaning: 'This signature was used before: its nonce is taken.',
    remedy: 'Sign each attempt anew, with a new nonce and the same idempotency key.',
  },
  'AUTH.SITE_FORBIDDEN': {
    kind: 'forbidden',
    meaning: 'The credential stands for another site than the request names.',
    remedy: 'Use the key of that site.',
  },
  'AUTH.SCOPE_MISSING': {
    kind: 'forbidden',
    meaning: 'The credential lacks the scope that the route needs; `required_scope` names it.',
    remedy: 'Use a key with that scope.',
  },
  ...enrolmentErrors,
  'GATEWAY.SITE_NOT_REGISTERED': {
    kind: 'not-found',
    meaning: 'No appliance of this site has checked in yet.',
    remedy: 'Check in first.',
  },
  'GATEWAY.RATE_LIMITED': {
    kind: 'rate-limited',
    meaning: 'The site used up its requests of this kind for the window.',
    remedy: 'Wait as `Retry-After` says. A repeat with the same idempotency key is free.',
  },
  'GATEWAY.IDEMPOTENCY_MISMATCH': {
    kind: 'conflict',
    meaning: 'The idempotency key was used before with another body.',
    remedy: 'Use a new key for a new request.',
  },
  'GATEWAY.UNAVAILABLE': {
    kind: 'unavailable',
    meaning: 'The same request came so often at the same moment that the gateway could not settle which was first.',
    remedy: 'Retry as `Retry-After` says with the same key: what was accepted is found.',
  },
  'GATEWAY.BACKLOG_FULL': {
    kind: 'unavailable',
    meaning:
      'The broker has been unreachable for so long that the bound of accepted but undelivered events is reached.',
    remedy: 'Retry as `Retry-After` says; nothing was accepted.',
  },
  'DATABASE.UNAVAILABLE': {
    kind: 'unavailable',
    meaning: 'The database does not answer, so nothing can be looked up or accepted durably.',
    remedy: 'Retry as `Retry-After` says with the same key; a repeat of what was accepted returns the first answer.',
  },
  'MESSAGING.UNAVAILABLE': {
    kind: 'unavailable',
    meaning: 'A service behind the gateway did not answer in time.',
    remedy: 'Retry as `Retry-After` says; repeats are safe.',
  },
  'LIMIT.EXCEEDED': {
    kind: 'rate-limited',
    meaning: 'The address, or the principal, used up its requests for the window; `policy` names the limit.',
    remedy: 'Wait as `Retry-After` says.',
  },
  'LIMIT.FLOODED': {
    kind: 'unavailable',
    meaning: 'The principal asks more often than any appliance has to; `policy` names the limit.',
    remedy: 'Repeat as `Retry-After` says; nothing was accepted.',
  },
  'LIMIT.DEGRADED': {
    kind: 'unavailable',
    meaning:
      'The store of the limits does not answer, so what has to be counted is refused (`reason`: `degraded_mode`).',
    remedy: 'Retry as `Retry-After` says; it recovers by itself.',
  },
  'ORDERS.NOT_FOUND': {
    kind: 'not-found',
    meaning: 'The site has no such order.',
    remedy: 'Poll for the orders of your own site.',
  },
  'ORDERS.NOT_OPEN': {
    kind: 'conflict',
    meaning: 'The order has ended: completed, failed, expired or cancelled.',
    remedy: 'Do not run it; poll for a newer one.',
  },
  'EVIDENCE.SIGNATURE_REQUIRED': {
    kind: 'unprocessable',
    meaning: 'The appliance has an enrolled key, and the bundle carries no signature.',
    remedy: 'Sign the bundle with the enrolled key.',
  },
  'EVIDENCE.SIGNATURE_INVALID': {
    kind: 'unprocessable',
    meaning: "The signature does not verify with the appliance's enrolled key. The refusal was recorded.",
    remedy: 'Sign the exact text that is sent with the enrolled key.',
  },
  'EVIDENCE.SIGNED_DATA_MISMATCH': {
    kind: 'unprocessable',
    meaning: 'A field of the request differs from the signed text.',
    remedy: 'Send the fields as they were signed.',
  },
  'EVIDENCE.BUNDLE_CONFLICT': {
    kind: 'conflict',
    meaning: 'The site handed in another bundle under this id.',
    remedy: 'Give the new bundle its own id.',
  },
  'EVIDENCE.CLOCK_AHEAD': {
    kind: 'unprocessable',
    meaning: "The bundle's times lie more than two minutes ahead of the server's clock.",
    remedy: 'Set the clock of the appliance; the times that it says are evidence too.',
  },
  'EVIDENCE.NOT_FOUND': {
    kind: 'not-found',
    meaning: 'The site has no such bundle.',
    remedy: 'List the bundles of your own site.',
  },
  'EVIDENCE.NOT_SEALED': {
    kind: 'conflict',
    meaning: 'The bundle is not in the vault yet, so nothing can be said about how long the vault keeps it.',
    remedy: 'Try again when its state is `sealed`.',
  },
  'EVIDENCE.RETENTION_SHORTENED': {
    kind: 'conflict',
    meaning: 'The bundle is kept for longer than that already. Retention is extended and never shortened.',
    remedy: 'Ask for a later date.',
  },
  'EVIDENCE.KIT_TOO_LARGE': {
    kind: 'unprocessable',
    meaning: 'The range holds more than one kit can: 20,000 records, or 1 GiB.',
    remedy: 'Ask for a shorter range; several kits cover the whole.',
  },
  'EVIDENCE.RETENTION_TOO_LONG': {
    kind: 'unprocessable',
    meaning: 'Retention ends a hundred years from now at the latest: what is locked cannot be unlocked.',
    remedy: 'Ask for an earlier date; it can be extended again.',
  },
  'VAULT.UNAVAILABLE': {
    kind: 'unavailable',
    meaning: 'The vault does not answer, so what it keeps cannot be read or changed. Nothing accepted is lost.',
    remedy: 'Retry as `Retry-After` says.',
  },
  'LEDGER.NOT_PUBLISHED': {
    kind: 'unavailable',
    meaning: 'It was accepted, and the next checkpoint that covers it is not published yet.',
    remedy: 'Retry as `Retry-After` says; a checkpoint comes every second while the vault can be written to.',
  },
  'LEDGER.NOT_FOUND': {
    kind: 'not-found',
    meaning: 'The ledger has no such item for the site, or no such tile at its present size.',
    remedy: 'Ask for what the newest checkpoint covers, and for items of your own site.',
  },
  'LEDGER.BEYOND_HEAD': {
    kind: 'invalid',
    meaning: 'The ledger is not that large, or `from` is larger than `to`.',
    remedy: 'Ask for sizes up to that of the newest checkpoint.',
  },
  'INTERNAL.UNEXPECTED': {
    kind: 'unexpected',
    meaning: 'A fault of ours.',
    remedy: 'Retry; give the request id and trace id when you report it.',
  },
} as const satisfies Record<string, ErrorContract>;

export type ErrorCode = keyof typeof errorCatalog;
