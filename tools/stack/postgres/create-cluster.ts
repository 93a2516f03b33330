import { spawn } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { bareEnvironment } from '../processes/spawn-engine.ts';
import type { SystemUser } from '../state/system-user.ts';

export interface ClusterPlan {
  initdb: string;
  /** The data folder; its parent must exist and be enterable by the user. */
  folder: string;
  password: string;
  user?: SystemUser | undefined;
}

/** Makes a PostgreSQL data folder unless it is there. Half-made ones never get its name. */
export async function createCluster({ initdb, folder, password, user }: ClusterPlan): Promise<void> {
  if (existsSync(join(folder, 'PG_VERSION'))) return;
  removeUnfinished(folder);
  const unfinished = mkdtempSync(`${folder}.new-`); // mode 700
  const passwordFile = `${unfinished}.password`;
  writeFileSync(passwordFile, `${password}\n`, { mode: 0o600, flag: 'wx' });
  try {
    if (user) for (const path of [unfinished, passwordFile]) chownSync(path, user.uid, user.gid);
    await runInitdb(initdb, initdbArguments(unfinished, passwordFile), user);
  } finally {
    rmSync(passwordFile, { force: true });
  }
  renameSync(unfinished, folder);
}

/** What earlier starts left that were killed meanwhile. */
function removeUnfinished(folder: string): void {
  for (const name of readdirSync(dirname(folder))) {
    if (name.startsWith(`${basename(folder)}.new-`))
      rmSync(join(dirname(folder), name), { recursive: true, force: true });
  }
}

/** The built-in C.UTF-8 locale gives the same order of text on every machine, whatever locales it has. */
function initdbArguments(folder: string, passwordFile: string): string[] {
  return [
    '-D',
    folder,
    '-U',
    'postgres',
    '--pwfile',
    passwordFile,
    '--auth=scram-sha-256',
    '--encoding=UTF8',
    '--locale-provider=builtin',
    '--builtin-locale=C.UTF-8',
    '--locale=C',
    '--no-instructions',
  ];
}

function runInitdb(initdb: string, args: string[], user?: SystemUser): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = spawn(initdb, args, {
      cwd: '/',
      env: bareEnvironment(),
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(user && { uid: user.uid, gid: user.gid }),
    });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
    child.once('error', reject);
    child.once('close', (code) => {
      if (code === 0) resolve();
      else reject(new Error(`initdb ended with ${code}: ${output.trim().split('\n').slice(-5).join(' | ')}`));
    });
  });
}
