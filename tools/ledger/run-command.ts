import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const program = fileURLToPath(new URL('../../services/evidence/dist/ledger.main.js', import.meta.url));

/**
 * Runs the command with this environment; resolves with its exit code. A signal is for the command: what was opened for
 * it is closed when it has ended.
 */
export async function runCommand(args: readonly string[], environment: NodeJS.ProcessEnv): Promise<number> {
  if (!existsSync(program)) throw new Error(`The evidence service is not built: ${program} is missing.`);
  const child = spawn(process.execPath, ['--enable-source-maps', program, ...args], {
    env: environment,
    stdio: 'inherit',
  });
  process.on('SIGINT', () => {}); // of a terminal: the command has it too
  process.on('SIGTERM', () => child.kill('SIGTERM'));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}
