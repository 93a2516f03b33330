import { open, readFile, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { isHex, toHex } from '@countersign/shared/crypto/portable';
import { AppError } from '@countersign/shared/kernel';
import { makePrivateFolder, syncFolder } from './durable-file.ts';

/**
 * The Ed25519 seed of this box (64 hex), from a file that only its owner may read. At first use it is drawn from the
 * platform's generator and never leaves the file. A file that is damaged or open to others is refused, never replaced:
 * the server knows the old key, and would refuse all evidence under a new one.
 *
 * Throws AppError `APPLIANCE.KEY_FILE_EXPOSED` or `APPLIANCE.KEY_FILE_DAMAGED` (invalid).
 */
export async function openSigningKey(path: string): Promise<string> {
  await createIfAbsent(path);
  const { mode } = await stat(path);
  if ((mode & 0o077) !== 0) {
    throw new AppError('APPLIANCE.KEY_FILE_EXPOSED', 'invalid', `Others may read the signing key: chmod 600 ${path}`);
  }
  const seed = (await readFile(path, 'utf8')).trim();
  if (!isHex(seed, 64)) {
    throw new AppError(
      'APPLIANCE.KEY_FILE_DAMAGED',
      'invalid',
      `This file holds no seed of 64 hex characters: ${path}`,
    );
  }
  return seed;
}

async function createIfAbsent(path: string): Promise<void> {
  await makePrivateFolder(dirname(path));
  const file = await open(path, 'wx', 0o600).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'EEXIST') return undefined;
    throw error;
  });
  if (file === undefined) return;
  try {
    await file.writeFile(`${toHex(globalThis.crypto.getRandomValues(new Uint8Array(32)))}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  await syncFolder(dirname(path));
}
