import { execFile } from 'node:child_process';
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { findProgram } from '../processes/find-program.ts';
import { makeFolder } from '../state/make-folder.ts';

const run = promisify(execFile);

/** Downloads Debian's (or Ubuntu's) nats-server, its signature checked by apt, and puts the binary into `folder`. Needs no root. */
export async function fetchNats(folder: string): Promise<string> {
  const apt = findProgram('apt-get');
  const dpkg = findProgram('dpkg-deb');
  if (!apt || !dpkg) throw new Error(howToHelp);
  makeFolder(folder, 0o755);
  const work = mkdtempSync(join(folder, 'unfinished-'));
  try {
    const archive = await downloadPackage(apt, work);
    await run(dpkg, ['-x', archive, join(work, 'unpacked')]);
    const unfinished = join(work, 'nats-server');
    copyFileSync(join(work, 'unpacked', 'usr', 'sbin', 'nats-server'), unfinished);
    chmodSync(unfinished, 0o755);
    renameSync(unfinished, join(folder, 'nats-server'));
    return join(folder, 'nats-server');
  } catch (error) {
    throw new Error(howToHelp, { cause: error });
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

const howToHelp =
  'there is no nats-server on this machine and it could not be fetched: install it (Debian: apt-get install nats-server, macOS: brew install nats-server) or set NATS_URL to a server of yours.';

/** With the machine's package lists when it has them (container images have none), else with lists of our own. */
async function downloadPackage(apt: string, work: string): Promise<string> {
  try {
    return await download(apt, work, ['-o', 'APT::Sandbox::User=']);
  } catch {
    const options = privateLists(work);
    await run(apt, [...options, 'update'], { cwd: work, maxBuffer: 64 << 20 });
    return download(apt, work, options);
  }
}

async function download(apt: string, work: string, options: string[]): Promise<string> {
  await run(apt, [...options, 'download', 'nats-server'], { cwd: work });
  const archive = readdirSync(work).find((name) => name.endsWith('.deb'));
  if (archive === undefined) throw new Error('apt-get downloaded nothing');
  return join(work, archive);
}

function privateLists(work: string): string[] {
  for (const folder of ['state/lists/partial', 'cache/archives/partial'])
    mkdirSync(join(work, folder), { recursive: true });
  return [
    `Dir::State=${join(work, 'state')}`,
    'Dir::State::status=/var/lib/dpkg/status',
    `Dir::Cache=${join(work, 'cache')}`,
    'Debug::NoLocking=1',
    'APT::Sandbox::User=',
  ].flatMap((option) => ['-o', option]);
}
