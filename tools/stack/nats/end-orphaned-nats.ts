import { endProcess } from '../processes/end-process.ts';
import { commandLineOf } from '../processes/inspect-process.ts';
import { pidsInPortsFolder } from './ports-file.ts';

/**
 * Two servers open the same store without complaint and ruin it: so whoever still runs on this configuration is stopped
 * before a start. Call it only while holding the run lock.
 */
export async function endOrphanedNats(portsFolder: string, configFile: string): Promise<void> {
  for (const pid of pidsInPortsFolder(portsFolder)) {
    if (!`${commandLineOf(pid)} `.includes(` -c ${configFile} `)) continue;
    await endProcess(pid, [
      { signal: 'SIGINT', waitMs: 5_000 },
      { signal: 'SIGKILL', waitMs: 5_000 },
    ]);
  }
}
