import { statSync } from 'node:fs';
import type { z } from 'zod';
import { metaOf } from './describe-setting.ts';

/** `private`: its owner's alone. `readable`: others may read it. `writable`: any user of the machine may change it. */
export type FileExposure = 'private' | 'readable' | 'writable';

/**
 * Who but its owner gets at a file with a secret. Writable by everybody means that anybody chooses the secret; no
 * deployment needs that. Readable is another matter: container platforms mount secrets with the mode 444, because the
 * user inside is not the one who made them.
 */
export function judgeSecretFile(path: string): FileExposure {
  const mode = statSync(path).mode;
  if ((mode & 0o002) !== 0) return 'writable';
  return (mode & 0o077) === 0 ? 'private' : 'readable';
}

/** The settings marked secret whose files (`NAME_FILE`) others than their owner may read, by name. */
export function findReadableSecrets(
  schema: z.ZodObject,
  env: Readonly<Record<string, string | undefined>> = process.env,
): string[] {
  return Object.keys(schema.shape).filter((name) => {
    const path = env[`${name}_FILE`];
    if (!path || metaOf(schema.shape[name])?.['secret'] !== true) return false;
    try {
      return judgeSecretFile(path) !== 'private';
    } catch {
      return false; // that it cannot be read is for loadConfig to say
    }
  });
}
