import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { judgeSecretFile } from '@countersign/shared/config';
import { openPrivateKey, type SigningKey } from '@countersign/shared/crypto';
import { asAppError } from '@countersign/shared/kernel';
import type { Logger } from '@countersign/shared/telemetry';

export interface HeldKeysSettings {
  /** Text of a key that is always held. */
  key: string | undefined;
  /** Folder of keys, one a file; those that come later are found too. */
  folder: string | undefined;
  /** Of every key that is encrypted. */
  passphrase: string | undefined;
}

/** The private keys of this process. They stay in here: whoever asks gets something that signs. */
export interface HeldKeys {
  /** Looks into the folder. What cannot be used there is logged, once for each change of the file. */
  refresh: () => Promise<void>;
  /** In the order of the names of their files. */
  list: () => SigningKey[];
}

const mostBytes = 64 * 1024;

interface FileState {
  /** Changes with the file. */
  mark: string;
  key: SigningKey | undefined;
}

/** Throws AppError `CRYPTO.NO_SIGNING_KEY` when the key of the settings is none. */
export function createHeldKeys({ key, folder, passphrase }: HeldKeysSettings, logger: Logger): HeldKeys {
  const fixed = key === undefined ? [] : [openPrivateKey(key, passphrase)];
  let files = new Map<string, FileState>();

  async function open(path: string, name: string): Promise<SigningKey | undefined> {
    const exposure = judgeSecretFile(path);
    if (exposure === 'writable') {
      logger.error({ file: name }, 'a key of orders is not used: everybody may write its file');
      return undefined;
    }
    if (exposure === 'readable') logger.warn({ file: name }, 'a key of orders can be read by others: chmod 600');
    try {
      const opened = openPrivateKey(await readFile(path, 'utf8'), passphrase);
      logger.info({ file: name, key_id: opened.keyId }, 'a key of orders was found');
      return opened;
    } catch (error) {
      const reason = asAppError(error)?.message ?? (error as NodeJS.ErrnoException).code;
      logger.error({ file: name, reason }, 'a file in the folder of keys holds no key that can be used');
      return undefined;
    }
  }

  return {
    async refresh() {
      if (folder === undefined) return;
      const found = new Map<string, FileState>();
      for (const name of (await readdir(folder)).toSorted()) {
        if (name.startsWith('.')) continue; // half-written files, and what Kubernetes keeps beside its secrets
        const path = join(folder, name);
        const facts = await stat(path).catch(() => undefined);
        if (facts === undefined || !facts.isFile() || facts.size > mostBytes) continue;
        const mark = [facts.ino, facts.size, facts.mtimeMs, facts.mode].join(' ');
        const known = files.get(name);
        found.set(name, known?.mark === mark ? known : { mark, key: await open(path, name) });
      }
      files = found;
    },
    list: () => [...fixed, ...[...files.values()].flatMap(({ key: one }) => (one === undefined ? [] : [one]))],
  };
}
