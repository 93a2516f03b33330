import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type ServiceName, serviceNames } from '../services/service-names.ts';
import { makeFolder } from './make-folder.ts';
import { openOrderKeysDir } from './order-keys-dir.ts';
import { writePrivateFile } from './write-private-file.ts';

export interface Secrets {
  folder: string;
  /** Of PostgreSQL's superuser. */
  postgresPassword: string;
  /** Of each service's own role. */
  rolePasswords: Record<ServiceName, string>;
  /** A folder of files with 64 hex each: the seeds of the Ed25519 keys that sign orders. */
  orderKeysDir: string;
  /** A file with 64 hex: the seed of the key that signs checkpoints of the ledger. */
  ledgerSigningKeyFile: string;
  /** A file with 64 hex: the secret of tokens. */
  jwtSecretFile: string;
}

/** The secrets of this installation: made once, then read; one file each, readable by nobody else. */
export function openSecrets(stateDir: string): Secrets {
  const folder = makeFolder(join(stateDir, 'secrets'), 0o700);
  const password = (name: string): string =>
    readOrMake(join(folder, name), () => randomBytes(24).toString('base64url'));
  const keyFile = (name: string): string => {
    const file = join(folder, name);
    readOrMake(file, () => randomBytes(32).toString('hex'));
    return file;
  };
  return {
    folder,
    postgresPassword: password('postgres-password'),
    rolePasswords: Object.fromEntries(
      serviceNames.map((name) => [name, password(`postgres-password-${name}`)]),
    ) as Record<ServiceName, string>,
    orderKeysDir: openOrderKeysDir(folder),
    ledgerSigningKeyFile: keyFile('ledger-signing-key'),
    jwtSecretFile: keyFile('jwt-secret'),
  };
}

/** The trimmed text of a file that only we can read, made when it is not there. */
export function readOrMake(path: string, make: () => string): string {
  const kept = readIfThere(path);
  if (kept) return kept;
  const made = make();
  writePrivateFile(path, `${made}\n`);
  return made;
}

/** The trimmed text of a file, or undefined when there is none. */
export function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
