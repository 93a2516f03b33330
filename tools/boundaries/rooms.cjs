/** What the import rules are made of: the rooms, the homes of libraries, and the files that stand outside. */
const TESTS = [
  '\\.(spec|conformance)\\.ts$',
  '^services/[^/]+/test/',
  '^(libs/shared|appliance)/test/',
  '^e2e/',
  '^tools/.+/vitest-[^/]+\\.ts$',
];
const TOOLS = ['^tools/', '^e2e/', '^[^/]+\\.(ts|cjs|mjs)$'];
const NEST_FILES = [
  '\\.(module|controller|consumer|filter|guard|decorator)\\.ts$',
  '^services/[^/]+/src/[^/]*main\\.ts$',
  '^libs/shared/src/messaging/[^/]+\\.strategy\\.ts$',
  '^libs/shared/src/(http|boot)/',
];

/** room -> the rooms it may enter; every room may enter itself. `testing` may enter all, so it has no row. */
const ROOMS = {
  kernel: [],
  contracts: [],
  crypto: ['kernel', 'contracts'],
  json: ['kernel'],
  ledger: ['kernel', 'crypto'],
  'http-signature': ['kernel', 'crypto', 'ledger'],
  config: ['kernel'],
  telemetry: ['kernel'],
  persistence: ['kernel', 'contracts'],
  vault: ['kernel', 'telemetry'],
  messaging: ['kernel', 'contracts', 'json', 'telemetry', 'persistence'],
  http: ['kernel', 'contracts', 'crypto', 'json', 'telemetry'],
  boot: ['kernel', 'contracts', 'config', 'telemetry', 'persistence', 'messaging', 'http'],
};

/** library -> where it lives. One third-party library, one room: it can then be replaced, upgraded or faked in one place. */
const HOMES = {
  typeorm: ['^libs/shared/src/persistence/', '^services/[^/]+/src/persistence/'],
  pg: ['^libs/shared/src/persistence/', '^services/[^/]+/src/persistence/'],
  '@nats-io': ['^libs/shared/src/messaging/'],
  minio: ['^libs/shared/src/vault/'],
  tweetnacl: ['^libs/shared/src/crypto/'],
  'sodium-native': ['^libs/shared/src/crypto/'],
  '@opentelemetry': ['^libs/shared/src/telemetry/'],
  pino: ['^libs/shared/src/telemetry/'],
  'structured-headers': ['^libs/shared/src/http-signature/'],
  jose: ['^services/gateway/src/features/(verify-principal|manage-keys)/'],
  pkijs: ['^services/evidence/src/features/timestamp-checkpoint/'],
  asn1js: ['^services/evidence/src/features/timestamp-checkpoint/'],
  rolldown: ['^services/evidence/bundle-verifier\\.ts$'],
  yaml: ['^services/runbooks/src/features/load-catalogue/'],
  fastify: [
    '^libs/shared/src/http/',
    '^services/gateway/src/(main|app\\.module)\\.ts$',
    '^services/gateway/src/features/.+\\.(controller|decorator|filter|guard)\\.ts$',
  ],
  '@fastify': [
    '^libs/shared/src/http/',
    '^services/gateway/src/(main|app\\.module)\\.ts$',
    '^services/gateway/src/features/.+\\.(controller|decorator|filter|guard)\\.ts$',
  ],
  '@nestjs': NEST_FILES,
  rxjs: NEST_FILES,
  'reflect-metadata': ['^services/[^/]+/src/[^/]*main\\.ts$', '^libs/shared/src/(http|messaging|persistence)/'],
  zod: [
    '^libs/shared/src/(contracts|config|boot)/',
    '\\.config\\.ts$',
    '^services/[^/]+/src/[^/]+\\.main\\.ts$',
    '^services/[^/]+/src/domain/',
    '^services/runbooks/src/features/load-catalogue/',
  ],
};
const TEST_LIBRARIES = ['vitest', 'vite', 'fast-check', '@nestjs/testing'];

module.exports = { HOMES, ROOMS, TEST_LIBRARIES, TESTS, TOOLS };
