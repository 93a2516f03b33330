import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { endProcess } from '../processes/end-process.ts';
import { birthmarkOf } from '../processes/inspect-process.ts';
import { readIfThere } from './secrets.ts';
import { writePrivateFile } from './write-private-file.ts';

interface RecordedProcess {
  name: string;
  pid: number;
  birthmark: string;
}

/** Which processes we started, on disk, so that the next start can end what a crash of ours left. */
export interface ProcessRecord {
  add: (name: string, pid: number) => void;
  clear: () => void;
}

export function openProcessRecord(stateDir: string): ProcessRecord {
  const path = recordPath(stateDir);
  const recorded: RecordedProcess[] = [];
  return {
    add(name, pid) {
      recorded.push({ name, pid, birthmark: birthmarkOf(pid) });
      writePrivateFile(path, JSON.stringify(recorded));
    },
    clear: () => rmSync(path, { force: true }),
  };
}

/** Ends the services of an earlier run that still live. Call it only while holding the run lock. */
export async function endRecordedProcesses(stateDir: string): Promise<void> {
  const text = readIfThere(recordPath(stateDir));
  const recorded = text ? (JSON.parse(text) as RecordedProcess[]) : [];
  const orphans = recorded.filter(({ pid, birthmark }) => birthmark !== '' && birthmarkOf(pid) === birthmark);
  await Promise.all(
    orphans.map(({ pid }) =>
      endProcess(pid, [
        { signal: 'SIGTERM', waitMs: 5_000 },
        { signal: 'SIGKILL', waitMs: 5_000 },
      ]),
    ),
  );
}

function recordPath(stateDir: string): string {
  return join(stateDir, 'processes.json');
}
