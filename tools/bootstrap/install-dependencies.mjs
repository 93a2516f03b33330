import { accessSync, closeSync, constants, openSync, readFileSync } from 'node:fs';
import { basename, delimiter, join } from 'node:path';
import { childEnd, spawnBound } from './bound-child.mjs';
import { stampDependencies } from './dependencies-fit.mjs';
import { paths } from './paths.mjs';

const logFile = join(paths.work, 'install.log');

/** `npm ci`, its chatter (175 lines of EBADENGINE on Node 20) in a log file. */
export async function installDependencies(progress) {
  await progress.long('install', 'npm ci: the dependencies, about a minute the first time', async () => {
    const log = openSync(logFile, 'w', 0o600);
    const [program, ...args] = npmCommand();
    const child = spawnBound(program, [...args, 'ci', '--include=dev', '--include=optional'], {
      cwd: paths.clone,
      env: npmEnvironment(),
      stdio: ['ignore', log, log],
    });
    closeSync(log);
    const code = await childEnd(child);
    if (code !== 0) throw new Error(`npm ci ended with ${code} (${logFile}):\n${lastWords()}`);
  });
  stampDependencies();
}

/**
 * On a second start `node` on PATH is the one of node_modules, which npm is about to delete: so node_modules is left
 * out, and npm runs on the machine's own Node.
 */
function npmCommand() {
  const { npm_execpath: cli } = process.env;
  const node = findOnPath('node') ?? process.execPath;
  if (cli && basename(cli) === 'npm-cli.js') return [node, cli];
  const npm = findOnPath('npm');
  if (!npm) throw new Error('npm is not on PATH');
  return [npm];
}

function npmEnvironment() {
  const env = { ...process.env, PATH: ownFolders().join(delimiter) };
  delete env.NODE_ENV; // "production" would leave out half of it
  delete env.NODE_OPTIONS;
  for (const name of [
    'ignore_scripts',
    'omit',
    'include',
    'only',
    'global',
    'location',
    'prefix',
    'workspace',
    'workspaces',
    'dry_run',
    'production',
    'package_lock_only',
  ]) {
    delete env[`npm_config_${name}`];
  }
  return env;
}

function findOnPath(name) {
  return ownFolders()
    .map((folder) => join(folder, name))
    .find((path) => {
      try {
        accessSync(path, constants.X_OK);
        return true;
      } catch {
        return false;
      }
    });
}

function ownFolders() {
  return (process.env.PATH ?? '').split(delimiter).filter((folder) => folder && !folder.includes('node_modules'));
}

function lastWords() {
  const lines = readFileSync(logFile, 'utf8')
    .split('\n')
    .filter((line) => line.trim() && !/EBADENGINE|npm warn/i.test(line));
  return lines.slice(-12).join('\n');
}
