import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export interface PostmasterPid {
  pid: number;
  port: number;
  /** 'ready' once connections are accepted; 'starting', 'stopping', 'standby' otherwise. */
  status: string;
}

/** What a running (or crashed) server wrote about itself into its data folder; undefined when it stopped in order. */
export function readPostmasterPid(folder: string): PostmasterPid | undefined {
  try {
    return parsePostmasterPid(readFileSync(join(folder, 'postmaster.pid'), 'utf8'));
  } catch {
    return undefined;
  }
}

/** Lines as in PostgreSQL's miscadmin.h (LOCK_FILE_LINE_*): 1 pid, 4 port, 8 status. The server writes them one by one. */
export function parsePostmasterPid(text: string): PostmasterPid | undefined {
  const lines = text.split('\n').map((line) => line.trim());
  const pid = Number(lines[0]);
  if (!Number.isInteger(pid) || pid <= 0) return undefined;
  return { pid, port: Number(lines[3]) || 0, status: lines[7] ?? '' };
}
