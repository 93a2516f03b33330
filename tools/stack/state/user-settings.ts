/** Settings of the services that a person may give to `npm start` through the environment. */
const names = [
  'RATE_LIMIT_REQUESTS',
  'RATE_LIMIT_WINDOW',
  'LIMITS',
  'LIMITS_FILE',
  'TRUST_PROXY_HOPS',
  'CORS_ORIGINS',
  'SIGNATURE_WINDOW_SECONDS',
  'REPLY_WAIT_MS',
  'INTAKE_BACKLOG_LIMIT',
  'AUDIT_WINDOW_SECONDS',
  'AUDIT_EVENTS_PER_MINUTE',
  'RUNBOOKS_DIR',
  'ORDER_TTL_SECONDS',
  'EXECUTION_LIMIT_SECONDS',
  'EXPIRY_SWEEP_MS',
  'APPLIANCE_SILENT_MINUTES',
  'ORDER_SIGNING_KEY_FILE',
  'ORDER_KEYS_DIR',
  'ORDER_SIGNING_KEY_PASSPHRASE_FILE',
  'ORDER_KEY_ANNOUNCE_SECONDS',
  'JWT_SECRET_FILE',
  'JWT_AUDIENCE',
  'JWT_ISSUER',
  'JWKS_FILE',
  'JWKS_URL',
  'JWKS_ISSUER',
  'JWKS_ALGORITHMS',
  'JWKS_STALE_SECONDS',
  'WORM_RETENTION_DAYS',
  'LEDGER_SIGNING_KEY_FILE',
  'LEDGER_SIGNING_KEY_PASSPHRASE_FILE',
  'LEDGER_ORIGIN',
  'LEDGER_INTERVAL_MS',
  'SCRUB_OBJECTS_PER_SECOND',
  'SCRUB_REST_SECONDS',
  'VAULT_DIR',
  'LOG_LEVEL',
  'NATS_URL',
  'NATS_REPLICAS',
  'ADMIN_DATABASE_URL',
  'GATEWAY_DATABASE_URL',
  'RUNBOOKS_DATABASE_URL',
  'ORDERS_DATABASE_URL',
  'EVIDENCE_DATABASE_URL',
];
const prefixes = ['S3_', 'OTEL_'];

/**
 * Picks them out of an environment. The rest stays behind: HOST and DATABASE_URL, for example, are common in shells and
 * mean something else there.
 */
export function pickUserSettings(environment: NodeJS.ProcessEnv): Record<string, string> {
  const isSetting = (name: string): boolean =>
    names.includes(name) || prefixes.some((prefix) => name.startsWith(prefix));
  const picked = Object.entries(environment).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== '' && isSetting(entry[0]),
  );
  return Object.fromEntries(picked);
}
