import { readdirSync, readFileSync } from 'node:fs';

/** Ticks per second that Linux counts process times in (USER_HZ); fixed at 100 on every architecture we run on. */
const ticksPerSecond = 100;

interface ProcessTimes {
  pid: number;
  parent: number;
  microseconds: number;
}

/** CPU microseconds of each named process, its children included (PostgreSQL is one process per connection). */
export function readCpu(pids: Record<string, number>): Record<string, number> {
  const all = readAllTimes();
  return Object.fromEntries(
    Object.entries(pids).map(([name, pid]) => [
      name,
      all.filter((one) => one.pid === pid || one.parent === pid).reduce((sum, one) => sum + one.microseconds, 0),
    ]),
  );
}

function readAllTimes(): ProcessTimes[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => readTimes(Number(name)));
}

/** From proc(5): after the command in brackets, field 4 is the parent, 14 and 15 user and system time, 16 and 17 those of waited-for children. */
function readTimes(pid: number): ProcessTimes[] {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return [];
  }
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ticks = [11, 12, 13, 14].reduce((sum, index) => sum + Number(fields[index]), 0);
  return [{ pid, parent: Number(fields[1]), microseconds: (ticks * 1e6) / ticksPerSecond }];
}
