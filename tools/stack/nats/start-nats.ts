import { chownSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { endProcess, type Ending } from '../processes/end-process.ts';
import { endOf, holdPart, type Part } from '../processes/part.ts';
import { isAlive } from '../processes/inspect-process.ts';
import { lastLines } from '../processes/last-lines.ts';
import { spawnEngine } from '../processes/spawn-engine.ts';
import { waitUntil } from '../processes/wait-until.ts';
import { makeFolder } from '../state/make-folder.ts';
import { type SystemUser, systemUser } from '../state/system-user.ts';
import { endOrphanedNats } from './end-orphaned-nats.ts';
import { portsFolderOf, renderNatsConfig, storeFolderOf } from './nats-config.ts';
import { readClientPort } from './ports-file.ts';

/** Both end it in order; nats-server 2.9 exits with 1 after SIGTERM, so that is not used. */
const endings: Ending[] = [
  { signal: 'SIGINT', waitMs: 10_000 },
  { signal: 'SIGKILL', waitMs: 5_000 },
];

export interface NatsPlan {
  /** The nats-server binary, which the system user can reach: see findNats. */
  program: string;
  /** An existing folder that the system user may enter; everything goes to `nats` in it. */
  stateDir: string;
  /** The `accounts` block of its configuration. */
  accounts: string;
  logFile: string;
  /** The same again after a restart; a free one when absent. */
  port?: number | undefined;
}

/** Starts nats-server with JetStream on 127.0.0.1; ready when it accepts connections. */
export async function startNats({ program, stateDir, accounts, logFile, port }: NatsPlan): Promise<Part> {
  const runner = systemUser();
  const folder = makeFolder(join(stateDir, 'nats'), 0o700, runner);
  const ports = portsFolderOf(folder);
  const configFile = join(folder, 'nats.conf');
  await endOrphanedNats(ports, configFile);
  rmSync(ports, { recursive: true, force: true }); // no file of an earlier server may be taken for this one's
  for (const path of [ports, storeFolderOf(folder)]) makeFolder(path, 0o700, runner);
  writeConfig(configFile, renderNatsConfig({ folder, accounts, port: port ?? -1 }), runner);

  const child = spawnEngine({ program, args: ['-c', configFile], logFile, user: runner, signalAtOurDeath: 'SIGINT' });
  const ended = endOf(child);
  const pid = child.pid;
  const listening = await waitUntil(() => pid === undefined || !isAlive(pid) || readClientPort(ports, pid), {
    timeoutMs: 60_000,
  });
  if (pid !== undefined && typeof listening === 'number') return holdPart('nats', pid, listening, ended, endings);
  if (pid !== undefined && isAlive(pid)) await endProcess(pid, endings);
  throw new Error(`NATS did not start (${logFile}): ${lastLines(logFile)}`);
}

function writeConfig(file: string, text: string, owner: SystemUser | undefined): void {
  rmSync(file, { force: true });
  writeFileSync(file, text, { mode: 0o600, flag: 'wx' });
  if (owner) chownSync(file, owner.uid, owner.gid);
}
