import { importing, type Plant, SERVICE } from './plant.ts';

const FEATURE = `${SERVICE}/src/features/plant`;
const EMPTY = 'export const planted = 0;\n';

/** room -> a room that it may not enter. */
const CLOSED_ROOMS = {
  kernel: 'contracts',
  contracts: 'kernel',
  crypto: 'telemetry',
  json: 'contracts',
  ledger: 'contracts',
  'http-signature': 'contracts',
  config: 'contracts',
  telemetry: 'config',
  persistence: 'messaging',
  vault: 'contracts',
  messaging: 'vault',
  http: 'messaging',
  boot: 'vault',
};

/** What has a home -> the module that a stranger imports. */
const HOMES = {
  typeorm: 'typeorm',
  pg: 'pg',
  '@nats-io': '@nats-io/jetstream',
  minio: 'minio',
  tweetnacl: 'tweetnacl',
  'sodium-native': 'sodium-native',
  '@opentelemetry': '@opentelemetry/api',
  pino: 'pino',
  rolldown: 'rolldown',
  jose: 'jose',
  'structured-headers': 'structured-headers',
  pkijs: 'pkijs',
  asn1js: 'asn1js',
  yaml: 'yaml',
  fastify: 'fastify',
  '@fastify': '@fastify/multipart',
  '@nestjs': '@nestjs/common',
  rxjs: 'rxjs',
  'reflect-metadata': 'reflect-metadata',
  zod: 'zod',
};

/** One plant, named after its rule, in `folder`. */
function plant(
  rule: string,
  folder: string,
  target: string,
  more: { suffix?: string; with?: Plant['with'] } = {},
): Plant {
  const file = `${folder}/planted-${rule.replace('@', 'scoped-')}${more.suffix ?? ''}.ts`;
  return { rule, file, text: importing(target), ...(more.with ? { with: more.with } : {}) };
}

export const importPlants: Plant[] = [
  ...Object.entries(CLOSED_ROOMS).map(([room, closed]) =>
    plant(`room-${room}`, `libs/shared/src/${room}`, `../${closed}/index.ts`, {
      with: { [`libs/shared/src/${closed}/index.ts`]: EMPTY },
    }),
  ),
  ...Object.entries(HOMES).map(([home, target]) => plant(`home-of-${home}`, FEATURE, target)),
  plant('room-without-node', 'libs/shared/src/contracts', 'node:crypto'),
  plant('room-without-io', 'libs/shared/src/crypto', 'node:fs'),
  plant('ledger-is-portable', 'libs/shared/src/ledger', '../crypto/index.ts', {
    with: { 'libs/shared/src/crypto/index.ts': EMPTY },
  }),
  plant('through-the-door', 'libs/shared/src/crypto', '../kernel/app-error.ts', {
    with: { 'libs/shared/src/kernel/app-error.ts': EMPTY },
  }),
  plant('through-the-door-from-outside', FEATURE, '../../../../../libs/shared/src/kernel/app-error.ts', {
    with: { 'libs/shared/src/kernel/app-error.ts': EMPTY },
  }),
  plant('shared-knows-nobody', 'libs/shared/src/kernel', '../../../../appliance/src/index.ts', {
    with: { 'appliance/src/index.ts': EMPTY },
  }),
  plant('boot-in-main-only', FEATURE, '@countersign/shared/boot', { with: { 'libs/shared/src/boot/index.ts': EMPTY } }),
  plant('testing-in-tests-only', FEATURE, '@countersign/shared/testing', {
    with: { 'libs/shared/src/testing/index.ts': EMPTY },
  }),
  plant('test-libraries-in-tests-only', FEATURE, 'vitest'),
  plant('library-without-a-home', FEATURE, 'semver'),
  plant('service-to-service', FEATURE, '../../../../planted-neighbour/src/domain/rule.ts', {
    with: { 'services/planted-neighbour/src/domain/rule.ts': EMPTY },
  }),
  plant('domain-is-pure', `${SERVICE}/src/domain`, 'node:fs'),
  plant('verifier-is-portable', `${SERVICE}/src/verifier`, '../persistence/plant.repository.ts', {
    with: { [`${SERVICE}/src/persistence/plant.repository.ts`]: EMPTY },
  }),
  plant('verifier-reads-files-in-its-command', `${SERVICE}/src/verifier`, 'node:fs'),
  plant('handler-without-framework', FEATURE, '@nestjs/common', { suffix: '.handler' }),
  plant('handler-not-to-doors', FEATURE, './door.consumer.ts', {
    suffix: '.handler',
    with: { [`${FEATURE}/door.consumer.ts`]: EMPTY },
  }),
  plant('doors-not-to-stores', FEATURE, '../../persistence/plant.repository.ts', {
    suffix: '.controller',
    with: { [`${SERVICE}/src/persistence/plant.repository.ts`]: EMPTY },
  }),
  plant('feature-to-feature', FEATURE, '../other-plant/other.handler.ts', {
    with: { [`${SERVICE}/src/features/other-plant/other.handler.ts`]: EMPTY },
  }),
  plant('persistence-not-to-features', `${SERVICE}/src/persistence`, '../features/other-plant/other.handler.ts'),
  plant('composition-is-the-top', FEATURE, '../../app.module.ts', {
    with: { [`${SERVICE}/src/app.module.ts`]: EMPTY },
  }),
  plant('appliance-rooms', 'appliance/src', '@countersign/shared/messaging', {
    with: { 'libs/shared/src/messaging/index.ts': EMPTY },
  }),
  plant('appliance-crypto-is-portable', 'appliance/src', '@countersign/shared/crypto', {
    with: { 'libs/shared/src/crypto/index.ts': EMPTY },
  }),
  plant('appliance-crypto-is-portable', 'appliance/src', '@countersign/shared/http-signature', {
    suffix: '-signature',
    with: { 'libs/shared/src/http-signature/index.ts': EMPTY },
  }),
  plant('appliance-without-libraries', 'appliance/src', 'tweetnacl'),
  plant('nobody-needs-the-appliance', FEATURE, '@countersign/appliance'),
  plant('outside-stays-outside', 'tools', `../${SERVICE}/src/domain/rule.ts`, {
    with: { [`${SERVICE}/src/domain/rule.ts`]: EMPTY },
  }),
  plant('tools-are-not-shipped', FEATURE, '../../../../../tools/planted.ts', { with: { 'tools/planted.ts': EMPTY } }),
  plant('no-circle', FEATURE, './the-other-half.ts', {
    with: { [`${FEATURE}/the-other-half.ts`]: importing('./planted-no-circle.ts') },
  }),
  plant('import-resolves', FEATURE, '@countersign/shared/src/kernel/app-error.ts'),
];
