import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { paths } from './paths.mjs';

const file = join(paths.work, 'set-up.lock');

/** Two commands at once must not install and build at once: the second one waits. A dead holder's lock is taken over. */
export async function withSetUpLock(progress, work) {
  const mine = `${file}.${process.pid}`;
  const me = `${process.pid} ${birthmarkOf(process.pid)}`;
  writeFileSync(mine, me);
  const free = () => readText(file) === me && rmSync(file, { force: true });
  process.once('exit', free);
  try {
    for (let round = 0; !tryLink(mine); round += 1) {
      if (round === 20) progress.say('  waiting for another command of this clone to install and build');
      if (!removeIfStale()) await delay(100);
    }
    rmSync(mine, { force: true });
    return await work();
  } finally {
    free();
    rmSync(mine, { force: true });
  }
}

/** Linking makes the name and its content appear together, and fails when the name is taken. */
function tryLink(mine) {
  try {
    linkSync(mine, file);
    return true;
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
}

function removeIfStale() {
  const text = readText(file);
  const [pid, birthmark = ''] = text.split(' ');
  if (text === '' || birthmarkOf(pid) === birthmark) return false;
  const aside = `${file}.stale-${process.pid}`;
  try {
    // Moved aside first: two that both found it stale must not remove each other's new lock.
    renameSync(file, aside);
    if (readText(aside) !== text) linkSync(aside, file);
  } catch {
    // somebody else was faster
  }
  rmSync(aside, { force: true });
  return true;
}

/** Tells a process from a later one with the same pid: its start time on Linux, elsewhere only that it lives. */
function birthmarkOf(pid) {
  if (process.platform === 'linux') {
    const stat = readText(`/proc/${pid}/stat`);
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? 'gone';
  }
  try {
    process.kill(Number(pid), 0);
    return 'alive';
  } catch (error) {
    return error.code === 'EPERM' ? 'alive' : 'gone';
  }
}

function readText(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
