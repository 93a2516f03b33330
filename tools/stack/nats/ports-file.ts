import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The pids of the servers that wrote a ports file into this folder, running or not. */
export function pidsInPortsFolder(folder: string): number[] {
  return listNames(folder).flatMap((name) => {
    const pid = /^nats-server_(\d+)\.ports$/.exec(name)?.[1];
    return pid === undefined ? [] : [Number(pid)];
  });
}

/** The client port of the server with this pid, once it listens. */
export function readClientPort(folder: string, pid: number): number | undefined {
  try {
    return parseClientPort(readFileSync(join(folder, `nats-server_${pid}.ports`), 'utf8'));
  } catch {
    return undefined;
  }
}

/** `{"nats":["nats://127.0.0.1:4222"]}`; undefined while the file is only half written. */
export function parseClientPort(text: string): number | undefined {
  try {
    const { nats = [] } = JSON.parse(text) as { nats?: string[] };
    return nats[0] === undefined ? undefined : Number(new URL(nats[0]).port) || undefined;
  } catch {
    return undefined;
  }
}

function listNames(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}
