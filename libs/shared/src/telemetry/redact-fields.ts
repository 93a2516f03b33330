import { describeError } from './describe-error.ts';
import { redactText } from './redact-text.ts';

/** Names of fields whose value is never shown, compared without case, `-` and `_`. `key_id` and `public_key` are shown. */
const secretNames = new Set([
  'authorization',
  'proxyauthorization',
  'cookie',
  'setcookie',
  'key',
  'xapikey',
  'token',
  'credential',
  'credentials',
  'passwd',
  'connectionstring',
  'databaseurl',
  'natsurl',
]);
const secretEndings = [
  'password',
  'secret',
  'seed',
  'apikey',
  'secretkey',
  'privatekey',
  'signingkey',
  'adminkey',
  'accesstoken',
];

const deepest = 6;
const longest = 100;

function isSecretName(name: string): boolean {
  const plain = name.toLowerCase().replaceAll(/[-_]/g, '');
  return secretNames.has(plain) || secretEndings.some((ending) => plain.endsWith(ending));
}

function redact(value: unknown, depth: number): unknown {
  if (typeof value === 'string') {
    return redactText(value);
  }
  if (typeof value === 'bigint') {
    return String(value);
  }
  if (typeof value !== 'object' || value === null) {
    return value;
  }
  if (value instanceof Error) {
    return describeError(value);
  }
  if (value instanceof Date) {
    return value;
  }
  if (ArrayBuffer.isView(value)) {
    return `[${value.byteLength} bytes]`;
  }
  if (depth >= deepest) {
    return '[deeper]';
  }
  if (Array.isArray(value)) {
    return value.slice(0, longest).map((one) => redact(one, depth + 1));
  }
  return redactRecord(value as Record<string, unknown>, depth + 1);
}

function redactRecord(record: Record<string, unknown>, depth: number): Record<string, unknown> {
  const shown: Record<string, unknown> = {};
  for (const name of Object.keys(record).slice(0, longest)) {
    shown[name] = isSecretName(name) ? '[hidden]' : redact(record[name], depth);
  }
  return shown;
}

/** A copy that is fit for a log: secrets hidden by their name at any depth, errors told, bytes counted, size bounded. */
export const redactFields = (fields: Record<string, unknown>): Record<string, unknown> => redactRecord(fields, 0);
