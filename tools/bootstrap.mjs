/**
 * What `npm start`, `npm test` and the like run: makes the clone ready (dependencies, build), then hands over to the
 * command's program on the Node of node_modules. Runs on the machine's own Node 20 before anything is installed, so
 * everything below tools/bootstrap/ uses Node's built-ins only.
 */
import { existsSync, mkdirSync } from 'node:fs';
import { buildSources } from './bootstrap/build-sources.mjs';
import { dependenciesFit } from './bootstrap/dependencies-fit.mjs';
import { installDependencies } from './bootstrap/install-dependencies.mjs';
import { dieWithParent } from './bootstrap/die-with-parent.mjs';
import { paths } from './bootstrap/paths.mjs';
import { chooseProgram, programs } from './bootstrap/programs.mjs';
import { createProgress } from './bootstrap/progress.mjs';
import { runProgram } from './bootstrap/run-program.mjs';
import { withSetUpLock } from './bootstrap/set-up-lock.mjs';

const [command = '', ...extra] = process.argv.slice(2);
const program = chooseProgram(command, extra);

try {
  if (!program) throw new Error(`usage: node tools/bootstrap.mjs ${Object.keys(programs).join('|')}`);
  if (process.platform === 'win32') throw new Error('Countersign runs on Linux and macOS; on Windows use WSL.');
  dieWithParent();
  const env = program.environment?.(extra) ?? {}; // may say that it cannot run: before a long installation
  // Only `start` may speak on stdout: the output of the others is read by programs.
  const progress = createProgress(command === 'start' ? process.stdout : process.stderr, command === 'start');
  mkdirSync(paths.work, { recursive: true, mode: 0o711 });
  await withSetUpLock(progress, async () => {
    if (!dependenciesFit()) await installDependencies(progress);
    if (!existsSync(paths.node)) throw new Error(`npm installed no Node for ${process.platform} ${process.arch}`);
    await buildSources(progress);
  });
  process.exitCode = await runProgram({ args: [...program.args, ...extra], env, ipc: command === 'start' });
} catch (error) {
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
