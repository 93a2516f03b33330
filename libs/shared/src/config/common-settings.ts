import { z } from 'zod';
import { integer, secret, url } from './setting-types.ts';

export const logLevels = ['debug', 'info', 'warn', 'error', 'fatal'] as const;

/** The OpenTelemetry specification's names for `OTEL_TRACES_SAMPLER`. */
export const samplerNames = [
  'always_on',
  'always_off',
  'traceidratio',
  'parentbased_always_on',
  'parentbased_always_off',
  'parentbased_traceidratio',
] as const;

const natsUrl = url('nats:', 'tls:');

/** Settings that every service has: `z.object({ ...commonSettings, ...own })`. */
export const commonSettings = {
  HOST: z.string().min(1).default('127.0.0.1').describe('the address to listen on'),
  PORT: integer({ min: 0, max: 65_535 }).default(0).describe('a port from 0 (any free one) to 65535'),
  LOG_LEVEL: z
    .enum(logLevels)
    .default('info')
    .describe(`one of ${logLevels.join(', ')}`),
  NATS_URL: z
    .string()
    .refine((list) => list.split(',').every((one) => natsUrl.safeParse(one).success), 'no such URL')
    .describe('nats://host:port or nats://user:password@host:port, several with commas between them'),
  NATS_NKEY_SEED: secret()
    .regex(/^SU[A-Z2-7]{56}$/)
    .optional()
    .describe("the seed of the service's NKey (SU…), instead of user and password in NATS_URL"),
  NATS_REPLICAS: integer({ min: 1, max: 5 }).default(1).describe('copies of each stream, 1 to 5'),
  DATABASE_URL: url('postgres:', 'postgresql:').describe(
    "postgres://role:password@host:port/database with the service's own role",
  ),
  OTEL_EXPORTER_OTLP_ENDPOINT: url('http:', 'https:')
    .optional()
    .describe('the base URL of an OTLP receiver (http/json); traces go to /v1/traces under it'),
  OTEL_TRACES_SAMPLER: z
    .enum(samplerNames)
    .default('parentbased_always_on')
    .describe(`one of ${samplerNames.join(', ')}`),
  OTEL_TRACES_SAMPLER_ARG: z
    .string()
    .regex(/^(?:0(?:\.\d+)?|1(?:\.0+)?)$/)
    .transform(Number)
    .default(1)
    .describe('the share of traces to keep, 0 to 1, for the ratio samplers'),
};
