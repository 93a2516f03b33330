import {
  type ErrorCode,
  limitOfRoute,
  type RouteContract,
  type RouteName,
  type Scope,
  scopesOfKind,
} from '@countersign/shared/contracts';

const proof: ErrorCode[] = ['LEDGER.NOT_FOUND', 'LEDGER.NOT_PUBLISHED', 'MESSAGING.UNAVAILABLE'];
const retention: ErrorCode[] = [
  'EVIDENCE.NOT_FOUND',
  'EVIDENCE.NOT_SEALED',
  'VAULT.UNAVAILABLE',
  'MESSAGING.UNAVAILABLE',
];

/** What a route may refuse with besides what follows from its contract. */
const own: Partial<Record<RouteName, readonly ErrorCode[]>> = {
  checkIn: [
    'AUTH.HOST_FORBIDDEN',
    'ENROLMENT.SUPERSEDED',
    'CRYPTO.UNACCEPTABLE_PUBLIC_KEY',
    'ORDERS.KEY_CONFLICT',
    'GATEWAY.BACKLOG_FULL',
    'DATABASE.UNAVAILABLE',
    'MESSAGING.UNAVAILABLE',
  ],
  pollOrders: ['AUTH.HOST_FORBIDDEN', 'ORDERS.NOT_FOUND', 'MESSAGING.UNAVAILABLE'],
  acknowledgeOrder: ['ORDERS.NOT_FOUND', 'ORDERS.NOT_OPEN', 'ENROLMENT.SUPERSEDED', 'MESSAGING.UNAVAILABLE'],
  reportIncident: ['AUTH.HOST_FORBIDDEN'],
  reportDrift: ['AUTH.HOST_FORBIDDEN'],
  submitEvidence: [
    'AUTH.HOST_FORBIDDEN',
    'EVIDENCE.SIGNATURE_REQUIRED',
    'EVIDENCE.SIGNATURE_INVALID',
    'EVIDENCE.SIGNED_DATA_MISMATCH',
    'EVIDENCE.BUNDLE_CONFLICT',
    'EVIDENCE.CLOCK_AHEAD',
    'GATEWAY.BACKLOG_FULL',
  ],
  listEvidence: ['MESSAGING.UNAVAILABLE'],
  uploadEvidence: [
    'AUTH.HOST_FORBIDDEN',
    'REQUEST.MALFORMED_MULTIPART',
    'REQUEST.HASH_MISMATCH',
    'EVIDENCE.SIGNATURE_REQUIRED',
    'EVIDENCE.SIGNATURE_INVALID',
    'EVIDENCE.SIGNED_DATA_MISMATCH',
    'EVIDENCE.BUNDLE_CONFLICT',
    'EVIDENCE.CLOCK_AHEAD',
    'GATEWAY.BACKLOG_FULL',
  ],
  exportKit: [
    'EVIDENCE.KIT_TOO_LARGE',
    'LEDGER.BEYOND_HEAD',
    'LEDGER.NOT_FOUND',
    'LEDGER.NOT_PUBLISHED',
    'VAULT.UNAVAILABLE',
    'MESSAGING.UNAVAILABLE',
  ],
  describeEvidence: ['EVIDENCE.NOT_FOUND', 'MESSAGING.UNAVAILABLE'],
  proveEvidence: proof,
  proveOrder: proof,
  proveIncident: proof,
  setLegalHold: retention,
  extendRetention: [...retention, 'EVIDENCE.RETENTION_SHORTENED', 'EVIDENCE.RETENTION_TOO_LONG'],
  readCheckpoint: ['LEDGER.NOT_PUBLISHED', 'MESSAGING.UNAVAILABLE'],
  readLedgerKey: ['MESSAGING.UNAVAILABLE'],
  // Entries are for credentials that are bound to no site.
  readTile: ['AUTH.SITE_FORBIDDEN', 'LEDGER.NOT_FOUND', 'MESSAGING.UNAVAILABLE'],
  readEntries: ['AUTH.SITE_FORBIDDEN', 'LEDGER.NOT_FOUND', 'MESSAGING.UNAVAILABLE'],
  proveConsistency: ['LEDGER.BEYOND_HEAD', 'LEDGER.NOT_PUBLISHED', 'MESSAGING.UNAVAILABLE'],
  revokeEnrolmentToken: ['REQUEST.INVALID', 'ENROLMENT.TOKEN_NOT_FOUND'],
  enrol: [
    'ENROLMENT.TOKEN_REFUSED',
    'ENROLMENT.PROOF_INVALID',
    'ENROLMENT.CLOCK_SKEWED',
    'ENROLMENT.REPLAYED',
    'ENROLMENT.KEY_TAKEN',
    'ENROLMENT.SUPERSEDED',
    'CRYPTO.UNACCEPTABLE_PUBLIC_KEY',
    'DATABASE.UNAVAILABLE',
    'MESSAGING.UNAVAILABLE',
  ],
  readAudit: ['MESSAGING.UNAVAILABLE'],
  listRunbooks: ['MESSAGING.UNAVAILABLE'],
  readStats: ['MESSAGING.UNAVAILABLE'],
  readOrderKeys: ['MESSAGING.UNAVAILABLE'],
};

const body: ErrorCode[] = [
  'REQUEST.INVALID',
  'REQUEST.MALFORMED_JSON',
  'REQUEST.UNSUPPORTED_MEDIA_TYPE',
  'REQUEST.TOO_LARGE',
];
const principal: ErrorCode[] = [
  'AUTH.MISSING_CREDENTIAL',
  'AUTH.INVALID_CREDENTIAL',
  'AUTH.CERTIFICATE_INVALID',
  'AUTH.TOKEN_EXPIRED',
  'AUTH.KEYS_UNAVAILABLE',
  'AUTH.SCOPE_MISSING',
  // Of whoever has no key, a signature is never good.
  'AUTH.SIGNATURE_INVALID',
  // The key is looked up in the database.
  'DATABASE.UNAVAILABLE',
];
const intake: ErrorCode[] = [
  'GATEWAY.SITE_NOT_REGISTERED',
  'GATEWAY.RATE_LIMITED',
  'GATEWAY.IDEMPOTENCY_MISMATCH',
  'GATEWAY.BACKLOG_FULL',
  'GATEWAY.UNAVAILABLE',
];

/** Of routes that appliances ask: the site may demand that they enrolled, and that they sign. */
const ofAppliances: ErrorCode[] = [
  'ENROLMENT.REQUIRED',
  'AUTH.SIGNATURE_MISSING',
  'AUTH.SIGNATURE_INVALID',
  'AUTH.SIGNATURE_STALE',
  'AUTH.REPLAYED',
];

const isForAppliances = (scope: Scope): boolean => scopesOfKind.appliance.includes(scope);

const limitsOf = (route: RouteContract): ErrorCode[] =>
  limitOfRoute(route) === 'appliance-requests' ? ['LIMIT.FLOODED', 'LIMIT.DEGRADED'] : ['LIMIT.DEGRADED'];

/** Every `error_code` that a route answers with, each once. */
export function codesOfRoute(name: RouteName, route: RouteContract): ErrorCode[] {
  const codes: ErrorCode[] = [
    ...(route.body || route.multipart ? body : []),
    ...(route.query || route.site === 'path' ? (['REQUEST.INVALID'] as const) : []),
    ...(route.scope === null ? [] : principal),
    ...(route.scope === null ? [] : limitsOf(route)),
    // Who reads is written down first.
    ...(route.audited === 'evidence' ? (['GATEWAY.UNAVAILABLE', 'DATABASE.UNAVAILABLE'] as const) : []),
    ...(name === 'health' ? [] : (['LIMIT.EXCEEDED'] as const)),
    ...(route.scope !== null && isForAppliances(route.scope) ? ofAppliances : []),
    ...(route.site === null && !route.fleetOnly ? [] : (['AUTH.SITE_FORBIDDEN'] as const)),
    ...(route.limited ? intake : []),
    ...(own[name] ?? []),
    'INTERNAL.UNEXPECTED',
  ];
  return [...new Set(codes)];
}
